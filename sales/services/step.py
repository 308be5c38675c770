"""The one way any row but a room changes its state: its machine's table, and the audit log."""

from enum import StrEnum
from typing import Any, TypeVar

from db.table import Table
from sales.services.desk import Desk

# what may not come before what, whatever the clock says: it may have been set back meanwhile
BEGAN: dict[str, tuple[str, ...]] = {
    "ended_at": ("started_at", "bound_at"),
    "expires_at": ("started_at",),
    "answered_at": ("opened_at",),
    "resolved_at": ("opened_at", "answered_at"),
    "closed_at": ("opened_at", "answered_at", "resolved_at"),
    "acknowledged_at": ("opened_at",),
    "decided_at": ("requested_at",),
    "sign_date": ("sub_date",),
    "formal_date": ("sign_date",),
    "sold_date": ("sign_date", "formal_date"),
    "archived_date": ("formal_date",),
    "end_date": ("sub_date", "sign_date", "formal_date", "sold_date", "registered"),
}

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


def step(desk: Desk, table: Table[S, E], row: Any, event: E, facts: dict[str, Any] | None = None) -> None:
    """Let `event` happen to a row of business. E_STATE.

    facts: other columns that change with it; they are set and stand in the audit log. Nothing ends before it began.
    """
    was = row.state
    row.state = table.next(was, event)
    before: dict[str, Any] = {"state": was.value}
    facts = {name: _not_before(row, name, value) for name, value in (facts or {}).items()}
    for name, value in facts.items():
        before[name] = getattr(row, name)
        setattr(row, name, value)
    if row.id is None:
        desk.session.flush()
    entity = row.__tablename__
    desk.note(f"{entity}.{event}", entity, row.id, before, {"state": row.state.value, **facts})


def _not_before(row: Any, name: str, moment: Any) -> Any:
    began = [getattr(row, each, None) for each in BEGAN.get(name, ())]
    return moment if moment is None else max(moment, *filter(None, began), moment)
