"""Payment plans: Σ lines = deal, to the fen (SPEC §2.5.7)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.refusal import Code, Refused
from sales.money.fee import FeeType
from sales.money.mortgage import schedule
from sales.money.plan import (
    Anchor,
    Dates,
    Due,
    Instalment,
    Line,
    LumpSum,
    Mortgage,
    Plan,
    Split,
    Term,
    financed,
    kind,
    lines,
)
from sales.states.mortgage import LoanKind, RepaymentMethod
from sales.states.plan import PlanKind
from sales.states.receivable import FeeGroup
from tests.sales.golden import by_id, fixture, report

DEPOSIT = 2_000_000
SUBSCRIBED, SIGNED = date(2024, 2, 1), date(2024, 2, 6)
DATES = Dates(SUBSCRIBED, SIGNED, {"topped_out": date(2024, 6, 10)})
THREE = Instalment(
    (
        Term(Decimal("0.30"), Due()),
        Term(Decimal("0.40"), Due(days=43)),
        Term(Decimal("0.30"), Due(Anchor.MILESTONE, 10, "topped_out")),
    )
)


def amounts(result: tuple[Line, ...]) -> list[tuple[str, int]]:
    return [(line.fee.value, line.amount_fen) for line in result]


def test_a_lump_sum() -> None:
    result = lines(LumpSum(10), 87_220_000, DEPOSIT, Dates(date(2024, 1, 10), date(2024, 1, 15), {}))
    assert result == (
        Line(1, FeeType.DEPOSIT, 2_000_000, date(2024, 1, 10)),
        Line(2, FeeType.PRICE, 85_220_000, date(2024, 1, 25)),
    )


def test_three_instalments_with_a_milestone() -> None:
    result = lines(THREE, 118_800_000, DEPOSIT, DATES)
    assert result == (
        Line(1, FeeType.DEPOSIT, 2_000_000, date(2024, 2, 1)),
        Line(2, FeeType.PRICE, 33_640_000, date(2024, 2, 6)),  # 356,400 less the deposit
        Line(3, FeeType.PRICE, 47_520_000, date(2024, 3, 20)),
        Line(4, FeeType.PRICE, 35_640_000, date(2024, 6, 20), "topped_out"),
    )


def test_a_milestone_not_reached_has_no_day_yet() -> None:
    result = lines(THREE, 118_800_000, DEPOSIT, Dates(SUBSCRIBED, SIGNED, {}))
    assert result[3].due is None
    assert result[3].milestone == "topped_out"


def test_instalments_are_rounded_to_the_yuan_and_the_last_takes_the_rest() -> None:
    thirds = Instalment(tuple(Term(Decimal(part), Due()) for part in ("0.333333", "0.333333", "0.333334")))
    result = lines(thirds, 100_000_055, 0, DATES)
    # 333,333.18 yuan → 333,333, twice; the last one is 1,000,000.55 − 666,666
    assert amounts(result) == [("楼款", 33_333_300), ("楼款", 33_333_300), ("楼款", 33_333_455)]


def test_a_mortgage() -> None:
    assert financed(89_872_200, Decimal("0.30")) == Split(27_872_200, 62_000_000)
    result = lines(Mortgage(loan_days=31), 89_872_200, DEPOSIT, Dates(date(2024, 2, 20), date(2024, 3, 5), {}))
    assert result == (
        Line(1, FeeType.DEPOSIT, 2_000_000, date(2024, 2, 20)),
        Line(2, FeeType.DOWN, 25_872_200, date(2024, 3, 5)),
        Line(3, FeeType.LOAN, 62_000_000, date(2024, 4, 5), loan=LoanKind.COMMERCIAL),
    )


def test_a_combined_mortgage_takes_the_provident_part_first() -> None:
    plan = Mortgage(LoanKind.COMBINED, provident_cap_fen=50_000_000)
    result = lines(plan, 89_872_200, DEPOSIT, DATES)
    assert [(line.loan, line.amount_fen) for line in result[2:]] == [
        (LoanKind.PROVIDENT, 50_000_000),
        (LoanKind.COMMERCIAL, 12_000_000),
    ]
    provident_only = lines(Mortgage(LoanKind.COMBINED, provident_cap_fen=90_000_000), 89_872_200, DEPOSIT, DATES)
    assert [(line.loan, line.amount_fen) for line in provident_only[2:]] == [(LoanKind.PROVIDENT, 62_000_000)]


def test_a_lesser_loan_may_be_asked_for() -> None:
    assert financed(89_872_200, Decimal("0.30"), asked_fen=50_000_000) == Split(39_872_200, 50_000_000)
    with pytest.raises(Refused) as refused:
        financed(89_872_200, Decimal("0.30"), asked_fen=62_000_001)
    assert refused.value.code is Code.MONEY
    assert refused.value.zh == "最多可贷 620,000.00 元，申请了 620,000.01 元。"


def test_the_receivables_of_the_fixture() -> None:
    """The plans of fixture T give its rows: fee types, amounts, and the days of all but D2's milestones."""
    plans: dict[str, Plan] = {"一次性": LumpSum(10), "分期": THREE, "按揭": Mortgage()}
    deals = by_id("deals")
    for deal_id in ("D1", "D2", "D3", "D4", "D5"):
        deal = deals[deal_id]
        signing = date.fromisoformat(deal["sign_date"] or deal["sign_due"])
        dates = Dates(date.fromisoformat(deal["sub_date"]), signing, DATES.milestones)
        result = lines(plans[deal["plan"]], deal["deal_fen"], DEPOSIT, dates)
        rows = [row for row in fixture("recv") if row["deal"] == deal_id]
        assert amounts(result) == [(row["fee"], row["amount_fen"]) for row in rows]
        assert [str(line.due) for line in result][:2] == [row["due"] for row in rows][:2]


def test_down_and_loan_of_r08() -> None:
    for row in report("R08"):
        assert financed(row["mort_fen"], Decimal("0.30")) == Split(row["down_fen"], row["loan_fen"])


def test_a_deposit_that_is_the_whole_first_payment() -> None:
    assert amounts(lines(LumpSum(), DEPOSIT, DEPOSIT, DATES)) == [("定金", DEPOSIT)]
    assert amounts(lines(THREE, 10_000_000, 3_000_000, DATES)) == [
        ("定金", 3_000_000),
        ("楼款", 4_000_000),
        ("楼款", 3_000_000),
    ]


@pytest.mark.parametrize(
    ("plan", "deal_fen", "deposit_fen", "code"),
    [
        (LumpSum(), 1_000_000, DEPOSIT, Code.MONEY),
        (THREE, 6_000_000, DEPOSIT, Code.MONEY),
        (Mortgage(), 3_000_000, DEPOSIT, Code.MONEY),
        (LumpSum(), 0, 0, Code.MONEY),
        (LumpSum(), -87_220_000, 0, Code.MONEY),
        (LumpSum(), 10**15 + 1, 0, Code.MONEY),
        (LumpSum(), 87_220_000, -1, Code.MONEY),
        (Mortgage(min_down=Decimal("1.3")), 89_872_200, 0, Code.VALIDATION),
        (Mortgage(min_down=Decimal("-0.3")), 89_872_200, 0, Code.VALIDATION),
        (Mortgage(loan_round_fen=0), 89_872_200, 0, Code.VALIDATION),
        (Mortgage(LoanKind.COMBINED, provident_cap_fen=-1), 89_872_200, 0, Code.MONEY),
    ],
)
def test_plans_that_cannot_be_paid(plan: Plan, deal_fen: int, deposit_fen: int, code: Code) -> None:
    with pytest.raises(Refused) as refused:
        lines(plan, deal_fen, deposit_fen, DATES)
    assert refused.value.code is code


def test_a_deposit_too_great_is_told_in_yuan() -> None:
    with pytest.raises(Refused) as refused:
        lines(THREE, 6_000_000, DEPOSIT, DATES)
    assert refused.value.zh == "定金 20,000.00 元超过首笔应付款 18,000.00 元。"
    assert refused.value.en == "The deposit of 20,000.00 yuan exceeds the first payment of 18,000.00."


def test_instalments_that_round_to_more_than_the_price() -> None:
    halves = Instalment((Term(Decimal("0.5"), Due()), Term(Decimal("0.5"), Due())))
    assert amounts(lines(halves, 150, 0, DATES)) == [("楼款", 100), ("楼款", 50)]
    thirds = Instalment(tuple(Term(Decimal(part), Due()) for part in ("0.4", "0.4", "0.2")))
    with pytest.raises(Refused) as refused:
        lines(thirds, 180, 0, DATES)
    assert refused.value.code is Code.MONEY


@pytest.mark.parametrize("parts", [(), ("0.5",), ("0.5", "0.6"), ("1.5", "-0.5")])
def test_parts_that_are_not_the_whole(parts: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as refused:
        Instalment(tuple(Term(Decimal(part), Due()) for part in parts))
    assert refused.value.code is Code.VALIDATION


@pytest.mark.parametrize(
    ("anchor", "days", "milestone"),
    [(Anchor.SIGNING, -1, ""), (Anchor.SIGNING, 4000, ""), (Anchor.MILESTONE, 0, ""), (Anchor.SIGNING, 0, "roof")],
)
def test_due_dates_without_a_meaning(anchor: Anchor, days: int, milestone: str) -> None:
    with pytest.raises(Refused) as refused:
        Due(anchor, days, milestone)
    assert refused.value.code is Code.VALIDATION


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    which = draw(st.sampled_from(PlanKind))
    if which is PlanKind.LUMP_SUM:
        return LumpSum(draw(st.integers(0, 365)))
    if which is PlanKind.MORTGAGE:
        down = draw(st.integers(10, 100).map(lambda n: Decimal(n) / 100))
        cap = draw(st.integers(0, 10**8))
        return Mortgage(draw(st.sampled_from(LoanKind)), down, 1_000_000, draw(st.integers(0, 90)), cap)
    cuts = draw(st.lists(st.integers(20, 99), max_size=5, unique=True).map(sorted))
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    return Instalment(tuple(Term(Decimal(part) / 100, Due(days=30 * n)) for n, part in enumerate(parts)))


@given(plans(), st.integers(20_000_000, 10**13))
@settings(max_examples=200)
def test_the_lines_of_every_plan_are_the_deal(plan: Plan, deal_fen: int) -> None:
    result = lines(plan, deal_fen, DEPOSIT, DATES)
    assert sum(line.amount_fen for line in result) == deal_fen
    assert all(line.amount_fen > 0 for line in result)
    assert [line.seq for line in result] == list(range(1, len(result) + 1))
    assert result[0] == Line(1, FeeType.DEPOSIT, DEPOSIT, SUBSCRIBED)
    assert all(line.fee.group is FeeGroup.PRICE for line in result)
    assert all(line.due is not None and line.due >= SUBSCRIBED for line in result)
    if kind(plan) is PlanKind.INSTALMENT:
        # the last line alone carries what is less than a yuan
        assert all(line.amount_fen % 100 == 0 for line in result[:-1])


@given(st.integers(20_000_000, 10**12), st.integers(0, 99), st.integers(1, 30))
@settings(max_examples=60)
def test_more_down_less_interest(deal_fen: int, down: int, more: int) -> None:
    def loan(percent: int) -> int:
        return financed(deal_fen, Decimal(min(percent, 100)) / 100).loan_fen

    lesser, greater = loan(down + more), loan(down)
    assert lesser <= greater <= deal_fen
    if lesser and lesser < greater:
        costs = [
            schedule(fen, 240, Decimal("0.0395"), RepaymentMethod.EQUAL_INSTALMENT).interest_fen
            for fen in (lesser, greater)
        ]
        assert costs[0] < costs[1]


@given(st.integers(0, 3650))
@settings(max_examples=20)
def test_days_are_counted_from_signing(days: int) -> None:
    last = lines(LumpSum(days), 87_220_000, DEPOSIT, DATES)[-1]
    assert last.due == SIGNED + timedelta(days=days)


def test_what_a_fee_is_called() -> None:
    assert FeeType("首期款") is FeeType.DOWN
    assert FeeType.DOWN.words.en == "down payment"
    assert FeeType.LATE_FEE.group is FeeGroup.COLLECTED
    assert all(fee.words.en for fee in FeeType)
