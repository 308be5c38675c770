"""Half up, once, at the places named (SPEC §2.0)."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from sales.money.rounding import by_area, down_to, half_up, half_up_to, part


def test_halves_go_away_from_nought() -> None:
    assert [half_up(Decimal(each)) for each in ("2.5", "2.4999", "-2.5", "-2.4999", "0")] == [3, 2, -3, -2, 0]
    assert [half_up(Fraction(each, 2)) for each in (5, -5, 4, 1, -1)] == [3, -3, 2, 1, -1]
    assert half_up(7) == 7


def test_steps() -> None:
    assert half_up_to(96_408_360, 100) == 96_408_400
    assert half_up_to(150, 100) == 200
    assert half_up_to(149, 100) == 100
    assert half_up_to(-150, 100) == -200
    assert down_to(62_910_540, 1_000_000) == 62_000_000


def test_part_and_area() -> None:
    assert part(89_872_200, Decimal("0.0005")) == 44_936  # 44,936.1
    assert part(101, Decimal("0.5")) == 51
    assert by_area(1_083_240, 8900) == 96_408_360
    assert by_area(333, 50) == 167  # 166.5


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=6))
@settings(max_examples=100)
def test_decimals_and_fractions_agree(value: Decimal) -> None:
    assert half_up(value) == half_up(Fraction(value)) == int(value.quantize(Decimal(1), ROUND_HALF_UP))


@given(st.integers(0, 10**15), st.integers(1, 10**7))
@settings(max_examples=100)
def test_a_step_is_near_and_down_is_below(value: int, step: int) -> None:
    near, down = half_up_to(value, step), down_to(value, step)
    assert near % step == down % step == 0
    assert 2 * abs(near - value) <= step
    assert 0 <= value - down < step
