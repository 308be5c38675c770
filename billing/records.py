"""Call records for people and programs: JSON-able dicts, the same words whatever the caller's language."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from billing.history import facts_of
from billing.models import CallRow, Cdr, RecordingRow
from calls.facts import Fact, KeyPressed
from calls.record import CallRecord, fold

Record = dict[str, Any]

SORTS: dict[str, Any] = {
    "started": CallRow.started,
    "ended": CallRow.ended,
    "caller": CallRow.caller,
    "callee": CallRow.callee,
    "duration_s": CallRow.duration_s,
    "billsec": CallRow.billsec,
    "result": CallRow.result,
    "lang": CallRow.lang,
    "last_node": CallRow.last_node,
}


def records(
    session: Session,
    *,
    calls: Sequence[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    result: str | None = None,
    number: str | None = None,
    sort: str = "-started",
    page: int = 1,
    size: int = 20,
) -> list[Record]:
    """A page of records with their traces, newest first unless `sort` says otherwise ("caller", "-billsec", …).

    calls   only these, and in this order
    since, until   begun within [since, until)
    number  caller or callee, as `dialplan.numbers.e164` writes it, or as it came

    A record: {call_id, caller, callee, name, service, flow, version, customer, lang, started, answered, ended,
    duration_s, billsec, disposition, result, last_node, cause, by, exchange, controller, keys, helps, invalids,
    nodes: […], said: [{at, node, lang, text}], pressed: "1 1 4 …", legs: […], recordings: […], troubles: […]}.
    Moments are ISO 8601 in UTC; `said.at` is seconds since the call began; an open call has `ended` and `result` None.
    Raises ValueError for an unknown sort.
    """
    rows = session.scalars(_chosen(calls, since, until, result, number, sort, page, size)).all()
    if calls is not None:
        place = {call: n for n, call in enumerate(calls)}
        rows = sorted(rows, key=lambda row: place[row.call_id])
    told = facts_of(session, [row.call_id for row in rows])
    return [_record(row, told[row.call_id]) for row in rows]


def cdrs(session: Session, call: str) -> list[Record]:
    """The rated legs of one call, the caller's first."""
    rows = session.scalars(select(Cdr).where(Cdr.call_id == call).order_by(Cdr.started, Cdr.id))
    return [{column.name: _plain(getattr(row, column.name)) for column in Cdr.__table__.columns} for row in rows]


def recordings(session: Session, call: str) -> list[Record]:
    """The sound files of one call."""
    rows = session.scalars(select(RecordingRow).where(RecordingRow.call_id == call).order_by(RecordingRow.id))
    return [
        {column.name: _plain(getattr(row, column.name)) for column in RecordingRow.__table__.columns} for row in rows
    ]


def _chosen(
    calls: Sequence[str] | None,
    since: datetime | None,
    until: datetime | None,
    result: str | None,
    number: str | None,
    sort: str,
    page: int,
    size: int,
) -> Any:
    where: list[ColumnElement[bool]] = []
    if calls is not None:
        where.append(CallRow.call_id.in_(calls))
        return select(CallRow).where(*where)
    if since is not None:
        where.append(CallRow.started >= since)
    if until is not None:
        where.append(CallRow.started < until)
    if result is not None:
        where.append(CallRow.result == result)
    if number is not None:
        where.append((CallRow.caller_norm == number) | (CallRow.callee_norm == number) | (CallRow.caller == number))
    column = SORTS.get(sort.removeprefix("-"))
    if column is None:
        raise ValueError(f"records are sorted by {', '.join(SORTS)} (with - in front: backwards), not by {sort!r}")
    order: Callable[[Any], Any] = (lambda c: c.desc()) if sort.startswith("-") else (lambda c: c.asc())
    return (
        select(CallRow)
        .where(*where)
        .order_by(order(column), order(CallRow.id))
        .limit(size)
        .offset(size * (max(page, 1) - 1))
    )


def _record(row: CallRow, facts: list[Fact]) -> Record:
    trace = fold(facts) if facts else None
    return {
        "call_id": row.call_id,
        "caller": row.caller,
        "callee": row.callee,
        "name": row.caller_name,
        "service": row.service or (trace.service if trace else ""),
        "flow": row.flow or (trace.flow if trace else ""),
        "version": row.flow_version or (trace.version if trace else ""),
        "customer": row.customer_id,
        "lang": row.lang or (trace.lang if trace else ""),
        "started": _plain(row.started),
        "answered": _plain(row.answered or (trace.answered if trace else None)),
        "ended": _plain(row.ended),
        "duration_s": row.duration_s,
        "billsec": row.billsec,
        "disposition": row.disposition,
        "result": row.result,
        "last_node": row.last_node or (trace.last_node if trace else ""),
        "cause": row.cause,
        "by": row.ended_by,
        "exchange": row.exchange,
        "controller": row.controller,
        "keys": trace.keys if trace else row.keys,
        "helps": trace.helps if trace else row.helps,
        "invalids": trace.invalids if trace else row.invalids,
        **_trace(trace, facts),
    }


def _trace(trace: CallRecord | None, facts: list[Fact]) -> Record:
    if trace is None:
        return {"nodes": [], "said": [], "pressed": "", "legs": [], "recordings": [], "troubles": []}
    return {
        "nodes": list(trace.nodes),
        "said": [
            {
                "at": round((heard.at - trace.started).total_seconds(), 3),
                "node": heard.node,
                "lang": heard.lang,
                "text": heard.text,
            }
            for heard in trace.said
        ],
        "pressed": " ".join(fact.key for fact in facts if isinstance(fact, KeyPressed)),
        "legs": [
            {
                "role": leg.role,
                "number": leg.number,
                "started": _plain(leg.started),
                "answered": _plain(leg.answered),
                "ended": _plain(leg.ended),
                "cause": leg.cause,
                "status": leg.status,
            }
            for leg in trace.legs
        ],
        "recordings": [
            {"name": made.name, "file": made.file, "seconds": made.seconds, "ended": made.ended}
            for made in trace.recordings
        ],
        "troubles": list(trace.troubles),
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
