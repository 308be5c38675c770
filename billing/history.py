"""What the ledger's tables already know of calls: queries for resuming, reconciling and importing."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from billing import entries
from billing.models import CallEvent, CallRow
from calls.facts import Fact

MANY = 500  # ids in one statement; SQLite knows no more than 32,766 parameters and plans badly long before


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call without an end. last_seen: its latest fact; exchange: the run of the exchange it came through."""

    call_id: str
    channel: str
    linkedid: str
    exchange: str
    controller: str
    started: datetime
    last_seen: datetime


def facts_of(session: Session, calls: Collection[str]) -> dict[str, list[Fact]]:
    """The stored facts of these calls, in the order they became known; a call nobody told of has none."""
    told: dict[str, list[Fact]] = {call: [] for call in calls}
    for some in _portions(list(told)):
        rows = session.execute(
            select(CallEvent.call_id, CallEvent.kind, CallEvent.ts, CallEvent.data)
            .where(CallEvent.call_id.in_(some))
            .order_by(CallEvent.id)
        )
        for call, kind, ts, data in rows:
            if known := entries.fact(call, kind, ts, data):
                told[call].append(known)
    return told


def open_calls(session: Session, exchange: str | None = None) -> list[OpenCall]:
    """The calls without an end, of one run of the exchange or of all, oldest first."""
    which: list[ColumnElement[bool]] = [CallRow.ended.is_(None)]
    if exchange is not None:
        which.append(CallRow.exchange == exchange)
    last = select(func.max(CallEvent.ts)).where(CallEvent.call_id == CallRow.call_id).scalar_subquery()
    rows = session.execute(
        select(
            CallRow.call_id,
            CallRow.channel,
            CallRow.linkedid,
            CallRow.exchange,
            CallRow.controller,
            CallRow.started,
            func.coalesce(last, CallRow.started, type_=CallRow.started.type),
        )
        .where(*which)
        .order_by(CallRow.started)
    )
    return [OpenCall(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a call that the fallback tells of, too."""

    call_id: str
    ended: bool


def known(session: Session, ids: Sequence[str], since: datetime) -> dict[str, Known]:
    """Calls begun after `since`, by their own id or by the exchange's linked id, whichever of these `ids` is one."""
    found: dict[str, Known] = {}
    for some in _portions(ids):
        rows = session.execute(
            select(CallRow.call_id, CallRow.linkedid, CallRow.ended).where(
                CallRow.started >= since, CallRow.call_id.in_(some) | CallRow.linkedid.in_(some)
            )
        )
        for call, linkedid, ended in rows:
            found[call] = found[linkedid] = Known(call, ended is not None)
    return found


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), MANY):
        yield ids[start : start + MANY]
