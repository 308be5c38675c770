"""Tables of the sales desk. Importing this package makes them all known."""

import db.audit
import db.outbox
import db.sequence  # noqa: F401
from sales.models.account import Account
from sales.models.alert import Alert
from sales.models.appointment import Appointment
from sales.models.approval import Approval, ApprovalRule, ApprovalStep
from sales.models.building import Building
from sales.models.code_table import CodeItem, CodeTable
from sales.models.commission import CommissionLine, CommissionPeriod, CommissionScheme
from sales.models.contract import Contract, ContractNo
from sales.models.custom_field import CustomField
from sales.models.customer import Customer
from sales.models.customer_phone import CustomerPhone
from sales.models.customer_relation import CustomerRelation
from sales.models.customer_stage import CustomerStageLog
from sales.models.deal import Deal, DealBuyer, DealSeller
from sales.models.discount import DiscountRule
from sales.models.enquirer import Enquirer
from sales.models.event import Event
from sales.models.exchange import Exchange
from sales.models.follow_up import FollowUp
from sales.models.hold import Hold
from sales.models.interaction import Interaction
from sales.models.invoice import Invoice
from sales.models.layout import Layout
from sales.models.media import Media
from sales.models.mortgage import Mortgage, MortgageRate
from sales.models.order_claim import OrderClaim
from sales.models.parameter import BusinessParam
from sales.models.permit import PermitCover, PresalePermit
from sales.models.plan import PaymentPlan, PlanLine
from sales.models.presubscription import Presubscription
from sales.models.price import PriceFactor, PriceItem, PriceList, PriceListState
from sales.models.project import Developer, Project, ProjectText, ProjectTextVersion, ServiceProject
from sales.models.receipt import Allocation, Receipt
from sales.models.receivable import Receivable
from sales.models.refund import Refund
from sales.models.rename import Rename
from sales.models.room import Room, RoomState
from sales.models.room_state_log import RoomStateLog
from sales.models.salesperson import RoomAssignment, SalesGroup, Salesperson
from sales.models.task import Task
from sales.models.tax import TaxRule
from sales.models.ticket import Ticket, TicketStep
from sales.models.visit import Visit

__all__ = [
    "Account",
    "Alert",
    "Allocation",
    "Appointment",
    "Approval",
    "ApprovalRule",
    "ApprovalStep",
    "Building",
    "BusinessParam",
    "CodeItem",
    "CodeTable",
    "CommissionLine",
    "CommissionPeriod",
    "CommissionScheme",
    "Contract",
    "ContractNo",
    "CustomField",
    "Customer",
    "CustomerPhone",
    "CustomerRelation",
    "CustomerStageLog",
    "Deal",
    "DealBuyer",
    "DealSeller",
    "Developer",
    "DiscountRule",
    "Enquirer",
    "Event",
    "Exchange",
    "FollowUp",
    "Hold",
    "Interaction",
    "Invoice",
    "Layout",
    "Media",
    "Mortgage",
    "MortgageRate",
    "OrderClaim",
    "PaymentPlan",
    "PermitCover",
    "PlanLine",
    "PresalePermit",
    "Presubscription",
    "PriceFactor",
    "PriceItem",
    "PriceList",
    "PriceListState",
    "Project",
    "ProjectText",
    "ProjectTextVersion",
    "Receipt",
    "Receivable",
    "Refund",
    "Rename",
    "Room",
    "RoomAssignment",
    "RoomState",
    "RoomStateLog",
    "SalesGroup",
    "Salesperson",
    "ServiceProject",
    "Task",
    "TaxRule",
    "Ticket",
    "TicketStep",
    "Visit",
]
