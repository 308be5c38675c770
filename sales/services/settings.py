"""What a house sets for itself: the lists people choose from, and its business parameters (SPEC §2.1, S4-79)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, update

from admin.right import Right
from db.refusal import Code, Refused
from sales import parameters
from sales.models import BusinessParam, CodeItem, CodeTable, Project
from sales.money import amount
from sales.services.basics import change, found, make, must_have
from sales.services.desk import Desk
from sales.services.fetch import fetch

ITEM = ("zh", "en", "position", "active", "is_default")


def add_item(desk: Desk, table: str, code: str, zh: str, en: str) -> CodeItem:
    """One more item at the end of a code table. E_PERM, E_NOT_FOUND, E_VALIDATION, E_DUPLICATE."""
    desk.must(Right.SETTINGS)
    must_have({"code": code, "zh": zh, "en": en}, "code", "zh", "en")
    of = desk.session.scalars(
        select(CodeTable).where(CodeTable.tenant_id == desk.tenant, CodeTable.code == table)
    ).first()
    if of is None:
        raise Refused(Code.NOT_FOUND, f"没有代码表“{table}”。", f"There is no code table {table}.", table=table)
    places = desk.session.scalars(select(CodeItem.position).where(CodeItem.table_id == of.id)).all()
    fields = {"table_id": of.id, "code": code, "zh": zh, "en": en, "position": max(places, default=0) + 1}
    return make(desk, CodeItem, fields, CodeItem.table_id == of.id, CodeItem.code == code)


def edit_item(desk: Desk, item: int, changes: Mapping[str, Any], seen: int | None = None) -> CodeItem:
    """Its names, its place, whether it is offered ({"active": False}: rows that have it keep it) or chosen first.

    E_PERM, E_NOT_FOUND, E_VALIDATION, E_CONFLICT.
    """
    desk.must(Right.SETTINGS)
    old = found(desk, CodeItem, item, seen)
    must_have(changes, *(name for name in ("zh", "en") if name in changes))
    if changes.get("is_default"):
        if not changes.get("active", old.active):
            raise amount.invalid("停用的项目不能作为默认", "An item that is not offered cannot be the default")
        desk.session.execute(update(CodeItem).where(CodeItem.table_id == old.table_id).values(is_default=False))
    return change(desk, old, changes, ITEM)


def set_parameter(
    desk: Desk, key: str, value: Any, since: date | None = None, project: int | None = None
) -> BusinessParam:
    """A business parameter from a day on (None: today), of a project or of the house; what was before stays known.

    E_PERM, E_NOT_FOUND, E_VALIDATION (type, range, or a day that is past).
    """
    desk.must(Right.SETTINGS)
    day = since or desk.today
    if day < desk.today:
        raise amount.invalid(f"{day} 已过去，参数不能追溯", f"{day} is past: a parameter cannot reach back")
    if project is not None:
        fetch(desk, Project, project, lock=False)
    known = parameters.REGISTRY.get(key)
    before = None if known is None else known.kind.write(desk.given(project)[known])
    row = parameters.change(desk.session, desk.tenant, project, key, value, day, desk.actor.name)
    after = {"value": row.value, "since": day.isoformat(), "project": project}
    desk.note("business_param.set", "business_param", row.id, {"value": before}, {"key": key, **after})
    return row
