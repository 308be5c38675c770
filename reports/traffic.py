"""What callers did in each step of the flows: the facts of calls folded into counts (K05, and the drawing of a flow).

A visit begins when a step is entered and ends when it is left, or with the call. Pure but for `read`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, String, column, select, table
from sqlalchemy.orm import Session

from calls import facts
from db.base import Utc
from reports.report import Wanted

CALL = table(
    "call", column("call_id", String), column("tenant_id", BigInteger), column("flow", String), column("started", Utc)
)
EVENT = table(
    "call_event",
    column("id", BigInteger),
    column("call_id", String),
    column("ts", Utc),
    column("kind", String),
    column("data", JSON),
)
AT_ONCE = 5000  # rows
GAVE_UP, MOST_WRONG = "gave up", 3


@dataclass(frozen=True, slots=True)
class Event:
    """A fact as it is stored. flow: of the whole call."""

    call: str
    flow: str
    at: datetime
    kind: str
    data: Mapping[str, Any]


@dataclass(slots=True)
class Step:
    """The counts of one step. exits: how it was left; seconds: of all visits together."""

    visits: int = 0
    keys: Counter[str] = field(default_factory=Counter)
    exits: Counter[str] = field(default_factory=Counter)
    timeouts: int = 0
    invalids: int = 0
    helps: int = 0
    hangups: int = 0
    ended: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class _Caller:
    """Where a caller is. since: of a visit that has not ended; wrong: was the last thing the third wrong key?"""

    node: str = ""
    since: datetime | None = None
    wrong: bool = False


Traffic = dict[tuple[str, str], Step]  # by flow and step, in the order in which they were first entered


def fold(events: Iterable[Event]) -> Traffic:
    """The events of a call in the order they became known; calls may be mixed."""
    traffic: Traffic = {}
    callers: dict[str, _Caller] = {}
    for event in events:
        caller = callers.setdefault(event.call, _Caller())
        if event.kind == facts.StepEntered.kind:
            _leave(traffic, event, caller)
            caller.node, caller.since, caller.wrong = event.data["node"], event.at, False
            traffic.setdefault((event.flow, caller.node), Step()).visits += 1
        elif caller.node:
            _count(traffic[event.flow, caller.node], event, caller)
            if event.kind in (facts.StepPassed.kind, facts.CallEnded.kind):
                _leave(traffic, event, caller)
        if event.kind == facts.CallEnded.kind:
            callers.pop(event.call)
    return traffic


def _leave(traffic: Traffic, event: Event, caller: _Caller) -> None:
    if caller.since is not None:
        step = traffic[event.flow, caller.node]
        step.ended += 1
        step.seconds += max((event.at - caller.since).total_seconds(), 0.0)
        caller.since = None


def _count(step: Step, event: Event, caller: _Caller) -> None:
    match event.kind:
        case facts.KeyPressed.kind:
            step.keys[event.data["key"]] += 1
        case facts.WrongKeys.kind:
            step.invalids += 1
            caller.wrong = event.data["time"] >= MOST_WRONG
        case facts.HelpGiven.kind:
            step.helps += 1
            step.timeouts += 1
            caller.wrong = False
        case facts.StepPassed.kind:
            step.exits[event.data["exit"]] += 1
            step.timeouts += event.data["exit"] == GAVE_UP and not caller.wrong
        case facts.CallEnded.kind:
            step.hangups += event.data["by"] == "caller"


KINDS = tuple(
    fact.kind
    for fact in (
        facts.StepEntered, facts.StepPassed, facts.KeyPressed, facts.WrongKeys, facts.HelpGiven, facts.CallEnded,
    )
)  # fmt: skip


def read(session: Session, wanted: Wanted) -> Iterator[Event]:
    """The events of the calls that began within the time wanted, page by page."""
    last = 0
    chosen = (
        select(EVENT.c.id, EVENT.c.call_id, CALL.c.flow, EVENT.c.ts, EVENT.c.kind, EVENT.c.data)
        .join(CALL, CALL.c.call_id == EVENT.c.call_id)
        .where(CALL.c.tenant_id == wanted.tenant, CALL.c.started >= wanted.since, CALL.c.started < wanted.until)
        .where(EVENT.c.kind.in_(KINDS))
        .order_by(EVENT.c.id)
        .limit(AT_ONCE)
    )
    while page := session.execute(chosen.where(EVENT.c.id > last)).all():
        for id, call, flow, at, kind, data in page:
            last = id
            yield Event(call, flow, at, kind, data)
