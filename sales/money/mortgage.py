"""What a loan costs month by month (SPEC §2.6): 等额本息 and 等额本金, combined loans, what an income carries.

Interest is the balance × annual / 12, rounded once to the fen; the last period pays what is left and
so absorbs the rounding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import zip_longest

from db.words import Words
from sales.money import amount
from sales.money.rounding import half_up
from sales.states.mortgage import RepaymentMethod

ANNUAL = Words("年利率", "The annual rate")
INCOME_PART = Words("月供收入比", "The part of the income")

# the digits SPEC §2.6 asks for; (1+r)^360 then errs by less than 10^-35
PRECISION = Context(prec=40, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Repayment:
    """Period `period` (1…), in fen; `balance_fen` is what is still owed after it."""

    period: int
    principal_fen: int
    interest_fen: int
    balance_fen: int

    @property
    def payment_fen(self) -> int:
        return self.principal_fen + self.interest_fen


@dataclass(frozen=True)
class Schedule:
    """All repayments of a loan."""

    repayments: tuple[Repayment, ...]

    @property
    def first_fen(self) -> int:
        return self.repayments[0].payment_fen

    @property
    def last_fen(self) -> int:
        return self.repayments[-1].payment_fen

    @property
    def loan_fen(self) -> int:
        return sum(each.principal_fen for each in self.repayments)

    @property
    def interest_fen(self) -> int:
        return sum(each.interest_fen for each in self.repayments)

    @property
    def total_fen(self) -> int:
        return self.loan_fen + self.interest_fen

    @property
    def highest_fen(self) -> int:
        """The dearest month: what an income must carry (of equal principal, the first)."""
        return max(each.payment_fen for each in self.repayments)


def schedule(loan_fen: int, months: int, annual: Decimal, method: RepaymentMethod) -> Schedule:
    """The repayments of `loan_fen` over `months` at `annual` (0.0395). E_MONEY or E_VALIDATION for bad figures."""
    amount.positive_fen(loan_fen, amount.LOAN)
    amount.months(months)
    amount.rate(annual, ANNUAL)
    match method:
        case RepaymentMethod.EQUAL_INSTALMENT:
            return Schedule(tuple(_equal_instalments(loan_fen, months, annual)))
        case RepaymentMethod.EQUAL_PRINCIPAL:
            return Schedule(tuple(_equal_principals(loan_fen, months, annual)))


def monthly(loan_fen: int, months: int, annual: Decimal) -> int:
    """The equal instalment M, without the schedule: M = P·r·(1+r)^n / ((1+r)^n − 1), and P/n when r = 0."""
    amount.positive_fen(loan_fen, amount.LOAN)
    amount.months(months)
    amount.rate(annual, ANNUAL)
    if annual == 0:
        return half_up(Fraction(loan_fen, months))
    rate = PRECISION.divide(annual, Decimal(12))
    growth = PRECISION.power(PRECISION.add(1, rate), Decimal(months))
    grown = PRECISION.multiply(PRECISION.multiply(Decimal(loan_fen), rate), growth)
    return half_up(PRECISION.divide(grown, PRECISION.subtract(growth, 1)))


def combined(*loans: Schedule) -> Schedule:
    """组合贷款: the schedules of a provident and a commercial loan added by the month; the shorter one ends earlier."""
    if not loans:
        raise amount.invalid("组合贷款至少要有一笔贷款", "A combined loan needs at least one loan")
    rows = zip_longest(*(loan.repayments for loan in loans))
    return Schedule(
        tuple(
            Repayment(
                period,
                sum(each.principal_fen for each in row if each is not None),
                sum(each.interest_fen for each in row if each is not None),
                sum(each.balance_fen for each in row if each is not None),
            )
            for period, row in enumerate(rows, start=1)
        )
    )


def affordable(monthly_fen: int, income_fen: int, limit: Decimal = Decimal("0.5")) -> bool:
    """Whether a payment is at most `limit` of a monthly income."""
    amount.fen(monthly_fen)
    amount.fen(income_fen, amount.INCOME)
    return monthly_fen <= income_fen * Fraction(amount.rate(limit, INCOME_PART))


def _interest(balance_fen: int, annual: Decimal) -> int:
    """balance × annual / 12, exactly, then half up once."""
    numerator, denominator = annual.as_integer_ratio()
    return (2 * balance_fen * numerator + 12 * denominator) // (24 * denominator)


def _equal_instalments(loan_fen: int, months: int, annual: Decimal) -> Iterator[Repayment]:
    payment = monthly(loan_fen, months, annual)
    balance = loan_fen
    for period in range(1, months + 1):
        interest = _interest(balance, annual)
        # a payment rounded up may end a tiny loan before its time
        principal = balance if period == months else min(payment - interest, balance)
        balance -= principal
        yield Repayment(period, principal, interest, balance)


def _equal_principals(loan_fen: int, months: int, annual: Decimal) -> Iterator[Repayment]:
    each = loan_fen // months
    balance = loan_fen
    for period in range(1, months + 1):
        interest = _interest(balance, annual)
        principal = balance if period == months else each
        balance -= principal
        yield Repayment(period, principal, interest, balance)
