"""Deals 交易: found, kept for us, with their room and their seller."""

from admin.right import Right
from db.refusal import Code, Refused
from sales.models import Deal
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.room_state import RoomNow, find
from sales.states.deal import DEAL, LIVE
from sales.states.room import ROOM, RoomEvent


def with_room(desk: Desk, deal: int, event: RoomEvent) -> tuple[Deal, RoomNow]:
    """A live deal and its room, for `event`. E_NOT_FOUND, E_STATE (it has ended, or not from here)."""
    found = fetch(desk, Deal, deal)
    must_live(found)
    room = find(desk, found.room_id)
    ROOM.next(room.state, event)
    return found, room


def must_live(deal: Deal) -> None:
    """E_STATE for a deal that has ended."""
    if deal.state not in LIVE:
        now = DEAL.names[deal.state]
        raise Refused(
            Code.STATE,
            f"交易{deal.deal_no}已结束(“{now.zh}”)。",
            f"Deal {deal.deal_no} has ended: it is {now.en}.",
            deal=deal.deal_no,
            state=deal.state.value,
        )


def must_be_own(desk: Desk, deal: Deal) -> None:
    """E_PERM for another seller's deal, unless a manager acts."""
    if deal.seller_id != desk.actor.seller and not desk.actor.may(Right.MANAGE):
        raise Refused(
            Code.PERM,
            "这是其他销售员的交易，只有本人或经理可以办理。",
            "This deal belongs to another seller: only they or a manager may change it.",
            seller=deal.seller_id,
        )
