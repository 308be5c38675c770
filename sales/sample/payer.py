"""When buyers pay: most on the day, some late, some not yet (SPEC §5); reminded, and charged for the delay."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from sales.models import Deal, Receivable
from sales.money.fee import FeeType
from sales.sample.market import Market
from sales.services import dunning, receivables
from sales.services.allocations import DUE, lines_of
from sales.services.payment import Payment
from sales.services.receive import receive
from sales.states.deal import LIVE
from sales.states.dunning import DunningEvent
from sales.states.plan import PlanKind

# on time, late, not yet: of a hundred
DOWN, INSTALMENT, FEES = (88, 9, 3), (80, 12, 8), (82, 10, 8)
BUCKETS = ((1, 30), (31, 60), (61, 90), (91, 250))  # days overdue at the end of the story
EACH = 3  # lines that stay open in each bucket, so that none is empty
CASH_FEN = 5_000_000  # what is less may be paid at the counter


@dataclass
class Payer:
    market: Market
    left: dict[tuple[int, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stage = self.market.stage

    def expect(self, deal: int, sure: bool = False) -> None:
        """The lines that are active now, but for the bank's. sure: this buyer pays on the day."""
        found = self.stage.fresh(Deal, deal)
        desk = self.stage.desk(self.market.staff.teller(deal))
        for line in lines_of(desk, found):
            if line.state in DUE and line.fee_type != FeeType.LOAN and line.paid_fen < line.amount_fen:
                assert line.due_date is not None  # none of our plans waits for a milestone
                later = found.plan_kind is PlanKind.INSTALMENT and line.due_date > desk.today + timedelta(days=30)
                self._expect(line, (100, 0, 0) if sure else INSTALMENT if later else DOWN, later and not sure)

    def expect_fees(self, deal: int) -> None:
        """What is collected for others."""
        desk = self.stage.desk(self.market.staff.teller(deal))
        for line in lines_of(desk, self.stage.fresh(Deal, deal)):
            if line.fee_type in (FeeType.DEED_TAX, FeeType.MAINTENANCE_FUND) and line.state in DUE:
                self._expect(line, FEES, False)

    def _expect(self, line: Receivable, odds: tuple[int, int, int], may_stay_open: bool) -> None:
        stream = self.stage.chance.of(f"payment {line.deal_id} {line.seq}")
        agenda, due = self.stage.agenda, line.due_date
        assert due is not None
        overdue = (agenda.days.as_of - due).days
        how = stream.choices(("on time", "late", "open"), odds)[0]
        if may_stay_open and self._is_wanted(overdue):
            how = "open"
        in_days = (due - agenda.today_real).days
        if how == "open" and overdue > BUCKETS[-1][1]:
            self._pay_after(line, in_days + stream.randint(30, 90), half=False)
        elif how == "late":
            self._pay_after(line, in_days + stream.randint(1, 20), half=stream.random() < 0.3)
        elif how == "on time":
            self._pay_after(line, max(in_days - stream.randint(0, 3), 0), half=stream.random() < 0.04)
        agenda.after(in_days + 16, partial(self._remind, line.id, DunningEvent.REMIND))
        agenda.after(in_days + 46, partial(self._remind, line.id, DunningEvent.REMIND_AGAIN))

    def _is_wanted(self, overdue: int) -> bool:
        for bucket in BUCKETS:
            if bucket[0] <= overdue <= bucket[1] and self.left.get(bucket, 0) < EACH:
                self.left[bucket] = self.left.get(bucket, 0) + 1
                return True
        return False

    def _pay_after(self, line: Receivable, days: int, *, half: bool) -> None:
        if half:
            self.stage.agenda.after(days, partial(self._pay, line.id, 2))
        self.stage.agenda.after(days + (6 if half else 0), partial(self._pay, line.id, 1))

    def _pay(self, key: int, part: int) -> None:
        line = self.stage.fresh(Receivable, key)
        deal = self.stage.fresh(Deal, line.deal_id)
        if deal.state not in LIVE or line.state not in DUE:
            return
        rest = line.amount_fen - line.paid_fen
        amount = rest if part == 1 else rest // part // 100 * 100
        self._receive(deal, line, amount)
        late = (self.stage.agenda.today_real - line.due_date).days if line.due_date else 0
        if part == 1 and late >= 10:
            charged = receivables.charge_late_fee(self.stage.desk(self.market.staff.teller(deal.id)), key)
            if charged is not None:
                self._receive(deal, charged, charged.amount_fen)

    def _receive(self, deal: Deal, line: Receivable, fen: int) -> None:
        terms = self.market.terms.accounts
        cash = fen < CASH_FEN and line.id % 3 == 0
        payment = Payment(fen, "现金", terms.cash) if cash else Payment(fen, "转账", terms.bank)
        desk = self.stage.desk(self.market.staff.teller(deal.id))
        receive(desk, deal.customer_id, payment, line.fee_type, deal.id, [line.id])

    def _remind(self, key: int, event: DunningEvent) -> None:
        line = self.stage.fresh(Receivable, key)
        deal = self.stage.fresh(Deal, line.deal_id)
        if deal.state in LIVE and line.state in DUE:
            dunning.dun(self.stage.desk(self.market.staff.teller(deal.id)), key, event)
