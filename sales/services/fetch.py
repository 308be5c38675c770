"""Rows by their id, of this tenant, kept from being changed by others until the end of the unit of work."""

from typing import Any, TypeVar

from sqlalchemy import select

from db.refusal import Code, Refused
from db.words import Words
from sales.models import (
    Account,
    Appointment,
    Approval,
    Building,
    CodeItem,
    Contract,
    ContractNo,
    Customer,
    Deal,
    Developer,
    DiscountRule,
    Event,
    Hold,
    Invoice,
    Layout,
    Mortgage,
    PaymentPlan,
    PresalePermit,
    Presubscription,
    PriceFactor,
    PriceList,
    Project,
    Receipt,
    Receivable,
    SalesGroup,
    Salesperson,
    Task,
    Ticket,
)  # fmt: skip
from sales.services.desk import Desk

T = TypeVar("T")

NOUNS: dict[Any, Words] = {
    Account: Words("账户", "account"),
    Approval: Words("审批", "approval"),
    Appointment: Words("预约", "appointment"),
    Building: Words("楼栋", "building"),
    CodeItem: Words("代码项", "code item"),
    Contract: Words("合同", "contract"),
    ContractNo: Words("合同编号", "contract number"),
    Customer: Words("客户", "customer"),
    Deal: Words("交易", "deal"),
    Developer: Words("开发商", "developer"),
    DiscountRule: Words("折扣", "discount"),
    Event: Words("活动", "event"),
    Hold: Words("保留单", "hold"),
    Invoice: Words("发票", "invoice"),
    Layout: Words("户型", "layout"),
    Mortgage: Words("按揭", "mortgage"),
    PaymentPlan: Words("付款方案", "payment plan"),
    PresalePermit: Words("预售许可证", "presale permit"),
    Presubscription: Words("认筹", "presubscription"),
    PriceFactor: Words("调价因素", "price factor"),
    PriceList: Words("价目表", "price list"),
    Project: Words("楼盘", "project"),
    Receipt: Words("收款单", "receipt"),
    Receivable: Words("应收款", "receivable"),
    SalesGroup: Words("销售组", "sales group"),
    Salesperson: Words("销售人员", "salesperson"),
    Task: Words("任务", "task"),
    Ticket: Words("工单", "ticket"),
}


def fetch(desk: Desk, model: type[T], key: int, *, lock: bool = True) -> T:
    """E_NOT_FOUND. On PostgreSQL the row is locked (`lock`); SQLite has one writer anyway."""
    table: Any = model
    wanted = select(table).where(table.id == key, table.tenant_id == desk.tenant)
    if lock:
        wanted = wanted.with_for_update(key_share=True).execution_options(populate_existing=True)
        desk.session.flush()  # what is still to be written would be lost by reading it anew
    row: T | None = desk.session.scalars(wanted).first()
    if row is None:
        noun = NOUNS[model]
        raise Refused(Code.NOT_FOUND, f"没有这个{noun.zh}。", f"There is no such {noun.en}.", id=key)
    return row
