"""Price factors 调价因素: what a floor or a view adds, from the next list on (SPEC §2.7, S1-59, S1-61)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from admin.right import Right
from sales import codes
from sales.models import Building, Layout, PriceFactor, Project
from sales.money import amount
from sales.money.pricing import FactorKind, FactorMode
from sales.services.basics import change, found, make, must_be_known, must_have
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.price_lists import as_factor

FIELDS = ("key", "value_fen", "rate", "building_id", "position", "active")


def add_factor(desk: Desk, project: int, kind: FactorKind, mode: FactorMode, fields: Mapping[str, Any]) -> PriceFactor:
    """Fields: key ("" is for every room), position (the order), value_fen or for pct rate, building_id (None: all).

    E_PERM, E_NOT_FOUND, E_VALIDATION, E_DUPLICATE.
    """
    desk.must(Right.PRICE_EDIT)
    fetch(desk, Project, project, lock=False)
    must_be_known(fields, FIELDS)
    must_have(fields, "position")
    row = {"key": "", **fields, "project_id": project, "kind": kind.value, "mode": mode.value}
    _must_make_sense(desk, row)
    table = PriceFactor
    same = (table.kind == kind.value, table.mode == mode.value, table.key == row["key"], table.active.is_(True))
    building = table.building_id.is_not_distinct_from(fields.get("building_id"))
    return make(desk, table, row, table.project_id == project, building, *same)


def edit_factor(desk: Desk, factor: int, changes: Mapping[str, Any], seen: int | None = None) -> PriceFactor:
    """Also what switches it off: {"active": False}. E_PERM, E_NOT_FOUND, E_VALIDATION, E_CONFLICT."""
    desk.must(Right.PRICE_EDIT)
    old = found(desk, PriceFactor, factor, seen)
    names = (*FIELDS, "project_id", "kind", "mode")
    _must_make_sense(desk, {**{name: getattr(old, name) for name in names}, **changes})
    return change(desk, old, changes, FIELDS)


def _must_make_sense(desk: Desk, row: Mapping[str, Any]) -> None:
    by_rate = row["mode"] == FactorMode.PCT
    if (row.get("rate") is not None) != by_rate or (row.get("value_fen") is not None) == by_rate:
        raise amount.invalid("按比例调价写比例，其他写金额", "A rate is named for mode pct, an amount for the others")
    as_factor(PriceFactor(**{"position": 0, **row}))
    building = row.get("building_id")
    if building is not None and fetch(desk, Building, building, lock=False).project_id != row["project_id"]:
        raise amount.invalid("楼栋属于另一楼盘", "The building is another project's")
    if row["key"] and not _there_is(desk, row):
        raise amount.invalid(f"没有“{row['key']}”", f"There is no {row['key']!r}", key=row["key"])


def _there_is(desk: Desk, row: Mapping[str, Any]) -> bool:
    """A layout, an orientation, a view of this name; of floors the factor itself knows, other marks are free."""
    match row["kind"]:
        case FactorKind.LAYOUT:
            wanted = select(Layout.id).where(Layout.project_id == row["project_id"], Layout.code == row["key"])
            return desk.session.scalar(wanted) is not None
        case FactorKind.ORIENTATION | FactorKind.VIEW:
            return row["key"] in [item.code for item in codes.items(desk.session, desk.tenant, row["kind"])]
        case _:
            return True
