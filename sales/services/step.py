"""The one way any row but a room changes its state: its machine's table, and the audit log."""

from enum import StrEnum
from typing import Any, TypeVar

from sales.services.desk import Desk
from sales.states.table import Table

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


def step(desk: Desk, table: Table[S, E], row: Any, event: E, facts: dict[str, Any] | None = None) -> None:
    """Let `event` happen to a row of business. E_STATE.

    facts: other columns that change with it; they are set and stand in the audit log.
    """
    was = row.state
    row.state = table.next(was, event)
    before: dict[str, Any] = {"state": was.value}
    for name, value in (facts or {}).items():
        before[name] = getattr(row, name)
        setattr(row, name, value)
    if row.id is None:
        desk.session.flush()
    entity = row.__tablename__
    desk.note(f"{entity}.{event}", entity, row.id, before, {"state": row.state.value, **(facts or {})})
