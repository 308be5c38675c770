"""Loans: documents, the days on which files go to the banks, approval or not, and the money."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial

from sales.models import Deal, Mortgage
from sales.sample.chance import draw
from sales.sample.market import Market
from sales.services import mortgages
from sales.services.desk import Desk
from sales.services.mortgages import Loan
from sales.states.deal import LIVE
from sales.states.mortgage import MortgageState, RepaymentMethod

BANKS = {"工行": 35, "建行": 30, "农行": 15, "中行": 12, "招行": 8}
YEARS = {10: 8, 15: 14, 20: 32, 25: 18, 30: 28}
METHODS = {RepaymentMethod.EQUAL_INSTALMENT: 80, RepaymentMethod.EQUAL_PRINCIPAL: 20}
FILES_GO = 5  # day of the month
FULL = (2024, 3)  # the quota of the quarter is used up: what comes then waits for April
REFUSED = 0.04
DOCS = ("身份证", "收入证明", "银行流水")
TRIES = 10


@dataclass
class Bank:
    market: Market

    def __post_init__(self) -> None:
        self.stage = self.market.stage

    def expect(self, deal: int) -> None:
        """The buyer of a deal that was signed now wants a loan."""
        stream = self.stage.chance.of(f"loan {deal}")
        self._apply(deal, draw(stream, BANKS), stream.random() < REFUSED)

    def _apply(self, deal: int, bank: str, refused: bool) -> None:
        stream = self.stage.chance.of(f"loan {deal} {bank}")
        found = self.stage.fresh(Deal, deal)
        if found.state not in LIVE:
            return
        annual: Decimal = self.market.terms.annual(self.stage.agenda.today)
        loan = Loan(bank, 12 * draw(stream, YEARS), annual, draw(stream, METHODS))
        row = mortgages.apply_for_loan(self.stage.desk(self.market.staff.of(found.seller_id)), deal, loan)
        self.stage.agenda.after(stream.randint(0, 20), partial(self._hand_in, row.id, refused))

    def _hand_in(self, key: int, refused: bool) -> None:
        row = self.stage.fresh(Mortgage, key)
        if row.state is not MortgageState.DOCS_PENDING:
            return
        today = self.stage.agenda.today_real
        seller = self.stage.fresh(Deal, row.deal_id).seller_id
        mortgages.hand_in(self.stage.desk(self.market.staff.of(seller)), key, dict.fromkeys(DOCS, today), True)
        self._next_file_day(key, refused, TRIES)

    def _next_file_day(self, key: int, refused: bool, tries: int) -> None:
        day = self.stage.agenda.today + timedelta(days=1)
        while day.day != FILES_GO or (day.year, day.month) == FULL:
            day += timedelta(days=1)
        if tries:
            self.stage.agenda.put(day, partial(self._submit, key, refused, tries - 1))

    def _submit(self, key: int, refused: bool, tries: int) -> None:
        row = self.stage.fresh(Mortgage, key)
        stream = self.stage.chance.of(f"bank {key}")
        if row.state is MortgageState.DOCS_PENDING:
            self._next_file_day(key, refused, tries)
        elif row.state is MortgageState.ELIGIBLE:
            mortgages.submit_loan(self._desk(row), key)
            self.stage.agenda.after(stream.randint(10, 30), partial(self._answer, key, refused))

    def _answer(self, key: int, refused: bool) -> None:
        row = self.stage.fresh(Mortgage, key)
        stream = self.stage.chance.of(f"answer {key}")
        if row.state is not MortgageState.SUBMITTED:
            return
        if refused:
            mortgages.reject_loan(self._desk(row), key, "征信不符")
            other = draw(stream, {bank: share for bank, share in BANKS.items() if bank != row.bank})
            self.stage.agenda.after(5, partial(self._apply, row.deal_id, other, False))
            return
        mortgages.approve_loan(self._desk(row), key)
        self.stage.agenda.after(stream.randint(10, 25), partial(self._disburse, key))

    def _disburse(self, key: int) -> None:
        row = self.stage.fresh(Mortgage, key)
        if row.state is MortgageState.APPROVED:
            first_due = self.stage.agenda.today_real + timedelta(days=30)
            mortgages.disburse(self._desk(row), key, self.market.terms.accounts.bank, first_due)

    def _desk(self, row: Mortgage) -> Desk:
        return self.stage.desk(self.market.staff.teller(row.deal_id))
