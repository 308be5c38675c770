"""The states of a seat: every pair of state and event, a day by hand, and whatever order events come in."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_agent.seat import BUSY, SEAT, Reason, Seat, SeatEvent, SeatState, moved, wrapping
from db.refusal import Code, Refused
from tests.db.engines import NOON

# SPEC §2.4.9, written down by hand as "from event to"; a slash: as was asked for meanwhile
SPEC = """
    offline sign_in ready
    ready sign_out offline
    not_ready sign_out offline
    wrapup sign_out offline
    not_ready get_ready ready
    wrapup get_ready ready
    ready pause not_ready
    not_ready pause not_ready
    wrapup pause not_ready
    ready ring ringing
    ringing answer talking
    ringing caller_left ready/not_ready/offline
    ringing no_answer not_ready/offline
    ready dial talking
    not_ready dial talking
    wrapup dial talking
    talking hang_up wrapup
    wrapup wrapped ready/not_ready/offline"""
LINES = [line.split() for line in SPEC.strip().splitlines()]
WAYS = {(of, event): to.split("/") for of, event, to in LINES}
CALL = "01HQ0000000000000000000000"
ABOUT = {
    SeatEvent.SIGN_IN: {"phone": "8001"},
    SeatEvent.RING: {"call": CALL},
    SeatEvent.DIAL: {"call": CALL},
    SeatEvent.PAUSE: {"reason": Reason.MEAL.value},
}


@pytest.mark.parametrize("event", SeatEvent)
@pytest.mark.parametrize("state", SeatState)
def test_a_pair_leads_where_the_specification_says_or_is_refused(state: SeatState, event: SeatEvent) -> None:
    row = SEAT.row(state, event)
    assert ([place.value for place in row.to] if row else None) == WAYS.get((state.value, event.value))


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_a_morning_at_a_seat() -> None:
    """In, a call, wrap-up by the timer, a break asked for in the next call, lunch after its wrap-up, out."""
    seat = moved(Seat("8001"), SeatEvent.SIGN_IN, at(0), phone="8001")
    assert (seat.state, seat.idle_since) == (SeatState.READY, at(0))
    seat = moved(seat, SeatEvent.RING, at(5), call=CALL)
    assert (seat.state, seat.call, seat.idle_since, seat.offered_at) == (SeatState.RINGING, CALL, at(0), at(5))
    seat = moved(moved(seat, SeatEvent.ANSWER, at(5.1)), SeatEvent.HANG_UP, at(8))
    seat = wrapping(seat, 30)
    assert (seat.state, seat.calls, seat.until) == (SeatState.WRAPUP, 1, at(8.5))
    seat = moved(seat, SeatEvent.WRAPPED, at(8.5))
    assert (seat.state, seat.idle_since, seat.call, seat.until) == (SeatState.READY, at(8.5), "", None)

    seat = moved(moved(seat, SeatEvent.RING, at(9), call=CALL), SeatEvent.ANSWER, at(9.1))
    asked = moved(seat, SeatEvent.PAUSE, at(10), reason="meal")
    assert (asked.state, asked.wanted, asked.since) == (SeatState.TALKING, SeatState.NOT_READY, at(9.1))
    seat = wrapping(moved(asked, SeatEvent.HANG_UP, at(11)), 30)
    assert (seat.state, seat.wanted) == (SeatState.WRAPUP, SeatState.NOT_READY)  # not closed by what was asked
    seat = moved(seat, SeatEvent.WRAPPED, at(11.5))
    assert (seat.state, seat.reason, seat.wanted) == (SeatState.NOT_READY, "meal", None)
    seat = moved(seat, SeatEvent.SIGN_OUT, at(12))
    assert seat == Seat("8001", since=at(12))


def test_whoever_loses_a_caller_has_waited_as_long_as_before() -> None:
    ringing = moved(moved(Seat("8001"), SeatEvent.SIGN_IN, at(0), phone="8001"), SeatEvent.RING, at(5), call=CALL)
    assert moved(ringing, SeatEvent.CALLER_LEFT, at(5.1)).idle_since == at(0)
    let = moved(ringing, SeatEvent.NO_ANSWER, at(5.25))
    assert (let.state, let.reason, let.call) == (SeatState.NOT_READY, "no answer", "")
    assert moved(let, SeatEvent.GET_READY, at(6)).idle_since == at(6)
    gone = moved(moved(ringing, SeatEvent.SIGN_OUT, at(5.1)), SeatEvent.NO_ANSWER, at(5.25))
    assert gone == Seat("8001", since=at(5.25))  # who wanted to go and lets it ring has gone


def test_a_call_out_from_a_break_ends_in_the_break() -> None:
    seat = moved(moved(Seat("8001"), SeatEvent.SIGN_IN, at(0), phone="1"), SeatEvent.PAUSE, at(1), reason="meal")
    seat = moved(moved(seat, SeatEvent.DIAL, at(2), call=CALL), SeatEvent.HANG_UP, at(3))
    seat = moved(seat, SeatEvent.WRAPPED, at(4))
    assert (seat.state, seat.reason) == (SeatState.NOT_READY, "meal")


def test_a_refusal_in_words() -> None:
    with pytest.raises(Refused) as refused:
        moved(Seat("8001"), SeatEvent.RING, NOON, call=CALL)
    assert refused.value.code is Code.STATE
    assert refused.value.zh == "座席当前状态为“离线”，不能振铃。"
    assert refused.value.en == "The seat is signed out: it is not possible to be rung."


@given(st.lists(st.sampled_from(SeatEvent), max_size=40))
def test_whatever_happens_in_whatever_order(events: list[SeatEvent]) -> None:
    seat = Seat("8001")
    for minute, event in enumerate(events):
        before = seat
        try:
            seat = moved(seat, event, at(minute), **ABOUT.get(event, {}))
        except Refused:
            assert (before.state.value, event.value) not in WAYS
            assert before.state not in BUSY or event not in (SeatEvent.SIGN_OUT, SeatEvent.GET_READY, SeatEvent.PAUSE)
        assert (seat.idle_since is not None) >= (seat.state is SeatState.READY)
        assert bool(seat.call) == (seat.state in (*BUSY, SeatState.WRAPUP))
        assert bool(seat.phone) == (seat.state is not SeatState.OFFLINE)
        assert seat.wanted is None or seat.state in (*BUSY, SeatState.WRAPUP)
        assert seat.state is not SeatState.NOT_READY or seat.reason
        if before.state in BUSY and seat.state is not before.state:
            assert event not in (SeatEvent.SIGN_OUT, SeatEvent.GET_READY, SeatEvent.PAUSE)
