"""Reserve 保留 (T5): the act that fifty sellers do at once, so it asks the database as little as it can."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Date, Integer, bindparam, func, insert, literal_column, select, update

from admin.right import Right
from db.refusal import Code, Refused
from db.statement import Statement
from sales import parameters
from sales.models import BusinessParam, Customer, CustomerStageLog, Hold, Interaction, Room
from sales.money import amount
from sales.parameters import Given
from sales.services import receipts
from sales.services.assignment import must_sell, not_another
from sales.services.desk import Desk
from sales.services.payment import Payment
from sales.services.room_state import COLUMNS, MINE, Part, RoomNow, Why, check, find, found, move
from sales.services.stages import RANKS
from sales.states.customer import CustomerStage
from sales.states.hold import HoldKind, HoldState
from sales.states.room import ROOM, RoomEvent


@dataclass(frozen=True)
class Terms:
    """What may be said about a hold besides room and customer.

    kind     reserve, or manager (needs `sale.manager_hold`; may be without customer and without expiry)
    until    when it expires; only a manager chooses, None: after hold_days (a manager's: never)
    money    保留金 that is paid with it
    """

    kind: HoldKind = HoldKind.RESERVE
    until: datetime | None = None
    money: Payment | None = None
    seller: int | None = None
    note: str | None = None


USUAL = Terms()

_H: Any = Hold.__table__
_C: Any = Customer.__table__
_R: Any = Room.__table__
_SEE = Statement(
    select(
        *COLUMNS,
        _C.c.stage,
        _C.c.seller_id,
        _C.c.protected_until >= bindparam("today", type_=Date()),
        _C.c.merged_into_id,
        *parameters.COLUMNS,
    )
    .select_from(
        _R.join(_C, _C.c.id == bindparam("customer")).outerjoin(BusinessParam, parameters.counting(_R.c.project_id))
    )
    .where(*MINE, _C.c.tenant_id == bindparam("tenant"))
    .order_by(*parameters.IN_ORDER)
    # two rooms at once for one customer: the second waits here, and then counts the first
    .with_for_update(key_share=True, of=_C)
)
_NAMES = tuple(column.name for column in _H.c if column.name != "id")
_HELD_ALREADY = (
    select(func.count())
    .select_from(_H)
    .where(
        _H.c.customer_id == bindparam("customer_id", type_=_H.c.customer_id.type),
        _H.c.state == literal_column("'active'"),
    )
    .scalar_subquery()
)
# the limit is judged by the statement that writes: one question fewer
_HOLD = Statement(
    insert(_H)
    .from_select(
        _NAMES,
        select(*(bindparam(name, type_=_H.c[name].type) for name in _NAMES)).where(
            bindparam("limit", type_=Integer()) > _HELD_ALREADY
        ),
        include_defaults=False,
    )
    .returning(_H.c.id)
)
_STAGE = (
    update(_C)
    .where(_C.c.id == bindparam("whose"))
    .values(
        stage=bindparam("stage_to", type_=_C.c.stage.type),
        updated_at=bindparam("stage_at", type_=_C.c.updated_at.type),
        row_version=_C.c.row_version + 1,
    )
)
NO_LIMIT = 2**31 - 1


def reserve(desk: Desk, room: int, customer: int | None = None, terms: Terms = USUAL, seen: int | None = None) -> int:
    """Hold an available room; the id of the hold. `seen`: the room's row_version on the seller's screen.

    The reminder comes from the alert clock, `alert_lead_hold` days before it expires (S4-80).
    E_PERM, E_NOT_FOUND, E_STATE, E_ROOM_TAKEN, E_CONFLICT, E_LIMIT (`hold_max_per_customer`), E_MONEY (less than
    `hold_money_fen`), E_VALIDATION.
    """
    desk.must(Right.MANAGER_HOLD if terms.kind is HoldKind.MANAGER else Right.RESERVE)
    _must_make_sense(desk, customer, terms)
    now, given, stage = _see(desk, room, customer, seen)
    ROOM.next(now.state, RoomEvent.RESERVE)
    if terms.kind is HoldKind.RESERVE:
        must_sell(desk, now, given)
        _must_pay(given[parameters.HOLD_MONEY], terms.money)
    hold = open_hold(desk, now, customer, terms, given)
    why = Why(hold=hold, facts={"customer": customer, "kind": terms.kind.value})
    move(desk, now, RoomEvent.RESERVE, why, () if customer is None else _followed(desk, customer, stage, hold, now))
    if terms.money is not None and customer is not None:
        desk.must(Right.COLLECT, Right.RECEIPT)
        receipts.enter(desk, receipts.Purse(customer, hold=hold), terms.money, receipts.HOLD_MONEY)
    return hold


def open_hold(
    desk: Desk, room: RoomNow, customer: int | None, terms: Terms, given: Given, prev: int | None = None
) -> int:
    """The row itself, whatever its kind. E_LIMIT; the room is moved by the caller."""
    limit = NO_LIMIT if terms.kind is HoldKind.MANAGER else given[parameters.HOLD_MAX_PER_CUSTOMER]
    values = {
        "tenant_id": desk.tenant,
        "no": None,
        "room_id": room.id,
        "kind": terms.kind,
        "state": HoldState.ACTIVE,
        "customer_id": customer,
        "seller_id": terms.seller if terms.seller is not None else desk.actor.seller,
        "started_at": desk.now,
        "expires_at": _until(desk, terms, given),
        "extensions": 0,
        "money_fen": 0 if terms.money is None else terms.money.amount_fen,
        "prev_hold_id": prev,
        "ended_at": None,
        "end_reason": None,
        "note": terms.note,
        "created_at": desk.now,
        "created_by": desk.actor.name,
        "updated_at": desk.now,
        "row_version": 1,
    }
    row = _HOLD.run(desk.session.connection(), values | {"limit": limit}).first()
    if row is None:
        raise Refused(
            Code.LIMIT,
            f"每位客户最多同时保留{limit}套房，已达上限。",
            f"A customer may hold {limit} rooms at a time: there are as many already.",
            limit=limit,
        )
    return int(row[0])


def _must_make_sense(desk: Desk, customer: int | None, terms: Terms) -> None:
    if terms.kind is HoldKind.BOOKING:
        raise amount.invalid("预定请用“预定”办理", "A booking is made by booking the room")
    if terms.kind is HoldKind.RESERVE and customer is None:
        raise amount.invalid("客户保留必须指定客户", "A reservation needs its customer")
    if terms.money is not None and customer is None:
        raise amount.invalid("没有客户不能收保留金", "Hold money needs a customer who pays it")
    if terms.money is not None:
        amount.positive_fen(terms.money.amount_fen)
    if terms.until is not None:
        desk.must(Right.MANAGE)
        if terms.until <= desk.now:
            raise amount.invalid("到期时间必须在将来", "A hold expires in the future")


def _must_pay(least_fen: int, money: Payment | None) -> None:
    paid = 0 if money is None else money.amount_fen
    if paid < least_fen:
        raise amount.impossible(
            f"保留金至少 {amount.yuan(least_fen)} 元",
            f"Hold money is {amount.yuan(least_fen)} yuan at least",
            least_fen=least_fen,
        )


def _until(desk: Desk, terms: Terms, given: Given) -> datetime | None:
    if terms.until is not None or terms.kind is HoldKind.MANAGER:
        return terms.until
    days = parameters.BOOKING_DAYS if terms.kind is HoldKind.BOOKING else parameters.HOLD_DAYS
    return desk.now + timedelta(days=given[days])


def _see(desk: Desk, room: int, customer: int | None, seen: int | None) -> tuple[RoomNow, Given, CustomerStage | None]:
    """Room, parameters and customer in one look, the customer kept for us."""
    if customer is None:
        now = find(desk, room, seen)
        return now, desk.given(now.project), None
    values = {"room": room, "customer": customer, "tenant": desk.tenant, "today": desk.today}
    rows = list(_SEE.run(desk.session.connection(), values))
    if not rows:
        find(desk, room, seen)
        raise Refused(Code.NOT_FOUND, "没有这位客户。", "There is no such customer.", customer=customer)
    now = check(found(rows[0][:-6]), room, seen)
    stage, owner, protected, merged = rows[0][-6:-2]
    if merged is not None:
        raise Refused(
            Code.NOT_FOUND, "该客户已合并到另一位客户。", "This customer was merged into another.", customer=merged
        )
    if owner is not None and protected:
        not_another(desk, owner)
    return now, parameters.given(row[-2:] for row in rows), CustomerStage(stage)


def _followed(desk: Desk, customer: int, stage: CustomerStage | None, hold: int, room: RoomNow) -> tuple[Part, ...]:
    """The customer's line of time, and the stage: a hold is past all that come before it, and none of those after."""
    stamped = {
        "tenant_id": desk.tenant,
        "created_at": desk.now,
        "created_by": desk.actor.name,
        "updated_at": desk.now,
        "row_version": 1,
    }
    touched = stamped | {
        "customer_id": customer,
        "at": desk.now,
        "kind": "hold",
        "entity": "hold",
        "entity_id": hold,
        "text": room.code,
        "call_id": None,
    }
    to = CustomerStage.RESERVED
    if stage is not CustomerStage.LOST and stage is not None and RANKS.index(stage) >= RANKS.index(to):
        return ((Interaction, touched),)
    logged = stamped | {
        "customer_id": customer,
        "from_stage": stage,
        "to_stage": to,
        "cause": RoomEvent.RESERVE.value,
        "at": desk.now,
    }
    entered = {"whose": customer, "stage_to": to, "stage_at": desk.now}
    return (Interaction, touched), (_STAGE, entered), (CustomerStageLog, logged)
