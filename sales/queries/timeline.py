"""Everything that ever happened with a customer, from first contact to the last payment (S4-92, R16)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sales import masks
from sales.models import (
    Appointment,
    Contract,
    ContractNo,
    Customer,
    CustomerPhone,
    Deal,
    DealBuyer,
    FollowUp,
    Hold,
    Receipt,
    Room,
    Salesperson,
    Ticket,
    Visit,
)
from sales.queries.belonging import also_of
from sales.queries.ledger import calls_of
from sales.states.receipt import ReceiptState

ZONE = ZoneInfo("Asia/Shanghai")
MOST = 500  # rows of one kind
HOME = "+86"


@dataclass(frozen=True, slots=True)
class Moment:
    """section: basic, appointment, visit, call, follow_up, hold, deal, contract, receipt, ticket. Dates are local."""

    section: str
    date: date | None
    text: str
    fen: int | None = None


def timeline_of(
    session: Session, tenant: int, customer: int, today: date, *, masked: bool = True
) -> tuple[Moment, ...]:
    """Section by section, each in the order of its days; empty: this tenant has no such customer."""
    who = session.scalars(select(Customer).where(Customer.tenant_id == tenant, Customer.id == customer)).first()
    if who is None:
        return ()
    numbers = session.scalars(
        select(CustomerPhone.phone)
        .where(also_of(CustomerPhone.tenant_id, tenant), CustomerPhone.customer_id == customer)
        .order_by(CustomerPhone.position)
    ).all()
    basic = Moment("basic", who.registered, _basic(who, numbers[0] if numbers else None, today, masked=masked))
    return (
        basic,
        *_appointments(session, tenant, customer),
        *_visits(session, tenant, customer),
        *_calls(session, tenant, list(numbers)),
        *_follow_ups(session, tenant, customer),
        *_holds(session, tenant, customer),
        *_deals(session, tenant, customer),
        *_contracts(session, tenant, customer),
        *_receipts(session, tenant, customer),
        *_tickets(session, tenant, customer),
    )


def age(birth: date, today: date) -> int:
    """Whole years: 29 on the 29th birthday."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def _basic(who: Customer, phone: str | None, today: date, *, masked: bool) -> str:
    number = phone and (masks.phone(phone) if masked else phone.removeprefix(HOME))
    years = str(age(who.birth, today)) if who.birth else None
    return " ".join(part for part in (who.name, who.gender, years, number) if part)


def _appointments(session: Session, tenant: int, customer: int) -> Iterator[Moment]:
    rows = session.scalars(
        select(Appointment)
        .where(also_of(Appointment.tenant_id, tenant), Appointment.customer_id == customer)
        .order_by(Appointment.made, Appointment.id)
        .limit(MOST)
    )
    for row in rows:
        yield Moment("appointment", row.made, f"{row.via} {row.visit_at} {row.state}")


def _visits(session: Session, tenant: int, customer: int) -> Iterator[Moment]:
    rows = session.execute(
        select(Visit.date, Salesperson.name)
        .outerjoin(Salesperson, Salesperson.id == Visit.seller_id)
        .where(also_of(Visit.tenant_id, tenant), Visit.customer_id == customer)
        .order_by(Visit.date, Visit.id)
        .limit(MOST)
    )
    for on, seller in rows:
        yield Moment("visit", on, seller or "")


def _calls(session: Session, tenant: int, numbers: list[str]) -> Iterator[Moment]:
    calls = [call for number in numbers for call in calls_of(session, tenant, number, MOST)]
    for call in sorted(calls, key=lambda call: call.started):
        answered = f"seat {call.seat} {call.talk_s}s" if call.seat else f"{call.result or 'open'} {call.billsec or 0}s"
        yield Moment("call", _day(call.started), f"{call.direction} {answered}")


def _follow_ups(session: Session, tenant: int, customer: int) -> Iterator[Moment]:
    rows = session.execute(
        select(FollowUp.at, FollowUp.via, FollowUp.content)
        .where(also_of(FollowUp.tenant_id, tenant), FollowUp.customer_id == customer)
        .order_by(FollowUp.at, FollowUp.id)
        .limit(MOST)
    )
    for at, via, content in rows:
        yield Moment("follow_up", _day(at), f"{via} {content}")


def _holds(session: Session, tenant: int, customer: int) -> Iterator[Moment]:
    rows = session.execute(
        select(Hold.started_at, Hold.no, Room.room_code, Hold.kind, Hold.state, Hold.money_fen)
        .join(Room, Room.id == Hold.room_id)
        .where(also_of(Hold.tenant_id, tenant), Hold.customer_id == customer)
        .order_by(Hold.started_at, Hold.id)
        .limit(MOST)
    )
    for at, no, room, kind, state, fen in rows:
        yield Moment("hold", _day(at), _text(no, room, kind, state), fen)


def _bought(tenant: int, customer: int) -> Any:
    return select(DealBuyer.deal_id).where(also_of(DealBuyer.tenant_id, tenant), DealBuyer.customer_id == customer)


def _deals(session: Session, tenant: int, customer: int) -> Iterator[Moment]:
    rows = session.execute(
        select(Deal.sub_date, Deal.deal_no, Room.room_code, Deal.state, Deal.deal_fen)
        .join(Room, Room.id == Deal.room_id)
        .where(also_of(Deal.tenant_id, tenant), Deal.id.in_(_bought(tenant, customer)))
        .order_by(Deal.sub_date, Deal.id)
        .limit(MOST)
    )
    for on, no, room, state, fen in rows:
        yield Moment("deal", on, _text(no, room, state), fen)


def _contracts(session: Session, tenant: int, customer: int) -> Iterator[Moment]:
    rows = session.execute(
        select(Contract.sign_date, ContractNo.no, Deal.deal_no, Contract.state, Contract.price_fen)
        .join(ContractNo, ContractNo.id == Contract.contract_no_id)
        .join(Deal, Deal.id == Contract.deal_id)
        .where(also_of(Contract.tenant_id, tenant), Contract.deal_id.in_(_bought(tenant, customer)))
        .order_by(func.coalesce(Contract.sign_date, date.max), Contract.id)
        .limit(MOST)
    )
    for on, no, deal, state, fen in rows:
        yield Moment("contract", on, _text(no, deal, state), fen)


def _receipts(session: Session, tenant: int, customer: int) -> Iterator[Moment]:
    rows = session.execute(
        select(Receipt.date, Receipt.no, Receipt.fee_type, Receipt.method, Receipt.amount_fen)
        .where(also_of(Receipt.tenant_id, tenant), Receipt.customer_id == customer, Receipt.state != ReceiptState.DRAFT)
        .order_by(Receipt.date, Receipt.no)
        .limit(MOST)
    )
    for on, no, fee, method, fen in rows:
        yield Moment("receipt", on, _text(no, fee, method), fen)


def _tickets(session: Session, tenant: int, customer: int) -> Iterator[Moment]:
    rows = session.execute(
        select(Ticket.opened_at, Ticket.ticket_no, Ticket.kind, Ticket.subject, Ticket.state)
        .where(also_of(Ticket.tenant_id, tenant), Ticket.customer_id == customer)
        .order_by(Ticket.opened_at, Ticket.id)
        .limit(MOST)
    )
    for at, *told in rows:
        yield Moment("ticket", _day(at), _text(*told))


def _text(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def _day(at: datetime) -> date:
    return at.astimezone(ZONE).date()
