"""Many rooms at once: made of a template (S4-87), copied by floor and building (S4-91), changed together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import insert, select, update

from admin.right import Right
from db.refusal import Code, Refused
from sales.models import Building, Layout, Room
from sales.money.rounding import half_up_to
from sales.parameters import TOTAL_ROUND
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.states.room import RoomState

LOCKED = (RoomState.SUBSCRIBED, RoomState.CONTRACTED, RoomState.SOLD)
# what may be changed of many rooms at once; the first ones not once a room is sold (S4-89)
GUARDED = frozenset({"layout_id", "built_x100", "inner_x100", "unit_fen", "list_fen"})
FREE = frozenset(
    {"usage", "house_class", "orientation", "view", "decoration", "filed_unit_fen", "permit_id", "unit_no"}
)
_COPIED = (
    "layout_id", "unit_no", "door", "usage", "house_class", "orientation", "view", "decoration", "built_x100",
    "inner_x100", "unit_fen", "list_fen", "filed_unit_fen",
)  # fmt: skip
_T: Any = Room.__table__


@dataclass(frozen=True)
class Door:
    """One door of a template: its number on the floor, its layout, where it looks. Areas and the unit price are the
    layout's unless `fields` says otherwise (built_x100, inner_x100, unit_fen, view, usage …)."""

    number: int
    layout: int
    orientation: str
    fields: Mapping[str, Any] | None = None


def generate(desk: Desk, building: int, floors: Iterable[int], doors: Sequence[Door]) -> list[int]:
    """Floors × doors as rooms, not released; their ids, floor by floor. All or none.

    Raises Refused: E_PERM, E_NOT_FOUND, E_VALIDATION (beyond the building), E_DUPLICATE (names the codes).
    """
    desk.must(Right.ROOM_EDIT)
    house = fetch(desk, Building, building)
    layouts = {
        row.id: row
        for row in desk.session.scalars(
            select(Layout).where(Layout.project_id == house.project_id, Layout.id.in_({door.layout for door in doors}))
        )
    }
    unknown = {door.layout for door in doors} - set(layouts)
    if unknown:
        raise Refused(
            Code.NOT_FOUND, "楼盘中没有这个户型。", "The project has no such layout.", layouts=sorted(unknown)
        )
    round_fen = desk.given(house.project_id)[TOTAL_ROUND]
    return _make(
        desk, house, [_of(house, floor, door, layouts[door.layout], round_fen) for floor in floors for door in doors]
    )


def copy_floor(desk: Desk, building: int, floor: int, to: Sequence[int]) -> list[int]:
    """The rooms of a floor again on others, not released, without holds, deals and permits; their ids.

    Raises Refused: E_PERM, E_NOT_FOUND (the floor is empty), E_VALIDATION, E_DUPLICATE.
    """
    desk.must(Right.ROOM_EDIT)
    house = fetch(desk, Building, building)
    rooms = _rooms(desk, house, Room.floor == floor)
    return _make(desk, house, [_again(house, room, level) for level in to for room in rooms])


def copy_building(desk: Desk, building: int, code: str, name_zh: str, name_en: str) -> tuple[int, list[int]]:
    """A new building of the same project with the same rooms; its id and theirs.

    Raises Refused: E_PERM, E_NOT_FOUND, E_VALIDATION (the code), E_DUPLICATE (there is such a building).
    """
    desk.must(Right.ROOM_EDIT)
    old = fetch(desk, Building, building)
    if not (len(code) == 2 and code.isascii() and code.isdigit()):
        raise Refused(Code.VALIDATION, "楼栋编号应为两位数字。", "A building's code has two digits.", building=code)
    taken = select(Building.id).where(Building.project_id == old.project_id, Building.code == code)
    if desk.session.scalar(taken) is not None:
        raise Refused(Code.DUPLICATE, f"楼栋 {code} 已存在。", f"There is a building {code} already.", building=code)
    rooms = _rooms(desk, old, _T.c.id.is_not(None))
    new = Building(
        **desk.own,
        project_id=old.project_id,
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        units=old.units,
        floors=old.floors,
        structure=old.structure,
    )
    desk.session.add(new)
    desk.session.flush()
    desk.note("building.copy", "building", new.id, {"building": old.code}, {"building": code, "rooms": len(rooms)})
    return new.id, _make(desk, new, [_again(new, room, room.floor) for room in rooms])


def change(desk: Desk, rooms: Sequence[int], fields: Mapping[str, Any]) -> int:
    """Set the same fields of many rooms; how many were changed. All or none.

    Raises Refused: E_PERM, E_VALIDATION (a field that is not edited this way), E_NOT_FOUND, E_LOCKED (names the rooms).
    """
    desk.must(Right.ROOM_EDIT)
    if unknown := sorted(set(fields) - GUARDED - FREE):
        raise Refused(
            Code.VALIDATION,
            f"不能批量修改:{'、'.join(unknown)}。",
            f"These are not changed for many rooms at once: {', '.join(unknown)}.",
        )
    wanted = select(_T.c.id, _T.c.room_code, _T.c.state, *(_T.c[name] for name in fields)).where(
        _T.c.id.in_(rooms), _T.c.tenant_id == desk.tenant
    )
    found = desk.session.execute(wanted.with_for_update()).all()
    if len(found) != len(set(rooms)):
        raise Refused(Code.NOT_FOUND, "有的房间不存在。", "Some of these rooms are not there.")
    locked = sorted(row.room_code for row in found if row.state in LOCKED)
    if locked and GUARDED & set(fields):
        raise Refused(
            Code.LOCKED,
            f"房间 {'、'.join(locked)} 已认购,户型、面积和价格不能改。",
            f"Rooms {', '.join(locked)} are sold: layout, area and price are locked.",
            rooms=locked,
        )
    desk.session.execute(
        update(_T).where(_T.c.id.in_(rooms)).values(**fields, row_version=_T.c.row_version + 1, updated_at=desk.now)
    )
    desk.session.expire_all()
    for row in found:
        before = {name: getattr(row, name) for name in fields}
        desk.note("room.edit", "room", row.id, before, dict(fields))
    return len(found)


def _of(house: Building, floor: int, door: Door, layout: Layout, round_fen: int) -> dict[str, Any]:
    fields = {
        "layout_id": layout.id,
        "orientation": door.orientation,
        "built_x100": layout.built_x100,
        "inner_x100": layout.inner_x100,
        "unit_fen": layout.base_unit_fen or 0,
        **(door.fields or {}),
    }
    total = half_up_to(Fraction(fields["unit_fen"] * fields["built_x100"], 100), round_fen)
    return {"list_fen": total} | fields | _place(house, floor, f"{door.number:02}")


def _again(house: Building, room: Room, floor: int) -> dict[str, Any]:
    return {name: getattr(room, name) for name in _COPIED} | _place(house, floor, room.door)


def _place(house: Building, floor: int, door: str) -> dict[str, Any]:
    if not (-5 <= floor <= house.floors) or floor == 0 or len(door) != 2:
        raise Refused(
            Code.VALIDATION,
            f"{house.name_zh}没有 {floor} 层 {door} 号。",
            f"{house.name_en} has no door {door} on floor {floor}.",
            floor=floor,
            door=door,
        )
    return {"floor": floor, "door": door, "room_code": f"{house.code}{floor if floor > 0 else 100 + floor:02}{door}"}


def _rooms(desk: Desk, house: Building, which: Any) -> list[Room]:
    rooms = list(desk.session.scalars(select(Room).where(Room.building_id == house.id, which).order_by(Room.room_code)))
    if not rooms:
        raise Refused(Code.NOT_FOUND, "没有可复制的房间。", "There are no rooms to copy.", building=house.code)
    return rooms


def _make(desk: Desk, house: Building, rooms: list[dict[str, Any]]) -> list[int]:
    codes = [room["room_code"] for room in rooms]
    there = set(
        desk.session.scalars(
            select(Room.room_code).where(Room.project_id == house.project_id, Room.building_id == house.id)
        )
    )
    twice = sorted({code for code in codes if code in there or codes.count(code) > 1})
    if twice:
        raise Refused(
            Code.DUPLICATE,
            f"房间已存在或重复:{'、'.join(twice[:5])}(共 {len(twice)} 个)。",
            f"Rooms that are there already or twice: {', '.join(twice[:5])} ({len(twice)} in all).",
            rooms=twice,
        )
    if not rooms:
        return []
    own = desk.own | {
        "project_id": house.project_id,
        "building_id": house.id,
        "state": RoomState.NOT_RELEASED,
        "state_since": desk.today,
    }
    statement = insert(Room).returning(Room.id, sort_by_parameter_order=True)
    made = list(desk.session.scalars(statement, [own | room for room in rooms]))
    desk.note("room.generate", "building", house.id, None, {"rooms": len(made), "first": codes[0], "last": codes[-1]})
    return made
