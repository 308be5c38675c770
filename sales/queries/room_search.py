"""Rooms by what people look for: layout, size, floor, price, view … (S4-88, S1-85)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from db.refusal import Code, Refused
from sales.models import Building, Layout, Project, Room, RoomState
from sales.queries.page import Found, Page


class RoomOrder(StrEnum):
    CODE = "code"
    PRICE = "price"
    UNIT_PRICE = "unit_price"
    AREA = "area"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Range:
    """From … to, both included; None: open at that end. Raises Refused(E_VALIDATION) if turned round."""

    least: int | None = None
    most: int | None = None

    def __post_init__(self) -> None:
        if self.least is not None and self.most is not None and self.least > self.most:
            raise Refused(
                Code.VALIDATION,
                f"范围的下限{self.least}大于上限{self.most}。",
                f"A range goes from the lower to the higher end, not from {self.least} to {self.most}.",
                least=self.least,
                most=self.most,
            )

    def holds(self, value: Any) -> list[ColumnElement[bool]]:
        ends = ((self.least, value.__ge__), (self.most, value.__le__))
        return [compare(end) for end, compare in ends if end is not None]


ANY = Range()


@dataclass(frozen=True, slots=True)
class RoomWish:
    """What a room must be; None, empty or ANY: whatever.

    project     its code of two digits            building    its code of two digits
    layouts     codes of layouts ("A")            bedrooms    how many, all of them if several are named
    built_x100  built area, hundredths of m²      floors      storeys, basements negative
    total_fen   what is asked for it              unit_fen    what is asked for a square metre
    orientations, views, usages, states           one of these each
    """

    project: str | None = None
    building: str | None = None
    layouts: Collection[str] = ()
    bedrooms: Collection[int] = ()
    built_x100: Range = ANY
    floors: Range = ANY
    total_fen: Range = ANY
    unit_fen: Range = ANY
    orientations: Collection[str] = ()
    views: Collection[str] = ()
    usages: Collection[str] = ()
    states: Collection[RoomState] = ()


@dataclass(frozen=True, slots=True)
class RoomOffer:
    """A room and what is asked for it (fen, fen/m²; areas in hundredths of m²)."""

    id: int
    project: str
    building: str
    code: str
    unit_no: int
    floor: int
    door: str
    layout: str
    layout_zh: str
    layout_en: str
    bedrooms: int
    usage: str
    orientation: str
    view: str | None
    decoration: str | None
    built_x100: int
    inner_x100: int
    unit_fen: int
    total_fen: int
    state: RoomState


_OFFER = (
    select(
        Room.id,
        Project.code,
        Building.code,
        Room.room_code,
        Room.unit_no,
        Room.floor,
        Room.door,
        Layout.code,
        Layout.name_zh,
        Layout.name_en,
        Layout.bedrooms,
        Room.usage,
        Room.orientation,
        Room.view,
        Room.decoration,
        Room.built_x100,
        Room.inner_x100,
        Room.asked_unit_fen,
        Room.asked_fen,
        Room.state,
    )
    .join(Project, Project.id == Room.project_id)
    .join(Building, Building.id == Room.building_id)
    .join(Layout, Layout.id == Room.layout_id)
)
_ORDERS: dict[RoomOrder, tuple[Any, ...]] = {
    # not the column itself: the few rooms that fit are sorted, not all rooms read in the order of their codes
    RoomOrder.CODE: (Room.room_code.concat(""),),
    RoomOrder.PRICE: (Room.asked_fen, Room.room_code),
    RoomOrder.UNIT_PRICE: (Room.asked_unit_fen, Room.room_code),
    RoomOrder.AREA: (Room.built_x100, Room.room_code),
    RoomOrder.FLOOR: (Room.floor, Room.room_code),
}
NONE: Found[RoomOffer] = Found((), 0)
EACH_STATE = tuple(RoomState)
FIRST = Page()


def search_rooms(
    session: Session,
    tenant: int,
    wish: RoomWish,
    page: Page = FIRST,
    order: RoomOrder = RoomOrder.CODE,
    *,
    descending: bool = False,
) -> Found[RoomOffer]:
    """The rooms that are as wished, one page of them, and how many there are."""
    conditions = _conditions(session, tenant, wish)
    if conditions is None:
        return NONE
    total = session.scalar(select(func.count()).select_from(Room).where(*conditions)) or 0
    if total <= page.offset:
        return Found((), total)
    by = [*((Room.room_code,) if order is RoomOrder.CODE and _any_room(wish) else _ORDERS[order]), Room.id]
    by = [column.desc() for column in by] if descending else by
    # the page is cut out before anything is joined to it
    here = select(Room.id).where(*conditions).order_by(*by).limit(page.size).offset(page.offset).subquery()
    rows: Any = session.execute(_OFFER.join(here, here.c.id == Room.id).order_by(*by))
    return Found(tuple(RoomOffer(*row) for row in rows), total)


def rooms_for_sale(session: Session, project: int, wish: RoomWish, most: int) -> Found[RoomOffer]:
    """Of the project with this id: what is for sale and as wished, the cheapest first (SPEC §4.2, Q5)."""
    its = session.execute(select(Project.tenant_id, Project.code).where(Project.id == project)).first()
    if its is None:
        return NONE
    tenant, code = its
    offered = replace(wish, project=code, states=(RoomState.AVAILABLE,))
    return search_rooms(session, tenant, offered, Page(most), RoomOrder.PRICE)


def _conditions(session: Session, tenant: int, wish: RoomWish) -> list[ColumnElement[bool]] | None:
    """None: no room can be so, because there is no such project, building or layout.

    The projects are the tenant's own, and with them their rooms. Names are looked up first, and "any state" is said as
    "one of these": then an index that begins with project and state serves every wish, on both engines.
    """
    projects = _ids(session, Project, tenant, code=wish.project)
    if not projects:
        return None
    conditions = [_one_of(Room.project_id, projects)]
    if not _any_room(wish):
        conditions.append(_one_of(Room.state, tuple(wish.states) or EACH_STATE))
    if wish.building is not None:
        buildings = _ids(session, Building, tenant, code=wish.building)
        if not buildings:
            return None
        conditions.append(_one_of(Room.building_id, buildings))
    if wish.layouts or wish.bedrooms:
        layouts = _layouts(session, tenant, wish)
        if not layouts:
            return None
        conditions.append(_one_of(Room.layout_id, layouts))
    for column, values in (
        (Room.orientation, wish.orientations),
        (Room.view, wish.views),
        (Room.usage, wish.usages),
    ):
        if values:
            conditions.append(_one_of(column, tuple(values)))
    ranges: tuple[tuple[Any, Range], ...] = (
        (Room.built_x100, wish.built_x100),
        (Room.floor, wish.floors),
        (Room.asked_fen, wish.total_fen),
        (Room.asked_unit_fen, wish.unit_fen),
    )
    for measure, span in ranges:
        conditions += span.holds(measure)
    return conditions


def _any_room(wish: RoomWish) -> bool:
    return wish == RoomWish(project=wish.project)


def _one_of(column: Any, values: Any) -> ColumnElement[bool]:
    known: ColumnElement[bool] = column == values[0] if len(values) == 1 else column.in_(values)
    return known


def _ids(session: Session, model: Any, tenant: int, code: str | None) -> list[int]:
    found = select(model.id).where(model.tenant_id == tenant)
    return list(session.scalars(found if code is None else found.where(model.code == code)))


def _layouts(session: Session, tenant: int, wish: RoomWish) -> list[int]:
    found = select(Layout.id).where(Layout.tenant_id == tenant)
    if wish.layouts:
        found = found.where(Layout.code.in_(wish.layouts))
    if wish.bedrooms:
        found = found.where(Layout.bedrooms.in_(wish.bedrooms))
    return list(session.scalars(found))
