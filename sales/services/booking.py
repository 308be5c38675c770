"""Bookings 预定 (T9, T10, T11): a hold against money."""

from admin.right import Right
from sales import parameters
from sales.models import Customer, Hold
from sales.money import amount
from sales.services import receipts
from sales.services.assignment import must_sell, must_serve
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.holds import convert, end, must_own, of_room, pay_back
from sales.services.payment import Payment
from sales.services.receipts import Purse
from sales.services.reserve import Terms, open_hold
from sales.services.room_state import RoomNow, Why, find, move, taken
from sales.services.stages import follow
from sales.services.touch import touch
from sales.states.hold import HoldKind
from sales.states.room import ROOM, RoomEvent, RoomState


def book(desk: Desk, room: int, customer: int, money: Payment | None = None, seen: int | None = None) -> int:
    """Book an available room (T9), or one that is reserved for this customer (T10); the id of the new hold.

    The booking money is what lay on the reservation, `money` that is paid now, and the customer's advance if these
    are not enough; together `booking_money_fen` at least.
    E_PERM, E_NOT_FOUND, E_STATE, E_ROOM_TAKEN (reserved for somebody else), E_CONFLICT, E_LIMIT, E_MONEY.
    """
    desk.must(Right.RESERVE)
    found = fetch(desk, Customer, customer)
    must_serve(desk, found)
    now = find(desk, room, seen)
    event = RoomEvent.HOLD_TO_BOOK if now.state is RoomState.RESERVED else RoomEvent.BOOK
    ROOM.next(now.state, event)
    given = desk.given(now.project)
    must_sell(desk, now, given)
    old, now = of_room(desk, room, event) if event is RoomEvent.HOLD_TO_BOOK else (None, now)
    brought = 0
    if old is not None:
        must_be_theirs(desk, old, customer, now)
        brought = convert(desk, old)
    total = _collected(desk, customer, brought, money, given[parameters.BOOKING_MONEY])
    terms = Terms(HoldKind.BOOKING, money=Payment(total), seller=desk.actor.seller or found.seller_id)
    hold = open_hold(desk, now, customer, terms, given, None if old is None else old.id)
    move(desk, now, event, Why(hold=hold, facts={"customer": customer, "money_fen": total}))
    purse = Purse(customer, hold=hold)
    if old is not None and brought:
        receipts.transfer(desk, Purse(customer, hold=old.id), purse, brought, receipts.BOOKING_MONEY)
    if money is not None:
        desk.must(Right.COLLECT, Right.RECEIPT)
        receipts.enter(desk, purse, money, receipts.BOOKING_MONEY)
    rest = total - brought - (0 if money is None else money.amount_fen)
    if rest:
        receipts.transfer(desk, Purse(customer), purse, rest, receipts.BOOKING_MONEY)
    touch(desk, customer, "hold", "hold", hold, now.code)
    follow(desk, customer, event.value)
    return hold


def cancel_booking(desk: Desk, room: int, reason: str, pay: Payment | None = None, keep_money: bool = False) -> Hold:
    """Take a booking back (T11): the seller or a manager gives the room free, the cashier pays the money back.

    `pay`: at once, by somebody who may do both; otherwise `holds.pay_back` by the cashier. `keep_money`: forfeited,
    which a manager decides. E_PERM, E_NOT_FOUND, E_STATE, E_MONEY.
    """
    desk.must(Right.RESERVE, Right.MANAGE)
    hold, now = of_room(desk, room, RoomEvent.CANCEL_BOOKING)
    must_own(desk, hold)
    end(desk, hold, now, RoomEvent.CANCEL_BOOKING, reason, keep_money)
    if pay is not None:
        pay_back(desk, hold.id, pay)
    return hold


def must_be_theirs(desk: Desk, hold: Hold, customer: int, room: RoomNow) -> None:
    """Same customer as the hold; one of the house is given by who may hold for it. E_ROOM_TAKEN, E_PERM."""
    if hold.kind is HoldKind.MANAGER:
        desk.must(Right.MANAGER_HOLD, Right.MANAGE)
        if hold.customer_id is None:
            return
    if hold.customer_id != customer:
        raise taken(room)


def _collected(desk: Desk, customer: int, brought: int, money: Payment | None, least: int) -> int:
    """How much there will be: what was brought and is paid, and of an advance as much as is missing. E_MONEY."""
    paid = brought + (0 if money is None else amount.positive_fen(money.amount_fen))
    if paid >= least:
        return paid
    advance = receipts.lying(desk, Purse(customer))
    if paid + advance < least:
        raise amount.impossible(
            f"订金至少 {amount.yuan(least)} 元，现有 {amount.yuan(paid + max(advance, 0))} 元",
            f"A booking takes {amount.yuan(least)} yuan at least, there are {amount.yuan(paid + max(advance, 0))}",
            least_fen=least,
        )
    return least
