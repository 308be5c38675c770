"""Discounts: their order, who may grant them, what a deal keeps (SPEC §2.7)."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.refusal import Code, Refused
from sales.money.discount import Authority, Discount, Discounted, DiscountKind, Rank, discounted, valid
from tests.sales.golden import fixture, report

RATE, UNIT, TOTAL, SPECIAL = DiscountKind.RATE, DiscountKind.UNIT_OFF, DiscountKind.TOTAL_OFF, DiscountKind.SPECIAL
SELLER = Authority(Decimal("0.98"))
LEADER = Authority(Decimal("0.50"), Rank.LEADER)


def rate(text: str, order: int = 0, **more: object) -> Discount:
    return Discount("rate", RATE, Decimal(text), order, **more)  # type: ignore[arg-type]


def test_98_percent_then_5000_off() -> None:
    off = Discount("may", TOTAL, Decimal(500_000))
    result = discounted(90_780_000, 8900, [off, rate("0.98")], SELLER)
    assert [step.after for step in result.steps] == ["88964400", "88464400"]
    assert result.deal_fen == 88_464_400
    assert result.needs_approval  # below 98 %


def test_two_rates() -> None:
    result = discounted(90_780_000, 8900, [rate("0.98", 1), rate("0.99", 2)], LEADER)
    assert [step.after for step in result.steps] == ["88964400", "88074756"]
    assert result.deal_fen == 88_074_800
    assert not result.needs_approval


def test_the_whole_order() -> None:
    given = [
        Discount("boss", SPECIAL, Decimal(10_000)),
        Discount("cash", TOTAL, Decimal(100_000)),
        rate("0.99"),
        Discount("floor", UNIT, Decimal(1000)),
    ]
    result = discounted(10_000_000, 10000, given, LEADER)
    # 10,000,000 − 1,000 × 100 m² = 9,900,000; × 0.99 = 9,801,000; − 100,000; − 10,000
    assert [step.after for step in result.steps] == ["9900000", "9801000", "9701000", "9691000"]
    assert [step.discount.code for step in result.steps] == ["floor", "rate", "cash", "boss"]
    assert result.needs_approval  # a special one always


@pytest.mark.parametrize(
    ("text", "authority", "approval"),
    [
        ("0.98", SELLER, False),
        ("0.97", SELLER, True),  # S1-64
        ("0.97", Authority(Decimal("0.95"), Rank.MANAGER), False),
        ("1", Authority(Decimal(1)), False),
    ],
)
def test_whose_signature(text: str, authority: Authority, approval: bool) -> None:
    assert discounted(90_780_000, 8900, [rate(text)], authority).needs_approval is approval


def test_a_rule_for_managers_needs_one() -> None:
    rule = rate("0.99", rank=Rank.MANAGER)
    assert discounted(90_780_000, 8900, [rule], SELLER).needs_approval
    assert not discounted(90_780_000, 8900, [rule], Authority(Decimal("0.98"), Rank.MANAGER)).needs_approval


def test_exactly_the_limit_is_within_it_even_when_it_is_rounded() -> None:
    # 98 % of 880,030 yuan is 862,429.40: sold for 862,429, which is less than that and still 98 %
    result = discounted(88_003_000, 8900, [rate("0.98")], SELLER)
    assert result.deal_fen == result.floor_fen == 86_242_900
    assert not result.needs_approval


def test_without_discounts_the_list_price_stays() -> None:
    result = discounted(90_780_050, 8900, [], SELLER)
    assert (result.deal_fen, result.steps, result.needs_approval) == (90_780_050, (), False)


def test_what_stands_alone_stands_alone() -> None:
    alone = rate("0.98", stackable=False)
    assert discounted(90_780_000, 8900, [alone], SELLER).deal_fen == 88_964_400
    with pytest.raises(Refused) as refused:
        discounted(90_780_000, 8900, [alone, rate("0.99")], SELLER)
    assert refused.value.code is Code.VALIDATION
    assert refused.value.zh == "优惠 rate 不能与其他优惠同时使用。"


def test_the_deals_of_the_fixture() -> None:
    area = {room["code"]: room["built_x100"] for room in fixture("rooms")}
    for deal in fixture("deals"):
        result = discounted(deal["list_fen"], area[deal["room"]], [rate(deal["discount"])], SELLER)
        assert result.deal_fen == deal["deal_fen"]
    for room in report("R08"):
        assert discounted(room["list_fen"], room["built_x100"], [rate("0.98")], SELLER).deal_fen == room["lump_fen"]


def test_the_snapshot_is_plain_and_complete() -> None:
    result = discounted(90_780_000, 8900, [rate("0.98", 1), rate("0.99", 2)], SELLER)
    assert json.loads(json.dumps(result.snapshot())) == {
        "list_fen": 90_780_000,
        "deal_fen": 88_074_800,
        "floor_fen": 88_964_400,
        "needs_approval": True,
        "discounts": [
            {"code": "rate", "kind": "rate", "value": "0.98", "after_fen": "88964400"},
            {"code": "rate", "kind": "rate", "value": "0.99", "after_fen": "88074756"},
        ],
    }


def test_validity_includes_both_ends() -> None:
    first, last = date(2024, 3, 1), date(2024, 3, 31)
    assert valid(first, last, first)
    assert valid(first, last, last)
    assert not valid(first, last, date(2024, 4, 1))
    assert not valid(first, None, date(2024, 2, 29))
    assert valid(None, None, first)


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (RATE, "1.01", Code.VALIDATION),
        (RATE, "-0.1", Code.VALIDATION),
        (RATE, "NaN", Code.VALIDATION),
        (TOTAL, "-1", Code.MONEY),
        (TOTAL, "0.5", Code.MONEY),
        (SPECIAL, "1e16", Code.MONEY),
    ],
)
def test_discounts_nobody_could_mean(kind: DiscountKind, value: str, code: Code) -> None:
    with pytest.raises(Refused) as refused:
        Discount("odd", kind, Decimal(value))
    assert refused.value.code is code


@pytest.mark.parametrize(
    ("list_fen", "off"), [(0, 0), (-5, 0), (10**15 + 1, 0), (90_780_000, 90_780_000), (90_780_000, 90_779_960)]
)
def test_prices_that_leave_nothing(list_fen: int, off: int) -> None:
    with pytest.raises(Refused) as refused:
        discounted(list_fen, 8900, [Discount("all", TOTAL, Decimal(off))], LEADER)
    assert refused.value.code is Code.MONEY


some_discounts = st.lists(
    st.one_of(
        st.builds(rate, st.integers(900, 1000).map(lambda n: str(Decimal(n) / 1000))),
        st.builds(Discount, st.just("t"), st.just(TOTAL), st.integers(0, 500_000).map(Decimal)),
        st.builds(Discount, st.just("u"), st.just(UNIT), st.integers(0, 5_000).map(Decimal)),
    ),
    max_size=4,
)


@given(st.integers(600_000, 10_000_000), some_discounts, st.integers(0, 100))
@settings(max_examples=100)
def test_another_discount_never_makes_it_dearer(yuan: int, given: list[Discount], more: int) -> None:
    def deal(discounts: list[Discount]) -> Discounted | None:
        try:
            return discounted(yuan * 100, 8900, discounts, LEADER)
        except Refused:
            return None

    before = deal(given)
    after = deal([*given, Discount("more", TOTAL, Decimal(more * 100))])
    if before is None:
        assert after is None
        return
    assert 0 < before.deal_fen <= yuan * 100
    assert before.deal_fen % 100 == 0
    if after is not None:
        assert after.deal_fen == before.deal_fen - more * 100
