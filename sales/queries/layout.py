"""Layouts as the telephone tells them: how many rooms of each are for sale, and at what prices (SPEC §4.2, Q3)."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from sales.models import Layout, Room, RoomState


@dataclass(frozen=True, slots=True)
class LayoutRow:
    """least_fen, most_fen: what is asked for those for sale; 0 if there are none."""

    code: str
    name_zh: str
    name_en: str
    built_x100: int
    orientations: tuple[str, ...]
    for_sale: int
    least_fen: int
    most_fen: int


_ASKED = case((Room.state == RoomState.AVAILABLE, Room.asked_fen))  # NULL, and so not counted, for all others
_LAYOUTS = (
    select(
        Layout.project_id,
        Layout.code,
        Layout.name_zh,
        Layout.name_en,
        Layout.built_x100,
        Room.orientation,
        func.count(_ASKED),
        func.min(_ASKED),
        func.max(_ASKED),
    )
    .join(Room, Room.layout_id == Layout.id)
    .group_by(
        Layout.project_id,
        Layout.code,
        Layout.name_zh,
        Layout.name_en,
        Layout.built_x100,
        Room.orientation,
    )
    .order_by(Layout.project_id, Layout.code, func.count().desc(), Room.orientation)
)


def layouts_of(session: Session, project: int) -> list[LayoutRow]:
    """The layouts that some room of the project has, in the order of their codes; of their orientations the one that
    most rooms have comes first."""
    return _by_project(session, _LAYOUTS.where(Layout.project_id == project)).get(project, [])


def layouts_by_project(session: Session) -> dict[int, list[LayoutRow]]:
    """The same of every project."""
    return _by_project(session, _LAYOUTS)


def _by_project(session: Session, wanted: Select[*tuple[Any, ...]]) -> dict[int, list[LayoutRow]]:
    found: dict[int, dict[str, LayoutRow]] = {}
    for project, code, zh, en, built, orientation, count, least, most in session.execute(wanted):
        layouts = found.setdefault(project, {})
        was = layouts.get(code) or LayoutRow(code, zh, en, built, (), 0, 0, 0)
        prices = [fen for fen in (was.least_fen, was.most_fen, least, most) if fen]
        layouts[code] = replace(
            was,
            orientations=(*was.orientations, orientation),
            for_sale=was.for_sale + count,
            least_fen=min(prices, default=0),
            most_fen=max(prices, default=0),
        )
    return {project: list(layouts.values()) for project, layouts in found.items()}
