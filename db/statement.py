"""Statements that run many times a second: compiled once per engine, then fed with values (docs/decisions/0004).

Building, hashing and binding a statement costs SQLAlchemy several times what the database needs for the row itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.expression import ClauseElement

Values = Mapping[str, Any]
_Binds = Sequence[tuple[str, Callable[[Any], Any] | None]]
_Plan = tuple[str, dict[str, Any], _Binds]  # its text, the values that are part of it, the order of all


class Answer:
    """All rows at once, as tuples, and how many rows were written."""

    def __init__(self, rows: Sequence[Sequence[Any]], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def first(self) -> Any:
        """The first row, or None."""
        return self._rows[0] if self._rows else None

    def one(self) -> Any:
        """The only row; ValueError if there is none or another."""
        (row,) = self._rows
        return row

    def scalar_one(self) -> Any:
        return self.one()[0]


class Statement:
    """`Statement(core).run(session.connection(), {"name": value, …})`, or with a list of such: once for each.

    The values are bound as their columns' types say. Rows come back as the driver gives them: numbers and texts are
    themselves, but moments, JSON and states are not decoded. Defaults of columns do not apply: name every column.
    """

    def __init__(self, core: ClauseElement) -> None:
        self._core = core
        self._plans: dict[str, _Plan] = {}

    @classmethod
    def insert(cls, model: Any, *columns: str) -> "Statement":
        """Insert these columns of a model's table (all but `id` if none are named)."""
        table: Table = model.__table__
        names = columns or tuple(column.name for column in table.columns if column.name != "id")
        return cls(insert(table).values({name: bindparam(name, type_=table.c[name].type) for name in names}))

    def run(self, connection: Connection, values: Values | Sequence[Values]) -> Answer:
        dialect = connection.dialect.name
        plan = self._plans.get(dialect) or self._plans.setdefault(dialect, self._compiled(connection))
        sql, fixed, binds = plan
        bound: Any
        if isinstance(values, Mapping):
            bound = _bound(binds, {**fixed, **values})
        else:
            bound = [_bound(binds, {**fixed, **row}) for row in values]
        return _straight(connection, sql, bound)

    def _compiled(self, connection: Connection) -> _Plan:
        compiled: Any = self._core.compile(dialect=connection.dialect)
        processors = compiled._bind_processors
        fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        return str(compiled), fixed, [(name, processors.get(name)) for name in compiled.positiontup or ()]


def _bound(binds: _Binds, values: Values) -> tuple[Any, ...]:
    return tuple(values[name] if process is None else process(values[name]) for name, process in binds)


def _straight(connection: Connection, sql: str, bound: Any) -> Answer:
    """To the driver's own cursor: what SQLAlchemy does around one costs twice what the row does."""
    if not connection.in_transaction():  # as SQLAlchemy's own would: what it has not begun it does not commit
        connection.begin()
    cursor = connection.connection.cursor()
    driver: Any = connection.dialect.loaded_dbapi
    try:
        if isinstance(bound, list):
            cursor.executemany(sql, bound)
        else:
            cursor.execute(sql, bound)
        return Answer(cursor.fetchall() if cursor.description else [], cursor.rowcount)
    except driver.Error as error:
        if connection.dialect.is_disconnect(error, connection.connection, cursor):
            connection.exec_driver_sql("SELECT 1")  # SQLAlchemy finds it gone, too, and all others of the pool with it
        raise DBAPIError.instance(sql, bound, error, driver.Error, dialect=connection.dialect) from error
    finally:
        cursor.close()
