"""Putting rows back into empty tables: what watches over single steps is set aside until all is there.

Foreign keys may point in circles and a trigger may forbid what only a whole history explains, so neither can hold
between two rows; foreign keys are checked at the end. All of it happens in the transaction of the caller: whoever
looks sees nothing or everything.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Connection, Text, bindparam, cast, insert, text

from db.rows import AT_ONCE, BOOKKEEPING, Shape


@contextmanager
def unguarded(connection: Connection) -> Iterator[None]:
    """Triggers and foreign keys are aside within, and back afterwards. On SQLite the caller has foreign keys off and
    has them checked (`Database.migrate` does both). After an error nothing is put back: the caller rolls back."""
    if connection.dialect.name == "sqlite":
        yield from _without_triggers(connection)
    else:
        yield from _without_foreign_keys(connection)


def empty(connection: Connection, shapes: Iterable[Shape]) -> None:
    """Take out what the migrations have put in, within `unguarded`."""
    for shape in shapes:
        connection.execute(shape.table.delete())


def fill(connection: Connection, shape: Shape, lines: Iterator[str]) -> None:
    """Insert the rows of these lines, within `unguarded`."""
    values = {
        name: cast(bindparam(name, type_=Text), JSON) if kind == "json" and not _plain(connection) else bindparam(name)
        for name, kind in shape.columns.items()
    }
    if _plain(connection):  # SQLite would make a number of what is cast to JSON; its column takes the text as it is
        values |= {name: bindparam(name, type_=Text) for name, kind in shape.columns.items() if kind == "json"}
    statement = insert(shape.table).values(values)
    while rows := [shape.row(line) for line in islice(lines, AT_ONCE)]:
        connection.execute(statement, rows)


def renumber(connection: Connection, shapes: Iterable[Shape]) -> None:
    """PostgreSQL counts on from the highest key; SQLite does by itself."""
    if _plain(connection):
        return
    quote = connection.dialect.identifier_preparer.quote
    for shape in shapes:
        for column in shape.table.primary_key.columns:
            counter = connection.execute(
                text("SELECT pg_get_serial_sequence(:table, :column)"),
                {"table": quote(shape.name), "column": column.name},
            ).scalar()
            if counter is not None:
                table, key = quote(shape.name), quote(column.name)
                connection.execute(
                    text(f"SELECT setval(:counter, coalesce(max({key}), 1), count(*) > 0) FROM {table}"),
                    {"counter": counter},
                )


def _plain(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _without_triggers(connection: Connection) -> Iterator[None]:
    triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for name, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, made in triggers:
        connection.exec_driver_sql(made)


def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    here = "connamespace = to_regnamespace(current_schema())"
    keys: list[Any] = list(
        connection.execute(
            text(
                "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) "
                f"FROM pg_constraint WHERE contype = 'f' AND {here} ORDER BY 1, 2"
            )
        )
    )
    tables = [row[0] for row in connection.execute(text(_TABLES)) if row[0] not in BOOKKEEPING]
    for table, name, _ in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for table, name, definition in keys:  # checks every row
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


_TABLES = (
    "SELECT oid::regclass::text FROM pg_class "
    "WHERE relkind IN ('r', 'p') AND relnamespace = to_regnamespace(current_schema()) ORDER BY 1"
)
