"""Layouts 户型: their rooms, areas and base price. A new base price is a draft first (S4-86)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from admin.right import Right
from sales.models import Layout, PriceList, Project, Room
from sales.money import amount
from sales.services.basics import change, found, make, must_have
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.price_lists import draft

FIELDS = (
    "name_zh", "name_en", "bedrooms", "halls", "baths", "kitchens", "balconies", "built_x100", "inner_x100",
    "base_unit_fen", "vr_url",
)  # fmt: skip
COUNTS = ("bedrooms", "halls", "baths", "kitchens", "balconies")
MOST = 20  # of any kind of room in a flat


@dataclass(frozen=True)
class Edited:
    """drafts: the price lists that were drawn up because of a new base price, one for each building concerned."""

    layout: Layout
    drafts: tuple[PriceList, ...] = ()


def add_layout(desk: Desk, project: int, code: str, fields: Mapping[str, Any]) -> Layout:
    """E_PERM, E_NOT_FOUND, E_VALIDATION, E_MONEY, E_DUPLICATE."""
    desk.must(Right.ROOM_EDIT)
    fetch(desk, Project, project, lock=False)
    must_have({**fields, "code": code}, "code", "name_zh", "name_en")
    _must_make_sense({"bedrooms": 0, "built_x100": 0, "inner_x100": 0, **fields})
    there = (Layout.project_id == project, Layout.code == code)
    return make(desk, Layout, {**fields, "project_id": project, "code": code}, *there)


def edit_layout(desk: Desk, layout: int, changes: Mapping[str, Any], seen: int | None = None) -> Edited:
    """Rooms keep their own areas and prices. E_PERM, E_NOT_FOUND, E_VALIDATION, E_MONEY, E_CONFLICT."""
    desk.must(Right.ROOM_EDIT)
    old = found(desk, Layout, layout, seen)
    priced = "base_unit_fen" in changes and changes["base_unit_fen"] != old.base_unit_fen
    if priced:
        desk.must(Right.PRICE_EDIT)
    must_have(changes, *(name for name in ("name_zh", "name_en") if name in changes))
    _must_make_sense({name: changes.get(name, getattr(old, name)) for name in FIELDS})
    changed = change(desk, old, changes, FIELDS)
    if not priced:
        return Edited(changed)
    concerned = select(Room.building_id).where(Room.layout_id == layout).distinct().order_by(Room.building_id)
    note = f"{changed.code}: {changed.base_unit_fen}"
    return Edited(changed, tuple(draft(desk, building, note) for building in desk.session.scalars(concerned).all()))


def _must_make_sense(fields: Mapping[str, Any]) -> None:
    built, inner = amount.area_x100(fields["built_x100"]), amount.area_x100(fields["inner_x100"])
    if inner > built:
        raise amount.invalid("套内面积不能大于建筑面积", "The inner area is not more than the built area")
    for name in COUNTS:
        if not 0 <= fields.get(name, 0) <= MOST:
            raise amount.invalid(f"{name} 应为 0 到 {MOST}", f"{name} is 0 to {MOST}", field=name)
    if fields.get("base_unit_fen") is not None:
        amount.positive_fen(fields["base_unit_fen"], amount.UNIT_PRICE)
