"""Exchange 换房 (T16, T16b): the old room back, the new one subscribed, the money moved, all of it or nothing."""

from typing import NamedTuple

from admin.right import Right
from sales.models import Deal, Exchange
from sales.money import amount
from sales.money.fee import FeeType
from sales.services import receipts
from sales.services.allocations import lines_of, spread
from sales.services.approvals import use
from sales.services.booking import must_be_theirs
from sales.services.contracts import buyers_of
from sales.services.deals import with_room
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.holds import of_room
from sales.services.invoices import must_be_covered
from sales.services.offer import Offer
from sales.services.receipts import Purse
from sales.services.refund import Leaving, clear_owner, dissolve, write_refund
from sales.services.room_state import HELD, RoomNow, Why, find, move
from sales.services.stages import follow
from sales.services.subscribe import DEPOSIT, Bargain, check, write
from sales.states.approval import ApprovalKind
from sales.states.deal import DealEvent, DealState
from sales.states.room import RoomEvent


class Wanted(NamedTuple):
    """The room somebody moves to. seen: its row_version on the seller's screen."""

    room: int
    offer: Offer
    seen: int | None = None


def exchange(desk: Desk, deal: int, wanted: Wanted, leaving: Leaving) -> Exchange:
    """Move a deal to another room, by approval of kind exchange about the old deal.

    What was paid goes along by two balanced receipts (ZZ) and fills the buyer's own lines, never the loan's; what is
    more than these becomes the customer's advance. From a sold room it is a refund without penalty and a new
    subscription (T16b).
    E_PERM, E_NOT_FOUND, E_STATE, E_ROOM_TAKEN, E_CONFLICT, E_MONEY, E_VALIDATION.
    """
    desk.must(Right.CHANGE_DEAL)
    sold = _state(desk, deal) is DealState.SOLD
    event = RoomEvent.REFUND if sold else RoomEvent.EXCHANGE_OUT
    old, old_room = with_room(desk, deal, event)
    use(desk, leaving.approval, ApprovalKind.EXCHANGE, "deal", old.id)
    _must_be_same(old, old_room, wanted)
    bargain = check(desk, wanted.room, wanted.offer, wanted.seen)
    there = dissolve(desk, old, DealEvent.REFUND if sold else DealEvent.EXCHANGE, leaving)
    if sold:
        write_refund(desk, old, leaving, (there, 0))
    new = _subscribe(desk, bargain, wanted, old)
    moved = _move_money(desk, bargain, wanted.offer, (old, new), there)
    move(desk, old_room, event, Why(deal=old.id, reason=leaving.reason))
    clear_owner(desk, old_room)
    old.next_deal_id = new.id
    row = Exchange(
        **desk.own,
        old_deal_id=old.id,
        new_deal_id=new.id,
        date=desk.today,
        reason=leaving.reason,
        moved_fen=moved,
        diff_fen=new.deal_fen - old.deal_fen,
        approval_id=leaving.approval,
    )
    desk.session.add(row)
    desk.session.flush()
    desk.note("deal.exchange", "deal", old.id, None, {"next": new.id, "moved_fen": moved, "diff_fen": row.diff_fen})
    for customer in {*buyers_of(desk, old), *buyers_of(desk, new)}:
        follow(desk, customer, RoomEvent.EXCHANGE_OUT.value)
    return row


def _state(desk: Desk, deal: int) -> DealState:
    return fetch(desk, Deal, deal).state


def _must_be_same(old: Deal, room: RoomNow, wanted: Wanted) -> None:
    if wanted.offer.customer != old.customer_id:
        raise amount.invalid("换房须为同一客户", "An exchange is for the same customer")
    if wanted.room == room.id:
        raise amount.invalid("新房与原房相同", "The new room is the old one")


def _subscribe(desk: Desk, bargain: Bargain, wanted: Wanted, old: Deal) -> Deal:
    hold, now = None, find(desk, wanted.room)
    if now.state in HELD:
        hold, now = of_room(desk, wanted.room, RoomEvent.SUBSCRIBE)
        must_be_theirs(desk, hold, wanted.offer.customer, now)
    brought = 0 if hold is None else hold.money_fen
    new = write(desk, bargain._replace(room=now), wanted.offer, hold, old)
    if hold is not None and brought:
        customer = wanted.offer.customer
        receipts.transfer(desk, Purse(customer, hold=hold.id), Purse(customer, deal=new.id), brought, DEPOSIT)
    return new


def _move_money(desk: Desk, bargain: Bargain, offer: Offer, deals: tuple[Deal, Deal], there: int) -> int:
    old, new = deals
    source, target = Purse(old.customer_id, deal=old.id), Purse(new.customer_id, deal=new.id)
    own = sum(line.amount_fen for line in lines_of(desk, new) if line.fee_type != FeeType.LOAN)
    moved = min(there, max(own - receipts.lying(desk, target), 0))
    if moved:
        receipts.transfer(desk, source, target, moved, DEPOSIT)
    if there > moved:
        receipts.transfer(desk, source, Purse(old.customer_id), there - moved, receipts.REFUND_FEE)
    must_be_covered(desk, old)
    if offer.deposit.money is not None:
        desk.must(Right.COLLECT, Right.RECEIPT)
        receipts.enter(desk, target, offer.deposit.money, DEPOSIT)
    least, lies = bargain.chosen.deposit_fen, receipts.lying(desk, target)
    if lies < least:
        if offer.deposit.deferral is None:
            receipts.must_hold(lies, least)
        use(desk, offer.deposit.deferral, ApprovalKind.DEFERRAL, "room", bargain.room.id)
    spread(desk, new)
    return moved
