"""What a sample comes to: one SHA-256 of all its business rows, and how many there are of each table."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.base import Base
from db.work import to_json

# how it was written down, not what it is: these may change with the services
JOURNALS = frozenset({"audit_log", "audit_chain", "outbox", "job_run"})
COUNTERS = frozenset({"row_version", "updated_at"})
SEALED = frozenset({"id_no", "id_hash", "bank_no", "bank_hash"})  # never twice the same, or of a key of their own


def lines(session: Session) -> Iterator[str]:
    """Every row as a line of JSON, tables and columns by name, rows by their key."""
    for name in sorted(set(Base.metadata.tables) - JOURNALS):
        table = Base.metadata.tables[name]
        columns = [table.c[column] for column in sorted(set(table.c.keys()) - COUNTERS - SEALED)]
        for row in session.execute(select(*columns).order_by(*table.primary_key.columns)):
            yield to_json([name, *map(_plain, row)])


def digest(session: Session) -> str:
    """The SHA-256 of all lines."""
    found = hashlib.sha256()
    for line in lines(session):
        found.update(line.encode() + b"\n")
    return found.hexdigest()


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case Decimal():
            return format(value, "f")
        case datetime() | date():
            return value.isoformat()
        case dict():
            return {key: value[key] for key in sorted(value)}
        case _:
            return value
