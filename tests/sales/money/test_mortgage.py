"""Loans: the golden schedules of SPEC §2.6, R21 and R08, and what holds for every loan."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.refusal import Code, Refused
from sales.money.mortgage import affordable, combined, monthly, schedule
from sales.states.mortgage import RepaymentMethod
from tests.sales.golden import by_id, fixture, report

INSTALMENT, PRINCIPAL = RepaymentMethod.EQUAL_INSTALMENT, RepaymentMethod.EQUAL_PRINCIPAL
METHODS = {"等额本息": INSTALMENT, "等额本金": PRINCIPAL}
RATE = Decimal("0.0395")


@pytest.mark.parametrize(
    ("loan", "months", "method", "first", "last", "interest"),
    [
        (62_000_000, 240, INSTALMENT, 374_076, 374_196, 27_778_360),
        (85_000_000, 360, PRINCIPAL, 515_903, 236_928, 50_502_420),
        (64_000_000, 360, INSTALMENT, 303_704, 303_593, 45_333_329),
    ],
)
def test_the_golden_schedules(
    loan: int, months: int, method: RepaymentMethod, first: int, last: int, interest: int
) -> None:
    result = schedule(loan, months, RATE, method)
    assert (result.first_fen, result.last_fen, result.interest_fen) == (first, last, interest)
    assert result.total_fen == loan + interest
    assert len(result.repayments) == months


def test_r21_from_the_mortgages_of_the_fixture() -> None:
    deals, rows = by_id("deals"), {row["room"]: row for row in report("R21")}
    assert len(rows) == len(fixture("mort"))
    for loan in fixture("mort"):
        row = rows[deals[loan["deal"]]["room"]]
        result = schedule(loan["loan_fen"], loan["months"], Decimal(loan["annual"]), METHODS[loan["method"]])
        assert (result.first_fen, result.last_fen, result.interest_fen) == (
            row["first_fen"],
            row["last_fen"],
            row["interest_fen"],
        )


def test_the_monthly_payments_of_r08() -> None:
    for row in report("R08"):
        assert monthly(row["loan_fen"], 360, RATE) == row["monthly_fen"]


def test_three_months_by_hand() -> None:
    # 1,000.00 yuan at 12 %: r = 0.01, M = 1000 × 0.01 × 1.030301 / 0.030301 = 340.0221…
    result = schedule(100_000, 3, Decimal("0.12"), INSTALMENT)
    assert [(r.principal_fen, r.interest_fen, r.balance_fen) for r in result.repayments] == [
        (33_002, 1_000, 66_998),
        (33_332, 670, 33_666),
        (33_666, 337, 0),
    ]
    # floor(100,000 / 3) = 33,333; interest 1,000, 666.67, 333.34
    result = schedule(100_000, 3, Decimal("0.12"), PRINCIPAL)
    assert [(r.principal_fen, r.interest_fen, r.balance_fen) for r in result.repayments] == [
        (33_333, 1_000, 66_667),
        (33_333, 667, 33_334),
        (33_334, 333, 0),
    ]
    assert result.highest_fen == 34_333


def test_without_interest() -> None:
    result = schedule(100_000, 3, Decimal(0), INSTALMENT)
    assert [r.payment_fen for r in result.repayments] == [33_333, 33_333, 33_334]
    assert result.interest_fen == 0
    # 100.00 yuan over 180 months: 56 fen a month is rounded up, the last months have nothing left to pay
    tiny = schedule(100, 180, Decimal(0), INSTALMENT)
    assert tiny.loan_fen == 100
    assert min(r.payment_fen for r in tiny.repayments) == 0


def test_a_combined_loan() -> None:
    provident = schedule(100_000, 3, Decimal("0.12"), INSTALMENT)
    commercial = schedule(100_000, 2, Decimal(0), PRINCIPAL)
    both = combined(provident, commercial)
    assert [r.payment_fen for r in both.repayments] == [34_002 + 50_000, 34_002 + 50_000, 34_003]
    assert [r.balance_fen for r in both.repayments] == [116_998, 33_666, 0]
    assert both.loan_fen == 200_000
    assert both.interest_fen == provident.interest_fen
    with pytest.raises(Refused):
        combined()


def test_half_of_an_income() -> None:
    assert affordable(374_076, 748_152)
    assert not affordable(374_076, 748_151)
    assert affordable(374_076, 935_190, Decimal("0.4"))


@pytest.mark.parametrize(
    ("loan", "months", "annual", "code"),
    [
        (-1, 240, "0.0395", Code.MONEY),
        (0, 240, "0.0395", Code.MONEY),
        (10**15 + 1, 240, "0.0395", Code.MONEY),
        (62_000_000, 0, "0.0395", Code.VALIDATION),
        (62_000_000, -12, "0.0395", Code.VALIDATION),
        (62_000_000, 601, "0.0395", Code.VALIDATION),
        (62_000_000, 240, "-0.01", Code.VALIDATION),
        (62_000_000, 240, "3.95", Code.VALIDATION),
        (62_000_000, 240, "NaN", Code.VALIDATION),
    ],
)
@pytest.mark.parametrize("method", RepaymentMethod)
def test_loans_nobody_could_mean(loan: int, months: int, annual: str, code: Code, method: RepaymentMethod) -> None:
    with pytest.raises(Refused) as refused:
        schedule(loan, months, Decimal(annual), method)
    assert refused.value.code is code
    assert refused.value.zh.endswith("。")
    assert refused.value.en.endswith(".")


def test_a_refusal_says_what_is_wrong() -> None:
    with pytest.raises(Refused) as refused:
        schedule(62_000_000, 0, RATE, INSTALMENT)
    assert refused.value.zh == "贷款期数必须在 1 到 600 个月之间，现在是 0。"
    assert refused.value.en == "A loan runs for 1 to 600 months, not 0."


annuals = st.integers(0, 1500).map(lambda n: Decimal(n) / 10_000)


@given(st.integers(1, 10**12), st.integers(1, 400), annuals, st.sampled_from(RepaymentMethod))
@settings(max_examples=60)
def test_every_schedule_repays_its_loan_and_nothing_is_negative(
    loan: int, months: int, annual: Decimal, method: RepaymentMethod
) -> None:
    result = schedule(loan, months, annual, method)
    assert result.loan_fen == loan
    assert [r.period for r in result.repayments] == list(range(1, months + 1))
    assert result.repayments[-1].balance_fen == 0
    before = loan
    for each in result.repayments:
        assert each.principal_fen >= 0
        assert each.interest_fen >= 0
        assert each.balance_fen == before - each.principal_fen
        before = each.balance_fen
    # the last payment differs by rounding only: half a fen a month, grown
    if method is INSTALMENT and loan > 1_000_000:
        assert abs(result.last_fen - result.first_fen) <= months * 10 ** (2 if annual < Decimal("0.08") else 4)


@given(st.integers(10**6, 10**11), st.integers(2, 360), annuals, st.integers(10**5, 10**6))
@settings(max_examples=60)
def test_a_greater_loan_costs_more_interest(loan: int, months: int, annual: Decimal, more: int) -> None:
    for method in RepaymentMethod:
        small = schedule(loan, months, annual, method).interest_fen
        large = schedule(loan + more, months, annual, method).interest_fen
        # each period of the two rounds by half a fen at most
        assert large >= small - months
        assert annual == 0 or more * annual / 12 < 2 * months or large > small


@given(st.integers(10**7, 10**11), st.integers(2, 360), annuals.filter(lambda annual: annual > 0))
@settings(max_examples=60)
def test_equal_principal_costs_less_interest(loan: int, months: int, annual: Decimal) -> None:
    instalment = schedule(loan, months, annual, INSTALMENT).interest_fen
    assert schedule(loan, months, annual, PRINCIPAL).interest_fen <= instalment + months


@given(st.integers(1, 10**10), st.integers(1, 10**10), annuals, st.integers(1, 60), st.integers(1, 60))
@settings(max_examples=40)
def test_a_combined_loan_is_the_sum_of_its_parts(a: int, b: int, annual: Decimal, n: int, m: int) -> None:
    first, second = schedule(a, n, annual, INSTALMENT), schedule(b, m, annual, PRINCIPAL)
    both = combined(first, second)
    assert both.loan_fen == a + b
    assert both.interest_fen == first.interest_fen + second.interest_fen
    assert len(both.repayments) == max(n, m)
    assert both.repayments[-1].balance_fen == 0
