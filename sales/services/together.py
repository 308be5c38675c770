"""What is written at once: on PostgreSQL in one question, on SQLite one after the other."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, insert

from db.statement import Answer, Statement


class Together:
    """`Together(UPDATE, RoomStateLog, Outbox).run(connection, update_values, log_values, outbox_values)`

    A model stands for a row of it, every column but `id` named; other parts are statements, whose names for their
    values are theirs alone. The answer is the first part's: whoever finds that it has changed nothing gives the
    whole unit of work up, as on PostgreSQL the other parts are written then, too.
    """

    def __init__(self, *parts: Any) -> None:
        self._each = tuple(Statement.insert(part) if isinstance(part, type) else Statement(part) for part in parts)
        first, *others = (_row(place, part) if isinstance(part, type) else part for place, part in enumerate(parts))
        whole = first
        for place, other in enumerate(others, 1):
            whole = whole.add_cte(other.cte(f"part_{place}"))
        self._whole = Statement(whole)
        self._models = tuple(isinstance(part, type) for part in parts)

    def run(self, connection: Connection, *values: Mapping[str, Any]) -> Answer:
        if connection.dialect.name != "postgresql":
            answers = [part.run(connection, row) for part, row in zip(self._each, values, strict=True)]
            return answers[0]
        flat: dict[str, Any] = {}
        for place, (is_row, named) in enumerate(zip(self._models, values, strict=True)):
            flat |= {f"{place}_{name}": value for name, value in named.items()} if is_row else named
        return self._whole.run(connection, flat)


@cache
def together(*parts: Any) -> Together:
    """The same parts are put together once."""
    return Together(*parts)


def _row(place: int, model: Any) -> Any:
    columns = [column for column in model.__table__.columns if column.name != "id"]
    return insert(model.__table__).values(
        {column.name: bindparam(f"{place}_{column.name}", type_=column.type) for column in columns}
    )
