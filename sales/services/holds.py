"""Holds 保留 once they are there: extended, released, expired (T6, T7, T8), and the money that came with them."""

from datetime import datetime, timedelta

from sqlalchemy import select

from admin.right import Right
from db.refusal import Code, Refused
from sales import parameters
from sales.models import Hold, Project, Receipt, Room
from sales.money import amount
from sales.services import receipts
from sales.services.alarms import cease
from sales.services.approvals import use
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.payment import Payment
from sales.services.room_state import RoomNow, Why, find, move
from sales.services.stages import follow
from sales.services.step import step
from sales.states.alert import AlertEvent
from sales.states.approval import ApprovalKind
from sales.states.hold import HOLD, HoldEvent, HoldKind, HoldState
from sales.states.receipt import ReceiptKind
from sales.states.room import ROOM, RoomEvent

EXPIRED_AT_ONCE = 500  # holds in one unit of work: the rest is due at the next tick


def extend(desk: Desk, room: int, until: datetime | None = None, approval: int | None = None) -> Hold:
    """Move the expiry of the room's hold or booking (T6): by its own length again, or to `until` (a manager only).

    After `max_hold_extend` times it takes a manager, or an approval of kind extend about the hold.
    E_PERM, E_NOT_FOUND, E_STATE, E_LIMIT, E_VALIDATION.
    """
    desk.must(Right.RESERVE, Right.MANAGE)
    hold, now = of_room(desk, room, RoomEvent.EXTEND)
    must_own(desk, hold)
    given = desk.given(now.project)
    if hold.extensions >= given[parameters.MAX_HOLD_EXTEND] and not desk.actor.may(Right.MANAGE):
        if approval is None:
            raise Refused(
                Code.LIMIT,
                f"房间{now.code}的保留已延期{hold.extensions}次，再延期须经理办理。",
                f"The hold of room {now.code} has been extended {hold.extensions} times: once more takes a manager.",
                room=now.code,
                extensions=hold.extensions,
            )
        use(desk, approval, ApprovalKind.EXTEND, "hold", hold.id)
    if until is not None:
        desk.must(Right.MANAGE)
    else:
        days = parameters.BOOKING_DAYS if hold.kind is HoldKind.BOOKING else parameters.HOLD_DAYS
        until = (hold.expires_at or desk.now) + timedelta(days=given[days])
    if until <= max(desk.now, hold.started_at):
        raise amount.invalid("到期时间必须在将来", "A hold expires in the future")
    step(desk, HOLD, hold, HoldEvent.EXTEND, {"expires_at": until, "extensions": hold.extensions + 1})
    move(desk, now, RoomEvent.EXTEND, Why(hold=hold.id))
    cease(desk, "hold", hold.id)
    return hold


def release(desk: Desk, room: int, reason: str = "", keep_money: bool = False) -> Hold:
    """Give the room of a reservation free again (T7), by its seller or a manager.

    The money paid for it is to be paid back (`pay_back`); `keep_money`: it is forfeited, which a manager decides.
    E_PERM, E_NOT_FOUND, E_STATE.
    """
    desk.must(Right.RESERVE, Right.MANAGE)
    hold, now = of_room(desk, room, RoomEvent.RELEASE_HOLD)
    must_own(desk, hold)
    return end(desk, hold, now, RoomEvent.RELEASE_HOLD, reason, keep_money)


def expire(desk: Desk) -> list[int]:
    """What the clock does: every hold that is due gives its room free (T8); the rooms' ids.

    Projects that only want to be reminded (`overdue_hold_action` = remind) keep theirs.
    """
    projects = desk.session.scalars(select(Project.id).where(Project.tenant_id == desk.tenant))
    releasing = [key for key in projects if desk.given(key)[parameters.OVERDUE_HOLD_ACTION] == "release"]
    due = desk.session.scalars(
        select(Hold)
        .join(Room, Room.id == Hold.room_id)
        .where(
            Hold.tenant_id == desk.tenant,
            Room.project_id.in_(releasing),
            Hold.state == HoldState.ACTIVE,
            Hold.expires_at.is_not(None),
            Hold.expires_at <= desk.now,
        )
        .order_by(Hold.expires_at, Hold.id)
        .limit(EXPIRED_AT_ONCE)
        # somebody extends or converts this very hold: then it is not ours
        .with_for_update(skip_locked=True, key_share=True, of=Hold)
    ).all()
    for hold in due:
        end(desk, hold, find(desk, hold.room_id), RoomEvent.EXPIRE)
    return [hold.room_id for hold in due]


def pay_back(desk: Desk, hold: int, payment: Payment) -> Receipt:
    """The cashier pays back what came with a hold that has ended (TK). E_PERM, E_STATE, E_MONEY."""
    desk.must(Right.PAY_OUT)
    found = fetch(desk, Hold, hold)
    if found.state not in (HoldState.RELEASED, HoldState.EXPIRED):
        raise Refused(
            Code.STATE,
            "保留仍然有效或已转换，不能退款。",
            "The hold is still active or was converted: its money stays.",
            state=found.state.value,
        )
    receipts.must_hold(found.money_fen, payment.amount_fen)
    assert found.customer_id is not None  # money without a customer is not taken
    paid = receipts.enter(
        desk,
        receipts.Purse(found.customer_id, hold=found.id),
        payment,
        receipts.REFUND_FEE,
        ReceiptKind.REFUND,
    )
    found.money_fen -= payment.amount_fen
    return paid


def of_room(desk: Desk, room: int, event: RoomEvent) -> tuple[Hold, RoomNow]:
    """The active hold of a room, both kept for us; E_STATE if the room's state does not know `event`."""
    now = find(desk, room)
    ROOM.next(now.state, event)
    assert now.hold is not None  # a reserved or booked room has its hold
    hold = fetch(desk, Hold, now.hold)
    if hold.state is not HoldState.ACTIVE:  # it ended while we waited for it
        now = find(desk, room)
        ROOM.next(now.state, event)
        HOLD.next(hold.state, HoldEvent.EXTEND)
    return hold, now


def must_own(desk: Desk, hold: Hold) -> None:
    """E_PERM for another's hold, and for one of the house, unless a manager acts."""
    if desk.actor.may(Right.MANAGE):
        return
    if hold.kind is HoldKind.MANAGER:
        desk.must(Right.MANAGER_HOLD)
    elif hold.seller_id != desk.actor.seller or hold.seller_id is None:
        raise Refused(
            Code.PERM,
            "这是其他销售员的保留，只有本人或经理可以办理。",
            "This hold belongs to another seller: only they or a manager may change it.",
            seller=hold.seller_id,
        )


def end(desk: Desk, hold: Hold, room: RoomNow, event: RoomEvent, reason: str = "", keep_money: bool = False) -> Hold:
    """A hold ends without a sale: hold, room, alerts and the customer's stage."""
    facts: dict[str, object] = {"ended_at": desk.now, "end_reason": reason or event.value}
    if keep_money:
        desk.must(Right.MANAGE)
        facts |= {"money_fen": 0, "note": f"没收 forfeited: {amount.yuan(hold.money_fen)}"}
    expired = event is RoomEvent.EXPIRE
    step(desk, HOLD, hold, HoldEvent.EXPIRE if expired else HoldEvent.RELEASE, facts)
    move(desk, room, event, Why(hold=hold.id, reason=reason or None))
    cease(desk, "hold", hold.id, AlertEvent.EXPIRE if expired else AlertEvent.RESOLVE)
    if hold.customer_id is not None:
        follow(desk, hold.customer_id, event.value)
    return hold


def convert(desk: Desk, hold: Hold) -> int:
    """A hold becomes a booking or a deal; what lay on it, in fen, for whoever moves it on."""
    money = hold.money_fen
    step(desk, HOLD, hold, HoldEvent.CONVERT, {"ended_at": desk.now, "money_fen": 0})
    cease(desk, "hold", hold.id)
    desk.session.flush()
    return money
