"""Customers by what people remember of them: a number or its end, a name or its initials, a room (S4-93, S1-71)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from db.cipher import Cipher
from db.refusal import Refused
from sales import masks, phones
from sales.models import Customer, CustomerPhone, Deal, DealBuyer, Hold, Room, RoomState, Salesperson
from sales.queries.belonging import also_of, among
from sales.queries.page import Found, Page
from sales.states import deal as deals
from sales.states.customer import CustomerStage
from sales.states.hold import HoldState

ID_COLUMN = "customer.id_no"
_ID = re.compile(r"\d{17}[\dX]|\d{15}")
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class CustomerWish:
    """What is known of the customer; None or empty: nothing. All of it has to fit.

    phone      the whole number, E.164
    part       digits of a number: those that end so; only if there are none, those with them inside
    name       the name or a part of it
    pinyin     its beginning as it is typed: initials "cw" or the whole "chenwei"
    id_hash    `Cipher.hash("customer.id_no", …)` of an identity card
    room       code of a room the customer holds, buys or owns
    """

    phone: str | None = None
    part: str | None = None
    name: str | None = None
    pinyin: str | None = None
    id_hash: str | None = None
    room: str | None = None
    stages: Collection[CustomerStage] = ()
    room_states: Collection[RoomState] = ()
    seller: int | None = None

    @classmethod
    def typed(cls, words: str, cipher: Cipher | None = None) -> Sequence[Self]:
        """What somebody may mean who types this into the one field of a search, likeliest first.

        "cw" → initials; "陈" → a name; "0001" → the end of a number; "010201" → a room, or the end of a number;
        "13800000001" → a number; "440106198506150012" → an identity card (with a cipher)
        """
        plain = phones.fold(words).strip()
        digits = re.sub(r"[\s-]", "", plain)
        if not plain:
            return ()
        if cipher is not None and _ID.fullmatch(digits.upper()):
            return (cls(id_hash=cipher.hash(ID_COLUMN, digits)),)
        if not re.fullmatch(r"\+?\d+", digits):
            named, spelled = cls(name=plain), re.sub(r"[^a-z0-9]", "", plain.lower())
            return (cls(pinyin=spelled), named) if plain.isascii() and spelled else (named,)
        part = cls(part=digits.lstrip("+"))
        if len(digits) == 6 and digits.isdigit():
            return cls(room=digits), part
        try:
            return cls(phone=phones.normal(digits)), part
        except Refused:
            return (part,)


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer in a list. phones: as they may be seen, the primary one first."""

    id: int
    no: str | None
    name: str
    gender: str | None
    level: str | None
    stage: CustomerStage
    seller: str | None
    phones: tuple[str, ...]


_PHONES = (
    select(CustomerPhone.customer_id, CustomerPhone.phone)
    .where(also_of(CustomerPhone.tenant_id), among(CustomerPhone.customer_id))
    .order_by(CustomerPhone.customer_id, CustomerPhone.position, CustomerPhone.id)
)
FIRST = Page()


def search_customers(
    session: Session, tenant: int, wish: CustomerWish, page: Page = FIRST, *, masked: bool = True
) -> Found[CustomerRow]:
    """The customers who fit, latest first; those merged into others are not shown. masked: hide parts of numbers."""
    conditions = _conditions(session, tenant, wish)
    total = session.scalar(select(func.count()).select_from(Customer).where(*conditions)) or 0
    if total <= page.offset:
        return Found((), total)
    rows = session.execute(
        select(
            Customer.id,
            Customer.no,
            Customer.name,
            Customer.gender,
            Customer.level,
            Customer.stage,
            Salesperson.name,
        )
        .outerjoin(Salesperson, Salesperson.id == Customer.seller_id)
        .where(*conditions)
        .order_by(Customer.id.desc())
        .limit(page.size)
        .offset(page.offset)
    ).all()
    numbers = phones_of(session, tenant, [row.id for row in rows], masked=masked)
    return Found(tuple(CustomerRow(*row, numbers.get(row.id, ())) for row in rows), total)


def quick_search(
    session: Session,
    tenant: int,
    words: str,
    page: Page = FIRST,
    *,
    cipher: Cipher | None = None,
    masked: bool = True,
) -> Found[CustomerRow]:
    """The customers meant by what was typed into one field: the first reading that finds any counts."""
    for wish in CustomerWish.typed(words, cipher):
        found = search_customers(session, tenant, wish, page, masked=masked)
        if found.total:
            return found
    return Found((), 0)


def phones_of(
    session: Session, tenant: int, customers: Sequence[int], *, masked: bool
) -> Mapping[int, tuple[str, ...]]:
    """The numbers of each of these customers, in the order they are preferred."""
    rows = session.execute(_PHONES, {"tenant": tenant, "ids": list(customers)})
    found: dict[int, tuple[str, ...]] = {}
    for customer, phone in rows:
        found[customer] = (*found.get(customer, ()), masks.phone(phone) if masked else phone)
    return found


def _conditions(session: Session, tenant: int, wish: CustomerWish) -> list[ColumnElement[bool]]:
    found = wish.phone is not None or wish.part is not None or wish.room is not None
    mine = also_of(Customer.tenant_id, tenant) if found else Customer.tenant_id == tenant
    conditions = [mine, Customer.merged_into_id.is_(None)]
    if wish.phone is not None:
        conditions.append(_with_phone(tenant, CustomerPhone.phone == wish.phone))
    if wish.part is not None:
        conditions.append(_with_phone(tenant, _part(session, tenant, wish.part)))
    if wish.name is not None:
        conditions.append(Customer.name.contains(wish.name, autoescape=True))
    if wish.pinyin is not None:
        conditions.append(or_(_begins(Customer.pinyin_initials, wish.pinyin), _begins(Customer.pinyin, wish.pinyin)))
    if wish.id_hash is not None:
        conditions.append(Customer.id_hash == wish.id_hash)
    if wish.room is not None:
        conditions.append(_of_room(tenant, Room.room_code == wish.room))
    if wish.room_states:
        conditions.append(_of_room(tenant, Room.state.in_(wish.room_states)))
    if wish.stages:
        conditions.append(Customer.stage.in_(wish.stages))
    if wish.seller is not None:
        conditions.append(Customer.seller_id == wish.seller)
    return conditions


def _with_phone(tenant: int, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return Customer.id.in_(select(CustomerPhone.customer_id).where(CustomerPhone.tenant_id == tenant, condition))


def _part(session: Session, tenant: int, part: str) -> ColumnElement[bool]:
    ends = _begins(CustomerPhone.reversed, part[::-1])
    any_ends = select(CustomerPhone.id).where(CustomerPhone.tenant_id == tenant, ends).limit(1)
    if session.scalar(any_ends) is not None:
        return ends
    return CustomerPhone.phone.contains(part, autoescape=True)


def _begins(column: Any, start: str) -> ColumnElement[bool]:
    """As a range, which an index serves on both engines whatever their collation makes of LIKE."""
    return and_(column >= start, column < start + LAST, column.startswith(start, autoescape=True))


def _of_room(tenant: int, room: ColumnElement[bool]) -> ColumnElement[bool]:
    """Who holds, buys or owns such a room."""
    held = (
        select(Hold.customer_id)
        .join(Room, Room.id == Hold.room_id)
        .where(also_of(Hold.tenant_id, tenant), Hold.state == HoldState.ACTIVE, Hold.customer_id.is_not(None), room)
    )
    bought = (
        select(DealBuyer.customer_id)
        .join(Deal, Deal.id == DealBuyer.deal_id)
        .join(Room, Room.id == Deal.room_id)
        .where(also_of(Deal.tenant_id, tenant), Deal.state.in_(tuple(deals.LIVE)), room)
    )
    owned = select(Room.owner_customer_id).where(
        also_of(Room.tenant_id, tenant), Room.owner_customer_id.is_not(None), room
    )
    return or_(Customer.id.in_(held), Customer.id.in_(bought), Customer.id.in_(owned))
