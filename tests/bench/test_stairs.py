"""The search for a limit: against carriers whose limit is known."""

from hypothesis import given
from hypothesis import strategies as st

from bench.stairs import STEPS, Stairs

TEN = tuple(range(10, 110, 10))


def climb(stairs: Stairs, carries: int) -> list[int]:
    tried = []
    while (rate := stairs.next()) is not None:
        tried.append(rate)
        stairs.heard(rate, rate <= carries)
    return tried


def test_a_climb_by_hand() -> None:
    stairs = Stairs(TEN, start=50)
    assert climb(stairs, carries=75) == [50, 60, 70, 80]
    assert stairs.limit == 70


def test_a_descent_by_hand_with_wide_first_steps() -> None:
    stairs = Stairs(TEN, start=90, stride=3)
    assert climb(stairs, carries=40) == [90, 60, 30, 40, 50]
    assert stairs.limit == 40


def test_nothing_is_carried() -> None:
    stairs = Stairs(TEN, start=20)
    assert climb(stairs, carries=5) == [20, 10]
    assert stairs.limit == 0


def test_a_step_that_failed_once_is_not_the_limit_though_it_passed_before() -> None:
    stairs = Stairs(TEN, start=50)
    stairs.heard(50, True)
    stairs.heard(60, True)
    stairs.heard(50, False)
    assert stairs.limit == 40
    assert stairs.next() is None


def test_patience_ends() -> None:
    stairs = Stairs(TEN, start=10, trials=3)
    assert climb(stairs, carries=100) == [10, 20, 30]
    assert stairs.limit == 30


@given(st.sampled_from(STEPS), st.integers(0, 900), st.integers(1, 4))
def test_with_patience_enough_the_limit_is_found_and_no_step_tried_twice(start: int, carries: int, stride: int) -> None:
    stairs = Stairs(STEPS, start, trials=100, stride=stride)
    tried = climb(stairs, carries)
    assert stairs.limit == max((step for step in STEPS if step <= carries), default=0)
    assert len(set(tried)) == len(tried)
