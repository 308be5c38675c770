"""Erlang's formulas: worked by hand, held against each other, and against a queue that is simply lived through."""

import doctest
import random
from heapq import heappop, heappush

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cti_agent.erlang
from cti_agent.erlang import Load, answered_within, blocked, seats_for, service, waits

LOADS = st.floats(0.01, 60.0)
SEATS = st.integers(1, 90)


def test_the_examples_in_the_docstrings() -> None:
    assert doctest.testmod(cti_agent.erlang).failed == 0


def test_two_seats_and_one_erlang_by_hand() -> None:
    """B(1) = 1/2, B(2) = ½ / (2 + ½) = 0.2; C = 0.2 / (1 − ½ · 0.8) = ⅓; they wait 180 · ⅓ / (2 − 1) = 60 s."""
    assert blocked(1.0, 1) == 0.5
    assert waits(1.0, 2) == pytest.approx(1 / 3)
    told = service(Load(1 / 180, 180.0), 2)
    assert told.asa == pytest.approx(60.0)
    assert (told.occupancy, told.abandoned) == (0.5, 0.0)


def test_one_impatient_erlang_at_one_seat_by_hand() -> None:
    """Patience as long as handling: every caller leaves at rate µ, so there are Poisson(1) of them. Busy 1 − 1/e; in
    the queue E[N] − P(N ≥ 1) = 1/e; who gives up: 1/e of the rate at which they come."""
    told = service(Load(1 / 180, 180.0, 180.0), 1)
    e = 2.718281828459045
    assert told.occupancy == pytest.approx(1 - 1 / e)
    assert told.waits == pytest.approx(1 - 1 / e)
    assert told.abandoned == pytest.approx(1 / e)
    assert told.asa == pytest.approx(180 / e)


@given(LOADS, SEATS)
def test_more_seats_never_wait_longer(erlangs: float, seats: int) -> None:
    assert 0 <= blocked(erlangs, seats + 1) <= blocked(erlangs, seats) <= 1
    assert blocked(erlangs, seats) <= waits(erlangs, seats) <= 1
    assert waits(erlangs, seats + 1) <= waits(erlangs, seats)


@given(LOADS, SEATS, st.floats(1.0, 600.0))
def test_what_comes_is_answered_or_gives_up(erlangs: float, seats: int, patience: float) -> None:
    told = service(Load(erlangs / 180, 180.0, patience), seats)
    assert 0 <= told.abandoned <= told.waits + 1e-9
    assert told.occupancy * seats == pytest.approx(erlangs * (1 - told.abandoned), rel=1e-6)
    assert told.asa == pytest.approx(told.abandoned * patience, rel=1e-9)


@given(st.floats(0.01, 30.0), st.integers(1, 20))
def test_endless_patience_is_erlang_c(erlangs: float, spare: int) -> None:
    seats = int(erlangs) + spare
    patient, endless = service(Load(erlangs / 180, 180.0, 1e9), seats), service(Load(erlangs / 180, 180.0), seats)
    if erlangs / seats < 0.95:
        assert patient.waits == pytest.approx(endless.waits, rel=1e-3, abs=1e-9)
        assert patient.asa == pytest.approx(endless.asa, rel=1e-2, abs=1e-6)


@given(LOADS, st.sampled_from([0.5, 0.8, 0.95]), st.floats(0.0, 60.0), st.sampled_from([0.7, 0.85, 1.0]))
def test_the_fewest_seats_that_will_do(erlangs: float, share: float, seconds: float, busy: float) -> None:
    load = Load(erlangs / 240, 240.0)
    seats = seats_for(load, share, seconds, busy)

    def will_do(seats: int) -> bool:
        return answered_within(load, seats, seconds) >= share and erlangs / seats <= busy

    assert will_do(seats)
    assert seats == 1 or not will_do(seats - 1)


def test_nobody_calls_and_nobody_is_needed() -> None:
    assert seats_for(Load(0.0, 180.0), 0.8, 20.0) == 0
    assert service(Load(0.0, 180.0), 3).occupancy == service(Load(0.0, 180.0, 60.0), 3).occupancy == 0.0


@pytest.mark.parametrize("bad", [(-1.0, 180.0, None), (1.0, 0.0, None), (1.0, 180.0, 0.0)])
def test_loads_that_cannot_be(bad: tuple[float, float, float | None]) -> None:
    with pytest.raises(ValueError, match="must"):
        Load(*bad)


def test_targets_that_cannot_be_and_queues_without_end() -> None:
    load = Load(1 / 180, 180.0)
    for share, seconds, busy in ((1.0, 20.0, 1.0), (0.8, -1.0, 1.0), (0.8, 20.0, 0.0)):
        with pytest.raises(ValueError, match="share"):
            seats_for(load, share, seconds, busy)
    with pytest.raises(ValueError, match="without end"):
        service(load, 1)


def test_a_queue_that_is_lived_through_agrees() -> None:
    """120,000 calls of 4 erlangs at 5 seats, as they come: within 5 % of Erlang C."""
    chance, load, seats = random.Random(20240331), Load(4 / 180, 180.0), 5
    free_at = [0.0] * seats
    now = waited = 0.0
    who_waited = soon = 0
    calls = 120_000
    for _ in range(calls):
        now += chance.expovariate(load.calls)
        begins = max(now, heappop(free_at))
        waited += begins - now
        who_waited += begins > now
        soon += begins - now <= 20.0
        heappush(free_at, begins + chance.expovariate(1 / load.handling))
    told = service(load, seats)
    assert who_waited / calls == pytest.approx(told.waits, rel=0.05)
    assert waited / calls == pytest.approx(told.asa, rel=0.05)
    assert soon / calls == pytest.approx(answered_within(load, seats, 20.0), rel=0.05)
