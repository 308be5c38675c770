"""Rows into the ledger's tables: idempotent, so a batch of which nobody knows whether it was stored is sent again.

Statements are compiled once and fed with tuples: SQLAlchemy's care for each parameter of each row would cost more
than the storing itself (docs/decisions/0004).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Connection, Table, Text, bindparam, cast
from sqlalchemy.dialects import postgresql, sqlite

from billing.entries import EVENT, Values
from billing.models import CallEvent, CallLeg, CallRow, Cdr, RecordingRow

Pack = Callable[[Values], tuple[Any, ...]]


@dataclass(slots=True)
class Entries:
    """What one transaction writes. Events come as tuples, the few others by name."""

    events: list[tuple[Any, ...]] = field(default_factory=list)
    openings: list[Values] = field(default_factory=list)
    endings: list[Values] = field(default_factory=list)
    legs: list[Values] = field(default_factory=list)
    cdrs: list[Values] = field(default_factory=list)
    recordings: list[Values] = field(default_factory=list)

    def by_call(self) -> dict[str, "Entries"]:
        """The same rows, apart for each call."""
        parts: dict[str, Entries] = {}
        for event in self.events:
            parts.setdefault(event[EVENT.index("call_id")], Entries()).events.append(event)
        for name in ("openings", "endings", "legs", "cdrs", "recordings"):
            for row in getattr(self, name):
                getattr(parts.setdefault(row["call_id"], Entries()), name).append(row)
        return parts


def post(connection: Connection, entries: Entries) -> None:
    """Write all of it in the connection's transaction."""
    statements = _statements(connection)
    if entries.events:
        connection.exec_driver_sql(statements["events"][0], entries.events)
    for name in ("openings", "endings", "legs", "cdrs", "recordings"):
        if rows := getattr(entries, name):
            sql, pack = statements[name]
            connection.exec_driver_sql(sql, [pack(row) for row in rows])


def _statements(connection: Connection) -> dict[str, tuple[str, Pack]]:
    name = connection.dialect.name
    if name not in _compiled:
        insert: Any = sqlite.insert if name == "sqlite" else postgresql.insert
        made = {key: _positional(connection, put) for key, put in _puts(insert, json_is_text=name == "sqlite").items()}
        _compiled[name] = made
    return _compiled[name]


_compiled: dict[str, dict[str, tuple[str, Pack]]] = {}


def _puts(insert: Any, *, json_is_text: bool) -> dict[str, Any]:
    data: Any = bindparam("data", type_=Text())  # it is JSON already: the digest is made of it
    values: dict[str, Any] = {name: bindparam(name) for name in EVENT}
    values["data"] = data if json_is_text else cast(data, JSON)

    def put(table: Table, key: Sequence[str], columns: Sequence[str]) -> Any:
        """Insert, or complete the row that has this key with the columns given."""
        made = insert(table).values({name: bindparam(name) for name in columns})
        changes = {name: made.excluded[name] for name in columns if name not in key}
        return made.on_conflict_do_update(index_elements=key, set_=changes)

    call: Any = CallRow.__table__
    # an ended call keeps its end: only the very same end may still complete its row
    open_still = call.c.ended.is_(None) | (call.c.ended == bindparam("same_end", type_=call.c.ended.type))
    return {
        "events": insert(CallEvent.__table__).values(values).on_conflict_do_nothing(),
        "openings": insert(call).values({name: bindparam(name) for name in OPENING}).on_conflict_do_nothing(),
        "endings": call.update()
        .where(call.c.call_id == bindparam("call_id_"), open_still)
        .values({name: bindparam(name) for name in ENDING}),
        "legs": put(_table(CallLeg), ("call_id", "uniqueid"), _names(CallLeg)),
        "cdrs": put(_table(Cdr), ("call_id", "uniqueid"), _names(Cdr, "number_class", "department", "account_code")),
        "recordings": put(_table(RecordingRow), ("call_id", "name"), _names(RecordingRow, "sha256", "policy")),
    }


def _positional(connection: Connection, statement: Any) -> tuple[str, Pack]:
    """The statement's text, and how a row becomes its positional parameters."""
    compiled = statement.compile(dialect=connection.dialect)
    order = [_ALIAS.get(name, name) for name in compiled.positiontup]
    return str(compiled), itemgetter(*order)


_ALIAS = {"same_end": "ended", "call_id_": "call_id"}


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _names(model: Any, *later: str) -> tuple[str, ...]:
    """The columns known when a call is posted; `later` ones are filled in by others."""
    return tuple(column.name for column in _table(model).columns if column.name not in ("id", *later))


# what the opening must fill because it may not be empty, and the ending fills again
_TWICE = {"controller", "service", "flow", "flow_version", "lang", "last_node", "keys", "helps", "invalids"}
_END = {
    "customer_id",
    "answered",
    "ended",
    "duration_s",
    "billsec",
    "disposition",
    "result",
    "cause",
    "ended_by",
    "csat",
}
OPENING = _names(CallRow, *_END)
ENDING = tuple(sorted(_END | _TWICE))
