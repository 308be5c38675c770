"""From base price to list price by factors (SPEC §2.7)."""

import json
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.refusal import Code, Refused
from sales.money.pricing import Factor, FactorKind, FactorMode, PriceBasis, Traits, list_price, priced_area, set_price
from tests.sales.golden import fixture

ADD, PCT, TOTAL = FactorMode.ADD_UNIT, FactorMode.PCT, FactorMode.ADD_TOTAL

# the factors of the worked example: +20 yuan/m² per floor above 1, south +150, lake +300, near the lift −50, +2 %
FACTORS = [
    Factor(FactorKind.CUSTOM, "", PCT, Decimal("0.02")),
    Factor(FactorKind.FLOOR, "per_floor", ADD, Decimal(2000), 1),
    Factor(FactorKind.ORIENTATION, "S", ADD, Decimal(15000), 2),
    Factor(FactorKind.ORIENTATION, "E", ADD, Decimal(6000), 2),
    Factor(FactorKind.VIEW, "lake", ADD, Decimal(30000), 3),
    Factor(FactorKind.CUSTOM, "near_lift", ADD, Decimal(-5000), 4),
    Factor(FactorKind.LAYOUT, "B", ADD, Decimal(99900), 0),
    Factor(FactorKind.FLOOR, "14", ADD, Decimal(-6000), 1),
    Factor(FactorKind.FLOOR, "top", ADD, Decimal(-15000), 1),
]
ROOM = Traits("A", 12, "S", "lake", frozenset({"near_lift"}), top_floor=18)


def test_the_worked_example() -> None:
    price = list_price(1_000_000, 8900, ROOM, FACTORS)
    assert price.unit_fen == 1_083_240
    assert price.list_fen == 96_408_400
    assert [(step.factor.key, step.value) for step in price.steps] == [
        ("per_floor", 22000),
        ("S", 15000),
        ("lake", 30000),
        ("near_lift", -5000),
        ("", Decimal("0.02")),
    ]
    assert json.loads(json.dumps([step.as_json() for step in price.steps]))[0] == {
        "kind": "floor",
        "key": "per_floor",
        "mode": "add_unit",
        "value": "22000",
    }


def test_other_floors_and_layouts() -> None:
    top = Traits("B", 14, "E", top_floor=14)
    assert list_price(1_000_000, 10000, top, FACTORS[1:]).unit_fen == 1_000_000 + 26000 + 6000 + 99900 - 6000 - 15000
    assert list_price(1_000_000, 10000, Traits("C", 1, "N"), FACTORS[1:]).unit_fen == 1_000_000
    assert list_price(1_000_000, 10000, Traits("C", -2, "N"), FACTORS[1:]).unit_fen == 1_000_000


def test_totals_come_last_and_are_rounded_with_the_list() -> None:
    factors = [
        Factor(FactorKind.CUSTOM, "garden", TOTAL, Decimal(1_000_050)),
        Factor(FactorKind.CUSTOM, "", PCT, Decimal("0.01"), 1),
        Factor(FactorKind.CUSTOM, "", PCT, Decimal("0.01"), 2),
    ]
    price = list_price(333_333, 10050, Traits("A", 1, "S", marks=frozenset({"garden"})), factors)
    # 333,333 × 1.0201 = 340,032.9933 → 340,033; × 100.50 m² = 34,173,316.5 → 34,173,317; + 1,000,050 → 35,173,367
    assert price.unit_fen == 340_033
    assert price.list_fen == 35_173_400


def test_the_list_prices_of_the_fixture_follow_from_their_unit_prices() -> None:
    for room in fixture("rooms"):
        price = list_price(room["unit_fen"], room["built_x100"], Traits(room["layout"], room["floor"], "S"), [])
        assert price.list_fen == room["list_fen"]


def test_bases() -> None:
    assert priced_area(PriceBasis.BUILT, 8900, 7000) == priced_area(PriceBasis.SET, 8900, 7000) == 8900
    assert priced_area(PriceBasis.INNER, 8900, 7000) == 7000
    assert set_price(89_000_000, 8900).unit_fen == 1_000_000
    assert set_price(10_000_000, 3333).unit_fen == 300_030  # 300,030.003


@pytest.mark.parametrize(
    ("base", "area", "factors", "code"),
    [
        (0, 8900, [], Code.MONEY),
        (-1_000_000, 8900, [], Code.MONEY),
        (10**15 + 1, 8900, [], Code.MONEY),
        (1_000_000, 0, [], Code.VALIDATION),
        (1_000_000, -8900, [], Code.VALIDATION),
        (1_000_000, 10**9, [], Code.VALIDATION),
        (1_000_000, 8900, [Factor(FactorKind.CUSTOM, "", ADD, Decimal(-1_000_000))], Code.MONEY),
        (1_000_000, 8900, [Factor(FactorKind.CUSTOM, "", TOTAL, Decimal(-89_000_000))], Code.MONEY),
        (10**14, 10**8, [], Code.MONEY),
    ],
)
def test_prices_nobody_could_mean(base: int, area: int, factors: list[Factor], code: Code) -> None:
    with pytest.raises(Refused) as refused:
        list_price(base, area, Traits("A", 1, "S"), factors)
    assert refused.value.code is code


@pytest.mark.parametrize(
    ("mode", "value"), [(ADD, "0.5"), (TOTAL, "1.01"), (PCT, "-1"), (PCT, "NaN"), (ADD, "Infinity"), (ADD, "1e16")]
)
def test_factors_nobody_could_mean(mode: FactorMode, value: str) -> None:
    with pytest.raises(Refused) as refused:
        Factor(FactorKind.CUSTOM, "", mode, Decimal(value))
    assert refused.value.code is Code.VALIDATION


@pytest.mark.parametrize("key", ["first", "100", "-", "1.5", "３"])
def test_floors_nobody_lives_on(key: str) -> None:
    with pytest.raises(Refused) as refused:
        Factor(FactorKind.FLOOR, key, ADD, Decimal(1))
    assert refused.value.code is Code.VALIDATION


values = st.integers(-3000, 50000).map(Decimal)
factors = st.one_of(
    st.builds(Factor, st.just(FactorKind.FLOOR), st.sampled_from(["per_floor", "top", "7"]), st.just(ADD), values),
    st.builds(Factor, st.just(FactorKind.CUSTOM), st.just(""), st.just(TOTAL), values),
    st.builds(Factor, st.just(FactorKind.VIEW), st.just("lake"), st.just(PCT), st.decimals("-0.1", "0.1", places=4)),
)


@given(st.integers(500_000, 5_000_000), st.integers(2000, 50000), st.lists(factors, max_size=8), st.randoms())
@settings(max_examples=100)
def test_a_price_does_not_depend_on_how_its_factors_are_stored(
    base: int, area: int, some: list[Factor], rnd: Random
) -> None:
    room = Traits("A", 7, "S", "lake", top_floor=7)
    price = list_price(base, area, room, some)
    rnd.shuffle(some)
    again = list_price(base, area, room, some)
    assert (price.unit_fen, price.list_fen) == (again.unit_fen, again.list_fen)
    assert price.list_fen % 100 == 0
    assert price.list_fen > 0
    assert set(price.steps) == set(again.steps)
