"""Rows into the ledger's tables: idempotent, so a batch of which nobody knows whether it was stored is sent again."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import JSON, Table, Text, bindparam, cast
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from billing.entries import Values
from billing.models import CallEvent, CallLeg, CallRow, Cdr, RecordingRow

EVENT: Any = CallEvent.__table__
CALL: Any = CallRow.__table__
LEG: Any = CallLeg.__table__
CDR: Any = Cdr.__table__
RECORDING: Any = RecordingRow.__table__


@dataclass(slots=True)
class Entries:
    """What one transaction writes, by table."""

    events: list[Values] = field(default_factory=list)
    calls: list[Values] = field(default_factory=list)
    legs: list[Values] = field(default_factory=list)
    cdrs: list[Values] = field(default_factory=list)
    recordings: list[Values] = field(default_factory=list)

    def by_call(self) -> dict[str, "Entries"]:
        """The same rows, apart for each call."""
        parts: dict[str, Entries] = {}
        for name in ("events", "calls", "legs", "cdrs", "recordings"):
            for row in getattr(self, name):
                getattr(parts.setdefault(row["call_id"], Entries()), name).append(row)
        return parts


def post(session: Session, entries: Entries) -> None:
    """Write all of it in the session's transaction."""
    connection = session.connection()
    statements = _statements(connection.dialect.name)
    for rows, statement in zip(
        (entries.events, entries.calls, entries.legs, entries.cdrs, entries.recordings), statements, strict=True
    ):
        if rows:
            connection.execute(statement, rows)


@cache
def _statements(dialect: str) -> tuple[Any, ...]:
    insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert

    def put(table: Table, *key: str, **where: Any) -> Any:
        """Insert, or complete the row that has this key; only the columns that the rows bring are touched."""
        made = insert(table)
        columns = {name: made.excluded[name] for name in BROUGHT[table.name] if name not in key}
        made = made.values({name: bindparam(name) for name in BROUGHT[table.name]})
        return made.on_conflict_do_update(index_elements=key, set_=columns, **where)

    data: Any = bindparam("data", type_=Text())  # it is JSON already: the digest is made of it
    values: dict[str, Any] = {name: bindparam(name) for name in BROUGHT["call_event"]}
    values["data"] = data if dialect == "sqlite" else cast(data, JSON)
    return (
        insert(EVENT).values(values).on_conflict_do_nothing(),
        # an ended call keeps its end: only the very same end may still complete its row
        put(CALL, "call_id", where=CALL.c.ended.is_(None) | (CALL.c.ended == insert(CALL).excluded.ended)),
        put(LEG, "call_id", "uniqueid"),
        put(CDR, "call_id", "uniqueid"),
        put(RECORDING, "call_id", "name"),
    )


def _columns(table: Table, *later: str) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if column.name not in ("id", *later))


# the columns that are known when a call is posted; rating and the reading of files fill in the rest
BROUGHT = {
    "call_event": _columns(EVENT),
    "call": _columns(CALL),
    "call_leg": _columns(LEG),
    "cdr": _columns(CDR, "number_class", "department", "account_code"),
    "recording": _columns(RECORDING, "sha256", "policy"),
}
