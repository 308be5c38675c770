"""Arrears and late fees (SPEC R26, §2.5.8)."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.refusal import Code, Refused
from sales.money.late_fee import Arrears, Payment, arrears, late_fee
from sales.money.rounding import half_up
from tests.sales.golden import AS_OF, by_id, fixture, report

DAILY = Decimal("0.0005")
DUE = date(2024, 3, 20)


def test_the_worked_example() -> None:
    # day 1: 475,200.00; days 2 to 11: 275,200.00; (4,752 + 27,520) × 100 × 0.0005 = 1,613.60
    paid = [Payment(date(2024, 3, 22), 20_000_000)]
    assert late_fee(47_520_000, DUE, paid, date(2024, 3, 31), DAILY) == 161_360


def test_r26_from_the_receivables_of_the_fixture() -> None:
    deals = by_id("deals")
    customers = by_id("customers")
    shown = []
    for row in fixture("recv"):
        if row["status"] != "active":
            continue
        paid = [Payment(date.fromisoformat(day), fen) for day, fen in row["paid"]]
        found = arrears(row["amount_fen"], date.fromisoformat(row["due"]), paid, AS_OF, DAILY)
        if found is not None:
            deal = deals[row["deal"]]
            b30, b60, b90, b90p = found.buckets
            shown.append(
                {
                    "customer": customers[deal["customer"]]["name"],
                    "room": deal["room"],
                    "fee": row["fee"],
                    "due": row["due"],
                    "amount_fen": row["amount_fen"],
                    "paid_fen": found.paid_fen,
                    "overdue_fen": found.overdue_fen,
                    "days": found.days,
                    "b30": b30,
                    "b60": b60,
                    "b90": b90,
                    "b90p": b90p,
                    "late_fee_fen": found.late_fee_fen,
                }
            )
    assert shown == report("R26")


@pytest.mark.parametrize(
    ("paid", "as_of", "fee"),
    [
        ([], DUE, 0),  # due today is not late
        ([], DUE + timedelta(days=1), 50),  # 1,000.00 × 0.0005
        ([(1, 100_000)], DUE + timedelta(days=1), 0),  # a payment lowers the balance of its own day
        ([(0, 40_000), (2, 60_000)], DUE + timedelta(days=9), 30),
        ([(0, 40_000), (2, 90_000)], DUE + timedelta(days=9), 30),  # more than was owed
        ([(3, 100_000), (5, -100_000)], DUE + timedelta(days=6), 200),  # a reversal: days 1, 2, 5, 6
        ([(20, 100_000)], DUE + timedelta(days=2), 100),  # what is paid later is not known yet
        ([], DUE - timedelta(days=5), 0),
    ],
)
def test_by_hand(paid: list[tuple[int, int]], as_of: date, fee: int) -> None:
    payments = [Payment(DUE + timedelta(days=day), fen) for day, fen in paid]
    assert late_fee(100_000, DUE, payments, as_of, DAILY) == fee


def test_it_is_rounded_once() -> None:
    # 1.00 yuan for three days: 0.05 fen a day, 0.15 in all; ten days are exactly half a fen
    assert late_fee(100, DUE, [], DUE + timedelta(days=3), DAILY) == 0
    assert late_fee(100, DUE, [], DUE + timedelta(days=10), DAILY) == 1


@pytest.mark.parametrize(("days", "bucket"), [(1, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (5000, 3)])
def test_buckets(days: int, bucket: int) -> None:
    found = arrears(100, DUE, [], DUE + timedelta(days=days), DAILY)
    assert found is not None
    assert found.days == days
    assert found.buckets == tuple(100 if each == bucket else 0 for each in range(4))


def test_nothing_overdue() -> None:
    assert arrears(100, DUE, [], DUE, DAILY) is None
    assert arrears(100, DUE, [Payment(DUE, 100)], DUE + timedelta(days=9), DAILY) is None
    assert arrears(100, DUE, [Payment(DUE + timedelta(days=9), 100)], DUE + timedelta(days=8), DAILY) == Arrears(
        0, 100, 8, 0
    )


@pytest.mark.parametrize(
    ("fen", "daily", "code"),
    [(-1, "0.0005", Code.MONEY), (10**15 + 1, "0.0005", Code.MONEY), (100, "1.5", Code.VALIDATION)],
)
def test_figures_nobody_could_mean(fen: int, daily: str, code: Code) -> None:
    with pytest.raises(Refused) as refused:
        late_fee(fen, DUE, [], AS_OF, Decimal(daily))
    assert refused.value.code is code


payments = st.lists(st.builds(Payment, st.dates(date(2024, 3, 1), date(2024, 5, 1)), st.integers(0, 60_000)))


@given(st.integers(0, 200_000), payments, st.dates(date(2024, 3, 1), date(2024, 5, 1)))
@settings(max_examples=150)
def test_it_is_the_sum_over_the_days(fen: int, paid: list[Payment], as_of: date) -> None:
    total = Fraction(0)
    day = DUE + timedelta(days=1)
    while day <= as_of:
        balance = fen - sum(payment.amount_fen for payment in paid if payment.day <= day)
        total += max(balance, 0) * Fraction(DAILY)
        day += timedelta(days=1)
    assert late_fee(fen, DUE, paid, as_of, DAILY) == half_up(total)
