"""A seat 座席: its states as a table, and what each event makes of it (SPEC §2.4.9). Pure: moments come in.

A state asked for while somebody is on the telephone waits until the talk and its wrap-up are over: it never closes a
wrap-up.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from db.table import Row, Table
from db.words import Words


class SeatState(StrEnum):
    OFFLINE = "offline"
    READY = "ready"
    NOT_READY = "not_ready"
    RINGING = "ringing"
    TALKING = "talking"
    WRAPUP = "wrapup"


class SeatEvent(StrEnum):
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    GET_READY = "get_ready"
    PAUSE = "pause"
    RING = "ring"
    ANSWER = "answer"
    CALLER_LEFT = "caller_left"
    NO_ANSWER = "no_answer"
    DIAL = "dial"
    HANG_UP = "hang_up"
    WRAPPED = "wrapped"


class Reason(StrEnum):
    """Why a seat is not ready; the digit is what `*14` asks for."""

    REST = "rest"
    MEAL = "meal"
    TRAINING = "training"
    MEETING = "meeting"
    NO_ANSWER = "no answer"


REASONS = {"1": Reason.REST, "2": Reason.MEAL, "3": Reason.TRAINING, "4": Reason.MEETING}
_OFF, _READY, _REST = SeatState.OFFLINE, SeatState.READY, SeatState.NOT_READY
_RINGING, _TALKING, _WRAPUP = SeatState.RINGING, SeatState.TALKING, SeatState.WRAPUP
BUSY = (_RINGING, _TALKING)  # what is asked for now waits

SEAT = Table(
    noun=Words("座席", "seat"),
    names={
        _OFF: Words("离线", "signed out"),
        _READY: Words("空闲", "ready"),
        _REST: Words("示忙", "not ready"),
        _RINGING: Words("振铃", "ringing"),
        _TALKING: Words("通话", "talking"),
        _WRAPUP: Words("话后", "wrapping up"),
    },
    verbs={
        SeatEvent.SIGN_IN: Words("签入", "sign in"),
        SeatEvent.SIGN_OUT: Words("签出", "sign out"),
        SeatEvent.GET_READY: Words("示闲", "get ready"),
        SeatEvent.PAUSE: Words("示忙", "be not ready"),
        SeatEvent.RING: Words("振铃", "be rung"),
        SeatEvent.ANSWER: Words("接听", "answer"),
        SeatEvent.CALLER_LEFT: Words("来电者挂机", "lose a caller who rang"),
        SeatEvent.NO_ANSWER: Words("无应答", "not answer"),
        SeatEvent.DIAL: Words("呼出", "dial out"),
        SeatEvent.HANG_UP: Words("挂机", "hang up"),
        SeatEvent.WRAPPED: Words("结束话后处理", "end the wrap-up"),
    },
    start=(_OFF,),
    rows=(
        Row("Z1", SeatEvent.SIGN_IN, (_OFF,), (_READY,), "number and PIN are right", "bound to the phone"),
        Row("Z2", SeatEvent.SIGN_OUT, (_READY, _REST, _WRAPUP), (_OFF,), "on the telephone: after the call"),
        Row("Z3", SeatEvent.GET_READY, (_REST, _WRAPUP), (_READY,), "on the telephone: after the wrap-up"),
        Row("Z4", SeatEvent.PAUSE, (_READY, _REST, _WRAPUP), (_REST,), "on the telephone: after the wrap-up", "reason"),
        Row("Z5", SeatEvent.RING, (_READY,), (_RINGING,), "one call, under lock", "the call rings its phone"),
        Row("Z6", SeatEvent.ANSWER, (_RINGING,), (_TALKING,)),
        Row(
            "Z7", SeatEvent.CALLER_LEFT, (_RINGING,), (_READY, _REST, _OFF), "", "idle since as before; or as asked for"
        ),
        Row(
            "Z8",
            SeatEvent.NO_ANSWER,
            (_RINGING,),
            (_REST, _OFF),
            "15 s; or as asked for",
            "the caller goes back to the head of the queue",
        ),
        Row("Z9", SeatEvent.DIAL, (_READY, _REST, _WRAPUP), (_TALKING,)),
        Row("Z10", SeatEvent.HANG_UP, (_TALKING,), (_WRAPUP,), "", "the wrap-up timer begins"),
        Row(
            "Z11",
            SeatEvent.WRAPPED,
            (_WRAPUP,),
            (_READY, _REST, _OFF),
            "the timer is over",
            "as asked for, or as before",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Seat:
    """number: of the seat; phone: the extension that rings. since: of the state; idle_since: ready without a talk
    since; until: end of the wrap-up. wanted, wanted_reason: the state that comes after the call, None = ready. calls:
    taken since the sign-in."""

    number: str
    phone: str = ""
    state: SeatState = SeatState.OFFLINE
    reason: str = ""
    since: datetime | None = None
    idle_since: datetime | None = None
    until: datetime | None = None
    call: str = ""
    wanted: SeatState | None = None
    wanted_reason: str = ""
    calls: int = 0
    offered_at: datetime | None = None


def moved(seat: Seat, event: SeatEvent, now: datetime, **about: str) -> Seat:
    """The seat after an event. about: phone (SIGN_IN), reason (PAUSE, NO_ANSWER), call (RING, DIAL). E_STATE if it
    cannot happen now."""
    if event in _ASKED and seat.state in BUSY:
        return replace(seat, wanted=_ASKED[event], wanted_reason=about.get("reason", ""))
    after = SEAT.next(seat.state, event, _leads(seat, event))
    there = replace(seat, state=after, since=now, reason="", until=None)
    match event:
        case SeatEvent.SIGN_IN:
            there = Seat(seat.number, about["phone"], after, since=now, idle_since=now)
        case SeatEvent.RING:
            there = replace(there, call=about["call"], offered_at=now)
        case SeatEvent.DIAL:
            wanted = seat.wanted or (_REST if seat.state is _REST else None)
            reason = seat.wanted_reason or seat.reason
            there = replace(there, call=about["call"], wanted=wanted, wanted_reason=reason)
        case SeatEvent.ANSWER:
            there = replace(there, calls=seat.calls + 1)
        case SeatEvent.CALLER_LEFT | SeatEvent.WRAPPED:
            there = replace(there, call="", reason=seat.wanted_reason, wanted=None, wanted_reason="")
        case SeatEvent.NO_ANSWER:
            reason = about.get("reason", Reason.NO_ANSWER)
            there = replace(there, call="", reason=reason, wanted=None, wanted_reason="")
        case SeatEvent.PAUSE:
            there = replace(there, call="", reason=about.get("reason", Reason.REST), wanted=None, wanted_reason="")
        case SeatEvent.GET_READY | SeatEvent.SIGN_OUT:
            there = replace(there, call="", wanted=None, wanted_reason="")
        case SeatEvent.HANG_UP:
            pass
    return _idle(seat, there, now)


def wrapping(seat: Seat, seconds: float) -> Seat:
    """A seat that has just hung up: so long is its wrap-up."""
    assert seat.since is not None
    return replace(seat, until=seat.since + timedelta(seconds=seconds))


_ASKED = {SeatEvent.SIGN_OUT: _OFF, SeatEvent.GET_READY: _READY, SeatEvent.PAUSE: _REST}


def _leads(seat: Seat, event: SeatEvent) -> SeatState | None:
    """Where a row that knows several places leads: what was asked for, else ready. Who does not answer is not ready,
    whatever they asked for, unless it was to go."""
    if event in (SeatEvent.CALLER_LEFT, SeatEvent.WRAPPED):
        return seat.wanted or _READY
    if event is SeatEvent.NO_ANSWER and seat.state is _RINGING:
        return _OFF if seat.wanted is _OFF else _REST
    return None


def _idle(before: Seat, there: Seat, now: datetime) -> Seat:
    """Whoever lost a caller before answering has waited as long as before; any other readiness begins anew."""
    if there.state is _OFF:
        return Seat(there.number, since=now)
    if there.state is not _READY:
        return there
    return replace(there, idle_since=before.idle_since if before.state is _RINGING else now)
