"""The code tables shipped with the house, and their items in use (SPEC §2.1)."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from sales.models import CodeItem, CodeTable, CommissionScheme, MortgageRate, TaxRule

SHIPPED = Path(__file__).parent / "shipped"
BY = "shipped"
_DATES = {"valid_from", "valid_to"}
_RATES = {"rate", "annual", "release_sign", "override_rate"}


def ship(session: Session, tenant: int) -> None:
    """Give a tenant the tables, tax rules, loan rates and the commission scheme it begins with.

    What it has already is left as it is, changed items too: doing it again, after an update, adds what is new.
    """
    here = {row.code: row.id for row in session.scalars(select(CodeTable).where(CodeTable.tenant_id == tenant))}
    shipped = json.loads((SHIPPED / "codes.json").read_text())
    for code, table in shipped.items():
        if code not in here:
            row = CodeTable(tenant_id=tenant, created_by=BY, code=code, zh=table["zh"], en=table["en"])
            session.add(row)
            session.flush()
            here[code] = row.id
    have = select(CodeItem.table_id, CodeItem.code).where(CodeItem.tenant_id == tenant)
    known = {(table, item) for table, item in session.execute(have)}
    for code, table in shipped.items():
        for position, (item, zh, en) in enumerate(table["items"], 1):
            if (here[code], item) not in known:
                session.add(
                    CodeItem(
                        tenant_id=tenant, created_by=BY, table_id=here[code], code=item, zh=zh, en=en, position=position
                    )
                )
    rules = json.loads((SHIPPED / "rules.json").read_text())
    for table, name in ((TaxRule, "taxes"), (MortgageRate, "mortgage_rates"), (CommissionScheme, "schemes")):
        if session.scalar(select(table.id).where(table.tenant_id == tenant).limit(1)) is None:
            session.add_all(table(tenant_id=tenant, created_by=BY, **_rule(row)) for row in rules[name])
    session.flush()


def items(session: Session, tenant: int, table: str, *, active: bool = True) -> list[CodeItem]:
    """The items of a table in their order; `active=False`: those no longer offered too."""
    found = (
        select(CodeItem)
        .join(CodeTable, CodeTable.id == CodeItem.table_id)
        .where(CodeTable.tenant_id == tenant, CodeTable.code == table)
        .order_by(CodeItem.position, CodeItem.id)
    )
    return list(session.scalars(found.where(CodeItem.active) if active else found))


def _rule(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if name in _DATES else Decimal(value) if name in _RATES else value
        for name, value in row.items()
    }
