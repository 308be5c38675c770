"""What the telephone, the seats and the pages ask of the sales desk: SQL in one place, plain frozen rows out.

Every question names its tenant, or a row of one (a project, a customer): nobody is told another house's business
(invariant 11). The same on SQLite and PostgreSQL; `bench/sales.py` measures the ones somebody waits for.
"""

from sales.queries.card import Card, HeldRoom, OpenTicket, Person, card_of
from sales.queries.contract_no import NumbersLeft, contract_numbers_left
from sales.queries.customer import Known, customer_by_phone, customers_by_phone
from sales.queries.customer_search import CustomerRow, CustomerWish, quick_search, search_customers
from sales.queries.deal import DealRow, deals
from sales.queries.hold import HoldRow, active_holds
from sales.queries.layout import LayoutRow, layouts_by_project, layouts_of
from sales.queries.ledger import CallLine, calls_of
from sales.queries.loan_cost import LoanCost, LoanTerms, loan_cost
from sales.queries.order import Loan, Order, Payment, orders_of
from sales.queries.page import Found, Page
from sales.queries.project import projects_of_services, spoken_texts, text_of
from sales.queries.receivable import ReceivableRow, receivables_due
from sales.queries.room import RoomRow, all_rooms, latest_rooms, room_by_code
from sales.queries.room_search import Range, RoomOffer, RoomOrder, RoomWish, rooms_for_sale, search_rooms
from sales.queries.task import tasks
from sales.queries.text import TextRow, texts, versions_of
from sales.queries.ticket import TicketRow, ticket_by_no, tickets_of
from sales.queries.timeline import Moment, timeline_of

__all__ = [
    "CallLine",
    "Card",
    "CustomerRow",
    "CustomerWish",
    "DealRow",
    "Found",
    "HeldRoom",
    "HoldRow",
    "Known",
    "LayoutRow",
    "Loan",
    "LoanCost",
    "LoanTerms",
    "Moment",
    "NumbersLeft",
    "OpenTicket",
    "Order",
    "Page",
    "Payment",
    "Person",
    "Range",
    "ReceivableRow",
    "RoomOffer",
    "RoomOrder",
    "RoomRow",
    "RoomWish",
    "TextRow",
    "TicketRow",
    "active_holds",
    "all_rooms",
    "calls_of",
    "card_of",
    "contract_numbers_left",
    "customer_by_phone",
    "customers_by_phone",
    "deals",
    "latest_rooms",
    "layouts_by_project",
    "layouts_of",
    "loan_cost",
    "orders_of",
    "projects_of_services",
    "quick_search",
    "receivables_due",
    "room_by_code",
    "rooms_for_sale",
    "search_customers",
    "search_rooms",
    "spoken_texts",
    "tasks",
    "text_of",
    "texts",
    "ticket_by_no",
    "tickets_of",
    "timeline_of",
    "versions_of",
]
