"""The states of a message 留言, as a table (SPEC §2.4.11). Pure."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    NEW = "new"
    SAVED = "saved"
    DELETED = "deleted"  # kept for PURGED_AFTER days, then its file goes too


class Event(StrEnum):
    HEARD = "heard"  # to its end
    SAVE = "save"
    DELETE = "delete"
    UNDELETE = "undelete"  # in the same session


@dataclass(frozen=True, slots=True)
class Row:
    """of → to, when `event` happens; heard: only if it has been heard to its end (None: either way)."""

    event: Event
    of: State
    to: State
    heard: bool | None = None


ROWS = (
    Row(Event.HEARD, State.NEW, State.SAVED),
    Row(Event.SAVE, State.NEW, State.SAVED),
    Row(Event.DELETE, State.NEW, State.DELETED),
    Row(Event.DELETE, State.SAVED, State.DELETED),
    Row(Event.UNDELETE, State.DELETED, State.NEW, heard=False),
    Row(Event.UNDELETE, State.DELETED, State.SAVED, heard=True),
)
PURGED_AFTER = 7  # days


def after(state: State, event: Event, *, heard: bool) -> State:
    """What becomes of a message; where the table has no row it stays what it is (deleting twice is deleting once).

    >>> after(State.NEW, Event.HEARD, heard=False).value, after(State.DELETED, Event.SAVE, heard=True).value
    ('saved', 'deleted')
    """
    for row in ROWS:
        if (row.event, row.of) == (event, state) and row.heard in (None, heard):
            return row.to
    return state


def table() -> str:
    """The machine, for people."""
    when = {None: "", True: "if heard", False: "if not heard"}
    lines = [f"{row.of:<8} {row.event:<9} {row.to:<8} {when[row.heard]}".rstrip() for row in ROWS]
    return "\n".join([f"{'of':<8} {'event':<9} to", *lines, f"deleted  {PURGED_AFTER} days    purged"])
