"""Rooms are bought, paid, exchanged, given back."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from sales.models import Deal, Receipt
from sales.services import rooms
from sales.services.contracts import archive, complete, register, reopen, sign, void_contract
from sales.services.exchange import Wanted, exchange
from sales.services.payment import Payment
from sales.services.receipts import Purse
from sales.services.receive import receive, reverse
from sales.services.refund import Leaving, lapse, pay_refund, refund
from sales.services.rename import NewBuyer, rename
from sales.services.subscribe import subscribe
from sales.states.approval import ApprovalKind
from sales.states.deal import LIVE
from sales.states.room import RoomState
from tests.sales.lives.world import PLANS, World, money, person, place, seller, yes


class Buying(World):
    @rule(n=place, c=person, who=seller, plan=st.sampled_from(PLANS), paid=money)
    def subscribe(self, n: int, c: int, who: str, plan: str, paid: int | None) -> None:
        room, customer = self.held(n, c)
        self.act("boss" if c % 2 else who, subscribe, room, self.offer(customer, plan, paid or 2_000_000))

    @rule(n=place, back=yes)
    def sign(self, n: int, back: bool) -> None:
        self.act("boss", sign, self.deal(n, RoomState.SUBSCRIBED).id)

    @rule(n=place)
    def register(self, n: int) -> None:
        self.act("boss", register, self.deal(n, RoomState.CONTRACTED).id)

    @rule(n=place, part=st.sampled_from((1, 1, 1, 3, 1000)), loose=yes)
    def pay(self, n: int, part: int, loose: bool) -> None:
        deal = self.deal(n, RoomState.CONTRACTED, RoomState.SUBSCRIBED)
        left = max(deal.deal_fen - self.lies(Purse(1, deal=deal.id)), 1)
        payer = deal.customer_id if part < 1000 else self.customer(n)
        self.act("cash", receive, payer, Payment(max(left // part, 1)), "楼款", None if loose and part > 1 else deal.id)

    @rule(n=place)
    def straight_to_the_end(self, n: int) -> None:
        """What takes many steps by chance: signed, registered, paid, completed."""
        self._sell(self.deal(n, RoomState.SUBSCRIBED, RoomState.CONTRACTED))

    def _sell(self, deal: Deal) -> None:
        for each in (sign, register):
            self.act("boss", each, deal.id)
        left = deal.deal_fen - self.lies(Purse(1, deal=deal.id))
        if left > 0:
            self.act("cash", receive, deal.customer_id, Payment(left), "楼款", deal.id)
        self.act("boss", complete, deal.id)

    @rule(n=place)
    def complete(self, n: int) -> None:
        self.act("boss", complete, self.deal(n, RoomState.CONTRACTED).id)

    @rule(n=place, keys=yes)
    def after_the_sale(self, n: int, keys: bool) -> None:
        deal = self.deal(n, RoomState.SOLD).id
        if keys:
            self.act("boss", rooms.hand_over, deal)
        elif n % 8 == 0:
            self.act("boss", archive, deal, "档1")
        else:
            self.act("boss", reopen, deal)

    @rule(n=place, k=st.integers(0, 5), any_receipt=yes)
    def reverse(self, n: int, k: int, any_receipt: bool) -> None:
        deal = self.deal(n, *LIVE)
        receipt = self.one_of(Receipt, k, *([] if any_receipt else [Receipt.deal_id == deal.id]))
        if receipt is not None:
            self.act("finance", reverse, receipt.id, "退票")

    @rule(n=place, penalty=st.sampled_from((None, 0, 2_000_000)), gone=yes, cancellation=st.sampled_from((None, "撤1")))
    def refund(self, n: int, penalty: int | None, gone: bool, cancellation: str | None) -> None:
        deal = self.deal(n, *LIVE)
        payload: dict[str, object] = {} if penalty is None else {"penalty_fen": penalty}
        asked = self.approved(ApprovalKind.REFUND, ("deal", deal.id), **payload)
        to = RoomState.NOT_FOR_SALE if gone else RoomState.AVAILABLE
        self.act("boss", refund, deal.id, Leaving("质量", asked, cancellation, to))

    @rule(n=place, fen=st.sampled_from((1, 500_000, 1_500_000, 87_220_000, 89_872_200)))
    def pay_refund(self, n: int, fen: int) -> None:
        self.act("cash", pay_refund, self.deal(n, RoomState.SOLD, *_ended()).id, Payment(fen))

    @rule(n=place, m=place, paid=st.sampled_from((None, 2_000_000, 5_000_000)), plan=st.sampled_from(PLANS))
    def exchange(self, n: int, m: int, paid: int | None, plan: str) -> None:
        deal = self.deal(n, *LIVE)
        target = self.room(m, RoomState.AVAILABLE)
        asked = self.approved(ApprovalKind.EXCHANGE, ("deal", deal.id))
        wanted = Wanted(target, self.offer(deal.customer_id, plan, paid))
        self.act("boss", exchange, deal.id, wanted, Leaving("楼层", asked, "撤2"))

    @rule(n=place, m=place, c=person, sold=yes)
    def buy_and_move(self, n: int, m: int, c: int, sold: bool) -> None:
        """What takes many steps by chance: subscribed, perhaps sold, and exchanged for another room."""
        offer = self.offer(self.customer(c), "lump", 2_000_000)
        deal = self.act("boss", subscribe, self.room(n, RoomState.AVAILABLE), offer)
        if deal is None:
            return
        if sold:
            self._sell(deal)
        asked = self.approved(ApprovalKind.EXCHANGE, ("deal", deal.id))
        wanted = Wanted(self.room(m, RoomState.AVAILABLE), self.offer(deal.customer_id, "lump", None))
        self.act("boss", exchange, deal.id, wanted, Leaving("楼层", asked, "撤2"))

    @rule(n=place, c=person, fee=st.sampled_from((None, 100_000)))
    def rename(self, n: int, c: int, fee: int | None) -> None:
        deal = self.deal(n, RoomState.SUBSCRIBED, RoomState.CONTRACTED)
        asked = self.approved(ApprovalKind.RENAME, ("deal", deal.id))
        self.act("boss", rename, deal.id, NewBuyer(self.customer(c)), asked, None if fee is None else Payment(fee))

    @rule(n=place, keep=yes)
    def lapse(self, n: int, keep: bool) -> None:
        self.act("boss", lapse, self.deal(n, RoomState.SUBSCRIBED).id, "逾期", keep)

    @rule(n=place)
    def void(self, n: int) -> None:
        deal = self.deal(n, RoomState.CONTRACTED).id
        self.act("boss", void_contract, deal, "写错", self.approved(ApprovalKind.VOID, ("deal", deal)))


def _ended() -> tuple[Any, ...]:
    return tuple(state for state in type(LIVE[0]) if state not in LIVE)
