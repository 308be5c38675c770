"""The pure rules of voice mail: states of a message, PINs, locks."""

import doctest
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ivr.mailbox.pin
import ivr.mailbox.state
from ivr.mailbox.pin import LOCK, fits, locked_until, sealed, weak
from ivr.mailbox.state import ROWS, Event, State, after, table

NOON = datetime(2024, 3, 31, 4, 0, tzinfo=UTC)
TIMES = st.lists(st.integers(0, 120), max_size=20).map(
    lambda minutes: [NOON + timedelta(minutes=m) for m in sorted(minutes)]
)


@pytest.mark.parametrize("module", [ivr.mailbox.pin, ivr.mailbox.state])
def test_the_examples_in_the_docstrings(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


def test_the_table_by_hand() -> None:
    lines = [" ".join(line.split()) for line in table().splitlines()]
    assert lines == [
        "of event to", "new heard saved", "new save saved", "new delete deleted", "saved delete deleted",
        "deleted undelete new if not heard", "deleted undelete saved if heard", "deleted 7 days purged",
    ]  # fmt: skip


@given(st.sampled_from(State), st.lists(st.sampled_from(Event), max_size=12), st.booleans())
def test_a_message_becomes_new_again_only_if_nobody_has_heard_it(
    state: State, events: list[Event], heard: bool
) -> None:
    for event in events:
        before, state = state, after(state, event, heard=heard)
        heard = heard or event is Event.HEARD
        assert state == before or any((row.event, row.of, row.to) == (event, before, state) for row in ROWS)
        assert not (state is State.NEW and before is not State.NEW and heard)


def test_only_the_pin_itself_fits_what_was_kept() -> None:
    kept = sealed("7351")
    assert "7351" not in kept
    assert kept != sealed("7351"), "the same PIN is never kept twice in the same way"
    assert fits("7351", kept)
    assert not fits("7352", kept)
    assert not fits("7351", ""), "a mailbox without a PIN is opened by none"


@settings(max_examples=5, deadline=None)
@given(st.text("0123456789", min_size=4, max_size=8), st.text("0123456789", min_size=4, max_size=8))
def test_a_pin_fits_itself_alone(one: str, other: str) -> None:
    assert fits(other, sealed(one, b"salt")) == (one == other)


def test_weak_pins_by_hand() -> None:
    assert [weak(pin, "8002") for pin in ("0000", "4321", "8002", "80020", "1357")] == [True, True, True, False, False]


def test_locks_by_hand() -> None:
    minutes = [NOON + timedelta(minutes=m) for m in (0, 1, 2, 20, 21)]
    assert locked_until(minutes[:2], 3) is None
    assert locked_until(minutes[:3], 3) == minutes[2] + LOCK
    assert locked_until(minutes, 3) == minutes[2] + LOCK, "after a lock the count begins anew"
    assert locked_until([NOON, NOON + LOCK, NOON + 2 * LOCK], 3) is None, "slips that lie far apart lock nobody out"


@given(TIMES, st.integers(2, 6))
def test_a_lock_comes_of_enough_wrong_ones_close_together(times: list[datetime], most: int) -> None:
    until = locked_until(times, most)
    close = [sum(at - LOCK < other <= at for other in times) >= most for at in times]
    assert (until is not None) <= any(close)
    if until is not None:
        assert until - LOCK in times
        assert len([at for at in times if until - 2 * LOCK < at <= until - LOCK]) >= most
