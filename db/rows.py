"""The rows of any table as lines of text, the same on both engines: what a backup keeps, counts and checks.

A line is a JSON array, one value for each column in the order of their names. Nothing here knows the models: the tables
are looked at as they are, so that a database of an older revision can be read and filled too.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    Time,
    cast,
    collate,
    func,
    inspect,
    select,
)

BOOKKEEPING = frozenset({"alembic_version"})  # of the migrations; not data
AT_ONCE = 1000  # rows in memory


class UnknownKind(TypeError):
    """A column of a type that cannot be written as text here."""


# the first that fits; JSON is taken as the text it is stored as, so it comes back to the letter
_KINDS: tuple[tuple[type[Any], str], ...] = (
    (JSON, "json"),
    (LargeBinary, "binary"),
    (Boolean, "bool"),
    (DateTime, "moment"),
    (Date, "date"),
    (Time, "time"),
    (Float, "float"),
    (Numeric, "decimal"),
    (Integer, "int"),
    (String, "text"),
)

Coder = Callable[[Any], Any]


def _as_is(value: Any) -> Any:
    return value


def _moment(value: datetime) -> str:
    aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return aware.isoformat(timespec="microseconds")


_WRITE: dict[str, Coder] = {
    "json": _as_is,
    "binary": lambda value: base64.b64encode(value).decode(),
    "bool": bool,
    "moment": _moment,
    "date": date.isoformat,
    "time": time.isoformat,
    "float": _as_is,
    "decimal": lambda value: format(Decimal(value).normalize(), "f"),
    "int": _as_is,
    "text": _as_is,
}

_READ: dict[str, Coder] = {
    "json": _as_is,
    "binary": base64.b64decode,
    "bool": _as_is,
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "float": _as_is,
    "decimal": Decimal,
    "int": _as_is,
    "text": _as_is,
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as it is: its columns (name → kind) in the order of a line, and the table."""

    table: Table
    columns: dict[str, str]

    @property
    def name(self) -> str:
        return self.table.name

    def line(self, row: Iterable[Any]) -> str:
        values = zip(self.columns.values(), row, strict=True)
        kept = [None if value is None else _WRITE[kind](value) for kind, value in values]
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    def row(self, line: str) -> dict[str, Any]:
        """The values of a line by column. Raises ValueError if the line is none of this table."""
        values = json.loads(line)
        return {
            name: None if value is None else _READ[kind](value)
            for (name, kind), value in zip(self.columns.items(), values, strict=True)
        }


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a table: how many rows, and the SHA-256 of their lines in the order of the key."""

    rows: int
    sha256: str


class Tally:
    """Counts and sums up lines as they go by."""

    def __init__(self) -> None:
        self._rows = 0
        self._hash = hashlib.sha256()

    def take(self, line: str) -> bytes:
        data = line.encode() + b"\n"
        self._rows += 1
        self._hash.update(data)
        return data

    @property
    def content(self) -> Content:
        return Content(self._rows, self._hash.hexdigest())


def shapes(connection: Connection) -> dict[str, Shape]:
    """Every table of data in the database, by name. Raises UnknownKind."""
    look = inspect(connection)
    columns, keys = look.get_multi_columns(), look.get_multi_pk_constraint()
    found = {}
    for (schema, name), told in sorted(columns.items(), key=lambda table: table[0][1]):
        if name in BOOKKEEPING:
            continue
        key = keys[schema, name]["constrained_columns"]
        # by name: what was added later stands elsewhere in a table on the other engine
        plain = sorted((column for column in told if "computed" not in column), key=lambda column: column["name"])
        table = Table(name, MetaData(), *(Column(c["name"], c["type"], primary_key=c["name"] in key) for c in plain))
        found[name] = Shape(table, {c.name: _kind(table, c) for c in table.columns})
    return found


def lines(connection: Connection, shape: Shape) -> Iterator[str]:
    """The rows of a table in the order of its key: bytes order, whatever the database sorts names by."""
    columns = [
        cast(shape.table.c[name], Text) if kind == "json" else shape.table.c[name]
        for name, kind in shape.columns.items()
    ]
    rows = connection.execute(
        select(*columns).order_by(*_key(connection, shape)), execution_options={"yield_per": AT_ONCE}
    )
    for row in rows:
        yield shape.line(row)


def content(connection: Connection, shape: Shape) -> Content:
    tally = Tally()
    for line in lines(connection, shape):
        tally.take(line)
    return tally.content


def count(connection: Connection, shape: Shape) -> int:
    return connection.execute(select(func.count()).select_from(shape.table)).scalar_one()


def _kind(table: Table, column: Any) -> str:
    for type_, kind in _KINDS:
        if isinstance(column.type, type_):
            return kind
    raise UnknownKind(f"{table.name}.{column.name} is of a type that no backup knows: {column.type!r}")


def _key(connection: Connection, shape: Shape) -> list[ColumnElement[Any]]:
    columns = list(shape.table.primary_key.columns) or [shape.table.c[name] for name in shape.columns]
    plain = connection.dialect.name == "sqlite"
    return [c if plain or not isinstance(c.type, String) else collate(c, "C") for c in columns]
