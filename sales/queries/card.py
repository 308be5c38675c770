"""What a seat sees while the telephone rings: everybody who has this number, and what is going on with them (S4-3)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, String, bindparam, literal_column, select, type_coerce, union_all
from sqlalchemy.orm import Session, aliased

from sales import masks
from sales.models import Customer, CustomerPhone, Hold, Room, Salesperson, Ticket
from sales.queries.belonging import TENANT, also_of, among
from sales.queries.ledger import CallLine, calls_of
from sales.queries.order import Order, Payment, orders_of
from sales.states.customer import CustomerStage
from sales.states.hold import HoldKind, HoldState
from sales.states.ticket import TicketKind, TicketState

ZONE = ZoneInfo("Asia/Shanghai")
SOON = timedelta(days=1)
MOST_PEOPLE = 10  # of one number that are shown: a switchboard's may have hundreds
MOST_DEALS = 5  # of one customer
MOST_ROWS = 50  # numbers of all of them
MOST_OPEN = 200  # holds and tickets of all of them
LATEST = datetime.max.replace(tzinfo=UTC)
ENDED = (TicketState.CLOSED, TicketState.REJECTED)


@dataclass(frozen=True, slots=True)
class HeldRoom:
    """soon: it ends within a day, or should have ended."""

    no: str | None
    room: str
    kind: HoldKind
    expires: datetime | None
    soon: bool
    money_fen: int


@dataclass(frozen=True, slots=True)
class OpenTicket:
    no: str
    kind: TicketKind
    state: TicketState
    subject: str
    opened: datetime
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    """A customer with this number. deals: newest first; next_payment: the earliest of them."""

    id: int
    no: str | None
    name: str
    gender: str | None
    lang: str
    level: str | None
    stage: CustomerStage
    employer: str | None
    address: str | None
    seller: str | None
    phones: tuple[str, ...]
    deals: tuple[Order, ...]
    holds: tuple[HeldRoom, ...]
    tickets: tuple[OpenTicket, ...]
    next_payment: Payment | None


@dataclass(frozen=True, slots=True)
class Card:
    """people empty: an unknown number. calls: the latest from this number, newest first."""

    phone: str
    people: tuple[Person, ...]
    calls: tuple[CallLine, ...]


_ASKED = aliased(CustomerPhone)
_PEOPLE = (
    select(
        Customer.id,
        Customer.no,
        Customer.name,
        Customer.gender,
        Customer.lang,
        Customer.level,
        Customer.stage,
        Customer.employer,
        Customer.address,
        Salesperson.name.label("seller"),
        CustomerPhone.phone,
    )
    .select_from(_ASKED)
    .join(Customer, Customer.id == _ASKED.customer_id)
    .join(CustomerPhone, CustomerPhone.customer_id == Customer.id)
    .outerjoin(Salesperson, Salesperson.id == Customer.seller_id)
    .where(
        _ASKED.tenant_id == TENANT,
        _ASKED.phone == bindparam("phone", type_=String()),
        also_of(Customer.tenant_id),
        also_of(CustomerPhone.tenant_id),
        Customer.merged_into_id.is_(None),
    )
    .order_by(Customer.id.desc(), CustomerPhone.position, CustomerPhone.id)
    .limit(MOST_ROWS)
)
# holds and tickets are different things, but one question: their columns side by side, as plain text
_OPEN: Any = union_all(
    select(
        literal_column("'hold'", String).label("what"),
        Hold.customer_id,
        Hold.no.label("no"),
        type_coerce(Hold.kind, String).label("kind"),
        literal_column("''", String).label("state"),
        Room.room_code.label("text"),
        Hold.started_at.label("since"),
        Hold.expires_at.label("until"),
        Hold.money_fen.label("fen"),
    )
    .join(Room, Room.id == Hold.room_id)
    .where(also_of(Hold.tenant_id), Hold.state == HoldState.ACTIVE, among(Hold.customer_id)),
    select(
        literal_column("'ticket'", String),
        Ticket.customer_id,
        Ticket.ticket_no,
        type_coerce(Ticket.kind, String),
        type_coerce(Ticket.state, String),
        Ticket.subject,
        Ticket.opened_at,
        Ticket.resolve_due,
        literal_column("0", BigInteger),
    ).where(also_of(Ticket.tenant_id), Ticket.state.not_in(ENDED), among(Ticket.customer_id)),
).limit(MOST_OPEN)


def card_of(session: Session, tenant: int, phone: str, now: datetime, *, masked: bool = True) -> Card:
    """phone: E.164. masked: for somebody who may not see numbers, those of the customers are shown in part."""
    calls = calls_of(session, tenant, phone)
    shown = masks.phone(phone) if masked else phone
    people, numbers = {}, defaultdict(list)
    for *person, number in session.execute(_PEOPLE, {"tenant": tenant, "phone": phone}):
        people[person[0]] = person
        numbers[person[0]].append(masks.phone(number) if masked else number)
    if not people:
        return Card(shown, (), calls)
    ids = list(people)[:MOST_PEOPLE]
    deals = defaultdict(list)
    for order in orders_of(session, tenant, ids, now.astimezone(ZONE).date()):
        deals[order.customer].append(order)
    holds, tickets = defaultdict(list), defaultdict(list)
    opened = session.execute(_OPEN, {"tenant": tenant, "ids": ids}).all()
    for row in sorted(opened, key=lambda row: row.until or LATEST):  # what ends first comes first
        if row.what == "hold":
            holds[row.customer_id].append(_held(row, now))
        else:
            tickets[row.customer_id].append(_ticket(row))
    told: Any = (
        (
            *people[key],
            tuple(numbers[key]),
            tuple(deals[key][:MOST_DEALS]),
            tuple(holds[key]),
            tuple(tickets[key]),
            _earliest(deals[key]),
        )
        for key in ids
    )
    return Card(shown, tuple(Person(*person) for person in told), calls)


def _held(row: Any, now: datetime) -> HeldRoom:
    soon = row.until is not None and row.until <= now + SOON
    return HeldRoom(row.no, row.text, HoldKind(row.kind), row.until, soon, row.fen)


def _ticket(row: Any) -> OpenTicket:
    return OpenTicket(row.no, TicketKind(row.kind), TicketState(row.state), row.text, row.since, row.until)


def _earliest(orders: list[Order]) -> Payment | None:
    due = [(order.next.due, order.next) for order in orders if order.next and order.next.due]
    return min(due, key=lambda pair: pair[0])[1] if due else None
