"""What a report is: a title, its columns, and how its rows are read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

Cell = int | float | str | Mapping[str, int] | None
Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """name: its heading for programs, as SPEC §3 writes it; zh, en: for people."""

    name: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose, and of which time: [since, until)."""

    tenant: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """`read` is one unit of work."""

    id: str
    zh: str
    en: str
    columns: Sequence[Column]
    read: Callable[[Session, Wanted], Iterable[Row]]
