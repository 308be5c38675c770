"""Money besides the price, loans, invoices, places in the queue."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from sales.models import Invoice, Mortgage, Receivable
from sales.money.fee import FeeType
from sales.services.invoices import credit, issue, void_invoice
from sales.services.mortgages import (
    Loan,
    apply_for_loan,
    approve_loan,
    cancel_loan,
    disburse,
    hand_in,
    reject_loan,
    retry_loan,
    submit_loan,
)  # fmt: skip
from sales.services.payment import Payment
from sales.services.plan_change import NewPlan, change_plan
from sales.services.presubscriptions import lapse_presubscription, presubscribe, refund_presubscription
from sales.services.receipts import Purse, pay_out_advance
from sales.services.receivables import adjust, charge, charge_late_fee, waive
from sales.services.receive import apply_advance, receive
from sales.services.subscribe import subscribe
from sales.states.approval import ApprovalKind
from sales.states.deal import LIVE
from sales.states.mortgage import MortgageState
from sales.states.room import RoomState
from tests.sales.lives.world import PLANS, ROOMS, World, person, place, yes


class Paying(World):
    @rule(c=person, fen=st.sampled_from((1, 1_000_000, 2_000_000)), out=yes)
    def advance(self, c: int, fen: int, out: bool) -> None:
        if out:
            self.act("cash", pay_out_advance, self.customer(c), Payment(fen))
        else:
            self.act("cash", receive, self.customer(c), Payment(fen))

    @rule(n=place, fen=st.sampled_from((1, 1_000_000)))
    def apply_advance(self, n: int, fen: int) -> None:
        self.act("cash", apply_advance, self.deal(n, *LIVE).id, fen)

    @rule(n=place, fee=st.sampled_from((FeeType.DEED_TAX, FeeType.RENAME_FEE)), fen=st.sampled_from((1, 1_500_000)))
    def charge(self, n: int, fee: FeeType, fen: int) -> None:
        deal = self.deal(n, *LIVE)
        self.act("finance", charge, deal.id, fee, fen, self.office.now.date() + timedelta(days=n))

    @rule(n=place, off=yes)
    def late_fee(self, n: int, off: bool) -> None:
        line = self.one_of(Receivable, n, Receivable.state.in_(("active", "partial", "paid")))
        assert line is not None
        fee = self.act("finance", charge_late_fee, line.id)
        if off and fee is not None:
            asked = self.approved(ApprovalKind.LATE_FEE, ("receivable", fee.id))
            self.act("finance", waive, fee.id, asked)

    @rule(n=place, fen=st.sampled_from((1, 1_000_000)))
    def adjust(self, n: int, fen: int) -> None:
        """A part of one line of the price is asked for with another."""
        deal = self.deal(n, *LIVE)
        lines = self._run(self.office.all(Receivable, Receivable.deal_id == deal.id, Receivable.fee_group == "price"))
        open_ = [line for line in lines if line.state.value in ("planned", "active", "partial")]
        if len(open_) > 1:
            changes = {open_[0].id: open_[0].amount_fen - fen, open_[1].id: open_[1].amount_fen + fen}
            asked = self.approved(ApprovalKind.ADJUST, ("deal", deal.id))
            self.act("finance", adjust, deal.id, changes, asked)

    @rule(n=place, plan=st.sampled_from(PLANS))
    def change_plan(self, n: int, plan: str) -> None:
        deal = self.deal(n, RoomState.SUBSCRIBED, RoomState.CONTRACTED)
        asked = self.approved(ApprovalKind.ADJUST, ("deal", deal.id))
        self.act("boss", change_plan, deal.id, NewPlan(self._plans[plan], "贷款未批"), asked)

    @rule(n=place, part=st.sampled_from((1, 2)), undo=st.sampled_from((None, void_invoice, credit)))
    def invoice(self, n: int, part: int, undo: Any) -> None:
        deal = self.deal(n, *LIVE)
        if undo is None:
            there = max(self.lies(Purse(1, deal=deal.id)), 1)
            self.act("finance", issue, deal.id, max(there // part, 1))
        elif (found := self.one_of(Invoice, n)) is not None:
            self.act("finance", undo, found.id, "写错")

    @rule(n=place, step=st.integers(0, 5))
    def loan(self, n: int, step: int) -> None:
        """The next step of a loan, or another than the next."""
        row = self.one_of(Mortgage, n)
        if row is None or step == 0:
            deal = self.deal(n, RoomState.SUBSCRIBED, RoomState.CONTRACTED).id
            self.act("boss", apply_for_loan, deal, Loan("工行", 240, Decimal("0.0395")), bool(n % 2))
        elif step == 1:
            self.act("finance", cancel_loan, row.id, "改一次性")
        else:
            self._turn(row, refuse=step == 2)

    def _turn(self, row: Mortgage, refuse: bool) -> None:
        match row.state:
            case MortgageState.DOCS_PENDING:
                self.act("boss", hand_in, row.id, {}, True)
            case MortgageState.ELIGIBLE:
                self.act("finance", submit_loan, row.id)
            case MortgageState.SUBMITTED if refuse:
                self.act("finance", reject_loan, row.id, "收入")
            case MortgageState.SUBMITTED:
                self.act("finance", approve_loan, row.id)
            case MortgageState.REJECTED:
                self.act("finance", retry_loan, row.id)
            case _:
                self.act("finance", disburse, row.id)

    @rule(c=person, then=st.sampled_from((None, refund_presubscription, lapse_presubscription, subscribe)), n=place)
    def queue(self, c: int, then: Any, n: int) -> None:
        customer = self.customer(c)
        row = self.act("boss", presubscribe, self._rooms[ROOMS[0]].project_id, "A", customer, Payment(1_000_000))
        assert row is not None
        if then is refund_presubscription:
            self.act("cash", then, row.id, Payment(1_000_000))
        elif then is lapse_presubscription:
            self.act("boss", then, row.id)
        elif then is subscribe:
            offer = self.offer(customer, "lump", 1_000_000, row.id)
            self.act("boss", subscribe, self.room(n, RoomState.AVAILABLE), offer)
