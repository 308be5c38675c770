"""How many seats a day needs: the half hours by hand, and that the plan keeps what it promises."""

import doctest
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cti_agent.staffing
from cti_agent.erlang import Load, answered_within
from cti_agent.staffing import Target, plan

MORNING = datetime(2024, 4, 1, 9, 0, tzinfo=UTC)


def test_the_example_in_the_docstring() -> None:
    assert doctest.testmod(cti_agent.staffing).failed == 0


def test_two_half_hours_of_two_days_by_hand() -> None:
    """20 calls in two days at 9:00–9:30 are 10 a day, one erlang at 180 s: three seats (as in Erlang's tables)."""
    calls = [MORNING + timedelta(days=n % 2, minutes=n) for n in range(20)] + [MORNING + timedelta(minutes=45)]
    first, second = plan(calls, 2, 180.0, Target())
    assert (first.at, first.calls, first.seats) == ("09:00", 10.0, 3)
    assert first.occupancy == pytest.approx(1 / 3)
    assert (second.at, second.calls, second.seats) == ("09:30", 0.5, 1)


@given(
    st.lists(st.integers(0, 1439), min_size=1, max_size=200),
    st.integers(1, 5),
    st.floats(10, 900),
    st.floats(0.5, 0.95),
)
def test_a_plan_keeps_its_promise_with_no_seat_to_spare(
    minutes: list[int], days: int, handling: float, share: float
) -> None:
    slots = plan([MORNING.replace(hour=0) + timedelta(minutes=n) for n in minutes], days, handling, Target(share))
    assert sum(slot.calls for slot in slots) == pytest.approx(len(minutes) / days)
    for slot in slots:
        assert slot.share >= share
        assert slot.occupancy <= 0.9
        load = Load(slot.calls / 1800, handling)
        fewer = slot.seats - 1
        if fewer > load.erlangs:
            assert answered_within(load, fewer, 20.0) < share or load.erlangs / fewer > 0.9


def test_a_plan_of_no_days() -> None:
    with pytest.raises(ValueError, match="a day"):
        plan([], 0, 180.0, Target())
