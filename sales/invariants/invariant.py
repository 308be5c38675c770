"""One thing that must always hold, and the rows that break it."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import Session

Tenant = int | None


class Offence(NamedTuple):
    """A row, and what is wrong with it in both languages."""

    table: str
    id: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Violation:
    """The invariant of SPEC §2.12 by its number, the row that breaks it, and how."""

    number: int
    table: str
    id: int
    zh: str
    en: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Invariant:
    """tables: what must exist for the question to make sense."""

    number: int
    zh: str
    en: str
    offences: Callable[[Session, Tenant], Iterator[Offence]]
    tables: tuple[str, ...] = ()

    def violations(self, session: Session, tenant: Tenant = None) -> Iterator[Violation]:
        for offence in self.offences(session, tenant):
            yield Violation(self.number, *offence)


def of(table: Any, tenant: Tenant) -> ColumnElement[bool]:
    """The rows of one tenant, or of all."""
    mine: ColumnElement[bool] = true() if tenant is None else table.tenant_id == tenant
    return mine
