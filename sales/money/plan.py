"""How a deal is paid (SPEC §2.5.7): at once, by instalments, or with a loan.

Σ lines = deal, always: the last line takes the remainder.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from db.words import Words
from sales.money import amount
from sales.money.fee import FeeType
from sales.money.rounding import YUAN, down_to, half_up_to
from sales.states.mortgage import LoanKind
from sales.states.plan import PlanKind

MIN_DOWN = Words("最低首付比例", "The least down payment rate")
PERCENT = Words("分期比例", "The part of an instalment")


class Anchor(StrEnum):
    """What a due date is counted from."""

    SUBSCRIPTION = "subscription"
    SIGNING = "signing"
    MILESTONE = "milestone"


@dataclass(frozen=True)
class Due:
    """`days` after the subscription, the signing, or a milestone of the building such as `topped_out`."""

    anchor: Anchor = Anchor.SIGNING
    days: int = 0
    milestone: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.days <= 3650:
            raise amount.invalid(
                f"付款期限必须在 0 到 3650 天之间，现在是 {self.days}",
                f"A payment is due within 0 to 3650 days, not {self.days}",
            )
        if (self.anchor is Anchor.MILESTONE) != bool(self.milestone):
            raise amount.invalid(
                "按工程进度付款必须写明节点", "A payment by progress names its milestone, others name none"
            )


@dataclass(frozen=True)
class Term:
    """One instalment: the part of the deal (0.30) and when it is due."""

    percent: Decimal
    due: Due


@dataclass(frozen=True)
class LumpSum:
    """一次性: the deposit, and the balance some days after signing."""

    balance_days: int = 0


@dataclass(frozen=True)
class Instalment:
    """分期: parts that make the whole; the deposit is taken off the first."""

    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        for term in self.terms:
            amount.rate(term.percent, PERCENT)
        if sum(term.percent for term in self.terms) != 1:
            raise amount.invalid("各期比例之和必须等于 100%", "The instalments must add up to 100 %")


@dataclass(frozen=True)
class Mortgage:
    """按揭: deposit, the rest of the down payment at signing, the loan some days after. `provident_cap_fen` limits the
    provident part of a combined loan."""

    loan: LoanKind = LoanKind.COMMERCIAL
    min_down: Decimal = Decimal("0.30")
    loan_round_fen: int = 1_000_000
    loan_days: int = 30
    provident_cap_fen: int = 0


Plan = LumpSum | Instalment | Mortgage


@dataclass(frozen=True)
class Dates:
    """`signing` is the day of the contract, or the day it is due while the deal is only subscribed."""

    subscription: date
    signing: date
    milestones: Mapping[str, date]


@dataclass(frozen=True)
class Line:
    """One receivable to be. `due` is None while its milestone has not been reached."""

    seq: int
    fee: FeeType
    amount_fen: int
    due: date | None
    milestone: str = ""
    loan: LoanKind | None = None


@dataclass(frozen=True)
class Split:
    """How a price is financed."""

    down_fen: int
    loan_fen: int


@dataclass(frozen=True)
class _Part:
    fee: FeeType
    amount_fen: int
    due: Due
    loan: LoanKind | None = None


DEPOSIT_DUE = Due(Anchor.SUBSCRIPTION)


def kind(plan: Plan) -> PlanKind:
    match plan:
        case LumpSum():
            return PlanKind.LUMP_SUM
        case Instalment():
            return PlanKind.INSTALMENT
        case Mortgage():
            return PlanKind.MORTGAGE


def financed(deal_fen: int, min_down: Decimal, loan_round_fen: int = 1_000_000, asked_fen: int | None = None) -> Split:
    """The greatest loan the down payment rate allows, rounded down to `loan_round_fen`; or the lesser one that is
    asked for.

    E_MONEY when more is asked than may be lent.
    """
    amount.positive_fen(deal_fen, amount.PRICE)
    amount.rate(min_down, MIN_DOWN)
    if loan_round_fen < 1:
        raise amount.invalid("贷款取整单位必须大于零", "A loan is rounded to a step above nought")
    most = down_to(deal_fen * (1 - Fraction(min_down)), loan_round_fen)
    loan = most if asked_fen is None else amount.fen(asked_fen, amount.LOAN)
    if loan > most:
        raise amount.impossible(
            f"最多可贷 {amount.yuan(most)} 元，申请了 {amount.yuan(loan)} 元",
            f"At most {amount.yuan(most)} yuan can be lent, {amount.yuan(loan)} were asked for",
            most_fen=most,
            asked_fen=loan,
        )
    return Split(deal_fen - loan, loan)


def lines(
    plan: Plan, deal_fen: int, deposit_fen: int, dates: Dates, asked_loan_fen: int | None = None
) -> tuple[Line, ...]:
    """The receivables of a deal. E_MONEY when the deposit is more than the first payment it is part of.

    A line of nought (a deposit that is the whole first part) is left out.
    """
    amount.positive_fen(deal_fen, amount.PRICE)
    amount.fen(deposit_fen, amount.DEPOSIT)
    match plan:
        case LumpSum(balance_days):
            rest = _after_deposit(deal_fen, deposit_fen)
            parts = [_Part(FeeType.PRICE, rest, Due(Anchor.SIGNING, balance_days))]
        case Instalment(terms):
            parts = _instalments(terms, deal_fen, deposit_fen)
        case Mortgage():
            parts = _mortgage(plan, deal_fen, deposit_fen, asked_loan_fen)
    parts.insert(0, _Part(FeeType.DEPOSIT, deposit_fen, DEPOSIT_DUE))
    return tuple(
        Line(seq, part.fee, part.amount_fen, due_date(part.due, dates), part.due.milestone, part.loan)
        for seq, part in enumerate((part for part in parts if part.amount_fen), start=1)
    )


def due_date(due: Due, dates: Dates) -> date | None:
    """The day, or None while the milestone has not been reached."""
    match due.anchor:
        case Anchor.SUBSCRIPTION:
            start: date | None = dates.subscription
        case Anchor.SIGNING:
            start = dates.signing
        case Anchor.MILESTONE:
            start = dates.milestones.get(due.milestone)
    return None if start is None else start + timedelta(days=due.days)


def _after_deposit(first_fen: int, deposit_fen: int) -> int:
    if deposit_fen > first_fen:
        raise amount.impossible(
            f"定金 {amount.yuan(deposit_fen)} 元超过首笔应付款 {amount.yuan(first_fen)} 元",
            f"The deposit of {amount.yuan(deposit_fen)} yuan exceeds the first payment of {amount.yuan(first_fen)}",
            deposit_fen=deposit_fen,
            first_fen=first_fen,
        )
    return first_fen - deposit_fen


def _instalments(terms: tuple[Term, ...], deal_fen: int, deposit_fen: int) -> list[_Part]:
    amounts = [half_up_to(deal_fen * Fraction(term.percent), YUAN) for term in terms[:-1]]
    amounts.append(deal_fen - sum(amounts))
    if amounts[-1] < 0:
        raise amount.impossible(
            "总价太小，无法按此方式分期", "The price is too small for these instalments", deal_fen=deal_fen
        )
    amounts[0] = _after_deposit(amounts[0], deposit_fen)
    return [_Part(FeeType.PRICE, fen, term.due) for fen, term in zip(amounts, terms, strict=True)]


def _mortgage(plan: Mortgage, deal_fen: int, deposit_fen: int, asked_fen: int | None) -> list[_Part]:
    split = financed(deal_fen, plan.min_down, plan.loan_round_fen, asked_fen)
    rest = _after_deposit(split.down_fen, deposit_fen)
    due = Due(Anchor.SIGNING, plan.loan_days)
    parts = [_Part(FeeType.DOWN, rest, Due(Anchor.SIGNING))]
    if plan.loan is not LoanKind.COMBINED:
        return [*parts, _Part(FeeType.LOAN, split.loan_fen, due, plan.loan)]
    provident = min(amount.fen(plan.provident_cap_fen, amount.LOAN), split.loan_fen)
    return [
        *parts,
        _Part(FeeType.LOAN, provident, due, LoanKind.PROVIDENT),
        _Part(FeeType.LOAN, split.loan_fen - provident, due, LoanKind.COMMERCIAL),
    ]
