"""Rows of several tables written at once: on PostgreSQL in one question, on SQLite one after the other."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, insert

from db.statement import Statement


class Together:
    """`Together(RoomStateLog, Outbox).run(connection, log_values, outbox_values)`; every column but `id` is named."""

    def __init__(self, *models: Any) -> None:
        self._each = tuple(Statement.insert(model) for model in models)
        *others, last = (
            insert(model.__table__).values(
                {
                    column.name: bindparam(f"{place}_{column.name}", type_=column.type)
                    for column in model.__table__.columns
                    if column.name != "id"
                }
            )
            for place, model in enumerate(models)
        )
        whole = last
        for place, other in enumerate(others):
            whole = whole.add_cte(other.cte(f"part_{place}"))
        self._whole = Statement(whole)

    def run(self, connection: Connection, *values: Mapping[str, Any]) -> None:
        if connection.dialect.name == "postgresql":
            flat = {f"{place}_{name}": value for place, row in enumerate(values) for name, value in row.items()}
            self._whole.run(connection, flat)
            return
        for statement, row in zip(self._each, values, strict=True):
            statement.run(connection, row)
