"""Invariant 11: whatever a row refers to, is of its own tenant."""

from collections.abc import Iterator
from functools import cache

from sqlalchemy import text
from sqlalchemy.orm import Session

import sales.models  # noqa: F401  (all of their tables are looked at)
from db.base import Base
from sales.invariants.invariant import Offence, Tenant

MOST = 1000  # rows that are named: beyond that it is a flood, not a slip


def tenants(session: Session, tenant: Tenant) -> Iterator[Offence]:
    """Every foreign key between rows that have a tenant, in one question."""
    mine = "" if tenant is None else " AND :tenant IN (child.tenant_id, parent.tenant_id)"
    parts = " UNION ALL ".join(question + mine for question in _questions())
    asked = text(f"{parts} LIMIT {MOST}")
    rows = session.execute(asked if tenant is None else asked.bindparams(tenant=tenant))
    for table, column, key, value, own, other in sorted(tuple(row) for row in rows):
        yield Offence(
            table,
            key,
            f"属于租户{own}，其{column}={value}属于租户{other}",
            f"it is of tenant {own}, its {column} {value} of tenant {other}",
        )


@cache
def _questions() -> tuple[str, ...]:
    return tuple(
        f"SELECT '{table.name}', '{key.parent.name}', child.id, child.{key.parent.name},"
        f' child.tenant_id, parent.tenant_id FROM "{table.name}" child'
        f' JOIN "{key.column.table.name}" parent ON parent.id = child.{key.parent.name}'
        " WHERE child.tenant_id <> parent.tenant_id"
        for table in Base.metadata.sorted_tables
        if "tenant_id" in table.c and "id" in table.c
        for key in sorted(table.foreign_keys, key=lambda key: str(key.parent.name))
        if key.column.table.name != "tenant" and "tenant_id" in key.column.table.c
    )
