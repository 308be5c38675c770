"""Rooms bought, exchanged and paid another way by chance: the buyer's money never takes the place of the bank's.

After every act all invariants are asked (`World`), 2 to 6 of them about money.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sales.models import Allocation, Deal, Receipt, Receivable
from sales.money.fee import FeeType
from sales.services.contracts import sign
from sales.services.exchange import Wanted, exchange
from sales.services.mortgages import BANK
from sales.services.payment import Payment
from sales.services.receive import receive
from sales.services.refund import Leaving
from sales.services.subscribe import subscribe
from sales.states.approval import ApprovalKind
from sales.states.deal import LIVE
from sales.states.receivable import ReceivableState
from sales.states.room import RoomState
from tests.sales.lives.buying import Buying
from tests.sales.lives.ground import SqliteGround
from tests.sales.lives.paying import Paying
from tests.sales.lives.test_lives import USUAL
from tests.sales.lives.world import PLANS, World, person, place

DUE = (ReceivableState.ACTIVE, ReceivableState.PARTIAL)


class Moving(World):
    sign, pay, reverse, exchange, void = Buying.sign, Buying.pay, Buying.reverse, Buying.exchange, Buying.void
    change_plan = Paying.change_plan

    @rule(n=place, m=place, c=person, plans=st.tuples(*[st.sampled_from(PLANS)] * 2), part=st.sampled_from((1, 2, 5)))
    def buy_pay_and_move(self, n: int, m: int, c: int, plans: tuple[str, str], part: int) -> None:
        """What takes many steps by chance: much is paid for one room, and another is bought with a loan."""
        offer = self.offer(self.customer(c), plans[0], 2_000_000)
        deal = self.act("boss", subscribe, self.room(n, RoomState.AVAILABLE), offer)
        if deal is None:
            return
        self.act("boss", sign, deal.id)
        self.act("cash", receive, deal.customer_id, Payment(deal.deal_fen // part), "楼款", deal.id)
        asked = self.approved(ApprovalKind.EXCHANGE, ("deal", deal.id))
        wanted = Wanted(self.room(m, RoomState.AVAILABLE), self.offer(deal.customer_id, plans[1], None))
        moved = self.act("boss", exchange, deal.id, wanted, Leaving("楼层", asked))
        if moved is not None:
            self.act("boss", sign, moved.new_deal_id)

    @invariant()
    def the_loan_waits_for_the_bank(self) -> None:
        assert self._run(self._db.read(paid_by_others)) == []

    @invariant()
    def money_that_lies_on_a_deal_has_paid_what_is_due_of_the_buyer(self) -> None:
        assert self._run(self._db.read(idle)) == []


def paid_by_others(session: Session) -> list[Any]:
    """Loan lines of live deals that are paid with anything but the bank's money."""
    return list(
        session.execute(
            select(Receivable.id, func.sum(Allocation.amount_fen))
            .join(Allocation, Allocation.receivable_id == Receivable.id)
            .join(Receipt, Receipt.id == Allocation.receipt_id)
            .join(Deal, Deal.id == Receivable.deal_id)
            .where(Receivable.fee_type == FeeType.LOAN, Receipt.method != BANK, Deal.state.in_(LIVE))
            .group_by(Receivable.id)
            .having(func.sum(Allocation.amount_fen) != 0)
        )
    )


def idle(session: Session) -> list[Any]:
    """Live deals with money that pays nothing beside a line of the buyer's that is due and open."""
    lies = select(func.sum(Receipt.amount_fen)).where(Receipt.deal_id == Deal.id, Receipt.state != "draft")
    pays = select(func.coalesce(func.sum(Receivable.paid_fen), 0)).where(Receivable.deal_id == Deal.id)
    open_ = (
        select(Receivable.id)
        .where(Receivable.deal_id == Deal.id, Receivable.state.in_(DUE), Receivable.fee_type != FeeType.LOAN)
        .exists()
    )
    return list(
        session.execute(
            select(Deal.id).where(Deal.state.in_(LIVE), open_, lies.scalar_subquery() > pays.scalar_subquery())
        )
    )


def move(ground: SqliteGround, size: settings) -> Counter[str]:
    done: Counter[str] = Counter()

    class Here(Moving):
        def __init__(self) -> None:
            super().__init__(ground, done, Counter())

    run_state_machine_as_test(Here, settings=size)
    return done


@pytest.mark.slow
def test_exchanges_by_chance(fixture_t: Path, tmp_path: Path) -> None:
    done = move(SqliteGround(fixture_t, tmp_path), settings(USUAL, max_examples=6, stateful_step_count=12))
    assert done["exchange"] > 5, done
    assert min(done["sign"], done["change_plan"]) > 0, done
