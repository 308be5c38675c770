"""Facts folded into the record of a call: the one definition of how long it took and how it went (SPEC §2.11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Any, TypeVar

from calls.facts import (
    CallAnswered,
    CallEnded,
    CallerKnown,
    CallOffered,
    CallRated,
    CallResumed,
    CallRouted,
    CallTroubled,
    Fact,
    HelpGiven,
    KeyPressed,
    KeysDropped,
    LanguageChosen,
    LegAnswered,
    LegEnded,
    LegRang,
    RecordingMade,
    Said,
    StepEntered,
    WrongKeys,
)

F = TypeVar("F", bound=Fact)


class Result(StrEnum):
    """How a call ended: exactly one (SPEC §2.4.10, invariant 12; `message` and `fallback` are ours)."""

    IVR_ONLY = "ivr_only"  # the menus were enough
    ANSWERED = "answered"  # a person talked with the caller
    ABANDONED = "abandoned"  # hung up while somebody was being called
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    MESSAGE = "message"  # left a message
    FALLBACK = "fallback"  # no controller: the dialplan alone looked after the caller
    FAILED = "failed"  # the exchange or a line broke


SHORTEST_MESSAGE = 2.0  # seconds: a hang-up sends a message only if it is as long as this (SPEC §4.3 V1)
UNANSWERED = {"busy": Result.BUSY, "rejected": Result.BUSY, "noanswer": Result.NO_ANSWER, "gaveup": Result.ABANDONED}
SWITCH_RESTART = "switch restart"
FALLBACK = "fallback"


@dataclass(frozen=True, slots=True)
class Leg:
    """One channel: the caller's (role "caller") or that of a party called for the caller.

    status: answered busy noanswer unallocated congested rejected gaveup, "" = still ringing when the caller left.
    seconds: talk time. cause: Q.850.
    """

    uniqueid: str
    role: str
    number: str
    started: datetime
    answered: datetime | None
    ended: datetime | None
    cause: int | None
    status: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What the caller began to hear, and when."""

    at: datetime
    node: str
    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call as its facts tell it; open while `ended` is None.

    duration_s and billsec are whole seconds, rounded up: from the first offer, and from the answer, to the end.
    legs begins with the caller's. csat: how the caller rated the talk, 1 to 5. keys, helps and invalids are counts;
    nodes is the way through the flow.
    """

    call_id: str
    linkedid: str
    channel: str
    exchange: str
    controller: str
    caller: str
    callee: str
    name: str
    service: str
    flow: str
    version: str
    known: bool
    customer: int | None
    lang: str
    started: datetime
    answered: datetime | None
    ended: datetime | None
    duration_s: int
    billsec: int
    disposition: str  # answered, no_answer
    result: Result | None
    last_node: str
    cause: int | None
    by: str
    legs: tuple[Leg, ...]
    recordings: tuple[RecordingMade, ...]
    keys: int
    keys_dropped: int
    helps: int
    invalids: int
    resumed: int
    nodes: tuple[str, ...]
    said: tuple[Heard, ...]
    troubles: tuple[str, ...]
    csat: int | None


def fold(facts: Iterable[Fact]) -> CallRecord:
    """The record of one call from its facts, given in the order they became known.

    A fact that comes twice counts once, late ones are put where they belong by their time, and the first end that
    became known is the end: nothing later moves it. Raises ValueError if there are no facts.
    """
    told = list(facts)
    if not told:
        raise ValueError("a record needs at least one fact")
    end = next((fact for fact in told if isinstance(fact, CallEnded)), None)
    story = _in_order(told)
    of = _Kinds(story)

    offer, routed, answer = of.first(CallOffered), of.first(CallRouted), of.first(CallAnswered)
    known = of.all(CallerKnown)
    resumed, chosen, steps = of.all(CallResumed), of.all(LanguageChosen), of.all(StepEntered)
    recordings, rated = of.all(RecordingMade), of.all(CallRated)
    started = offer.at if offer else story[0].at
    answered = max(answer.at, started) if answer else None
    ended = max(end.at, answered or started) if end else None
    by = end.by if end else ""
    cause = end.cause if end else None
    caller = Leg(
        uniqueid=(offer.channel if offer else "") or story[0].call,
        role="caller",
        number=offer.caller if offer else "",
        started=started,
        answered=answered,
        ended=ended,
        cause=cause,
        status="answered" if answered else "noanswer",
    )
    others = _others(of, ended)
    return CallRecord(
        call_id=story[0].call,
        linkedid=offer.linkedid if offer else "",
        channel=offer.channel if offer else "",
        exchange=offer.exchange if offer else "",
        controller=resumed[-1].controller if resumed else offer.controller if offer else "",
        caller=offer.caller if offer else "",
        callee=offer.callee if offer else "",
        name=offer.name if offer else "",
        service=routed.service if routed else "",
        flow=routed.flow if routed else "",
        version=routed.version if routed else "",
        known=routed.known if routed else True,
        customer=known[-1].customer if known else routed.customer if routed else None,
        lang=chosen[-1].lang if chosen else routed.lang if routed else "",
        started=started,
        answered=answered,
        ended=ended,
        duration_s=whole_seconds(started, ended),
        billsec=whole_seconds(answered, ended),
        disposition="answered" if answered else "no_answer",
        result=_result(by, answered, others, recordings) if end else None,
        last_node=steps[-1].node if steps else "",
        cause=cause,
        by=by,
        legs=(caller, *others),
        recordings=tuple(recordings),
        keys=len(of.all(KeyPressed)),
        keys_dropped=sum(fact.count for fact in of.all(KeysDropped)),
        helps=len(of.all(HelpGiven)),
        invalids=len(of.all(WrongKeys)),
        resumed=len(resumed),
        nodes=tuple([fact.node for fact in steps]),
        said=tuple([Heard(fact.at, fact.node, fact.lang, fact.text) for fact in of.all(Said)]),
        troubles=tuple([fact.what for fact in of.all(CallTroubled)]),
        csat=rated[-1].score if rated else None,
    )


class _Kinds:
    """The facts of a story by their kind, each kind in its order."""

    __slots__ = ("_of",)

    def __init__(self, story: list[Fact]) -> None:
        self._of: dict[type[Fact], list[Any]] = {}
        for fact in story:
            kind = type(fact)
            if kind in self._of:
                self._of[kind].append(fact)
            else:
                self._of[kind] = [fact]

    def all(self, kind: type[F]) -> list[F]:
        return self._of.get(kind, [])

    def first(self, kind: type[F]) -> F | None:
        return self._of[kind][0] if kind in self._of else None


def _in_order(told: list[Fact]) -> list[Fact]:
    """By their time, each once; those of one moment in the order told."""
    told.sort(key=_at)
    story = told[:1]
    for fact in told[1:]:
        n = len(story)
        while n and story[n - 1].at == fact.at:  # only facts of the same moment can be the same
            n -= 1
            if type(story[n]) is type(fact) and story[n] == fact:
                break
        else:
            story.append(fact)
    return story


def whole_seconds(start: datetime | None, end: datetime | None) -> int:
    """Seconds from start to end, rounded up, never negative; 0 if either is missing (SPEC §2.11, rating)."""
    if start is None or end is None or end <= start:
        return 0
    return -((start - end) // _SECOND)


_at = attrgetter("at")
_SECOND = timedelta(seconds=1)


def is_message(recording: RecordingMade) -> bool:
    """Was something left that is worth keeping? A hang-up sends a message only from two seconds on."""
    match recording.ended:
        case "failed":
            return False
        case "hangup":
            return recording.seconds >= SHORTEST_MESSAGE
        case _:
            return recording.seconds > 0


def _others(of: _Kinds, ended: datetime | None) -> list[Leg]:
    """The legs of those who were called for the caller; told once each."""
    calling = of.all(LegRang)
    if not calling:
        return []
    rang = {fact.leg: fact for fact in reversed(calling)}
    talked = {fact.leg: fact.at for fact in reversed(of.all(LegAnswered))}
    over = {fact.leg: fact for fact in reversed(of.all(LegEnded))}
    return [_leg(fact, talked.get(leg), over.get(leg), ended) for leg, fact in reversed(rang.items())]


def _leg(rang: LegRang, answered: datetime | None, over: LegEnded | None, ended: datetime | None) -> Leg:
    if answered is None and over is not None and over.result == "answered":  # its answer was lost: count back
        answered = over.at - timedelta(seconds=over.seconds)
    if answered is not None:
        answered = max(answered, rang.at)
    last = over.at if over else ended
    return Leg(
        uniqueid=rang.leg,
        role=rang.role,
        number=rang.number,
        started=rang.at,
        answered=answered,
        ended=max(last, answered or rang.at) if last else None,
        cause=over.cause if over else None,
        status="answered" if answered else over.result if over else "",
    )


def _result(by: str, answered: datetime | None, others: list[Leg], recordings: list[RecordingMade]) -> Result:
    if by == FALLBACK:
        return Result.FALLBACK
    if any(leg.answered for leg in others):
        return Result.ANSWERED
    if any(is_message(recording) for recording in recordings):
        return Result.MESSAGE
    if by == SWITCH_RESTART:
        return Result.FAILED
    if others:
        status = others[-1].status
        return UNANSWERED.get(status, Result.FAILED) if status else Result.ABANDONED
    if answered is None:
        return Result.ABANDONED if by == "caller" else Result.FAILED
    return Result.IVR_ONLY
