"""Rooms by the building: from a template, copied, changed together."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.actor import Actor
from calls.clock import FixedClock
from db.refusal import Code, Refused
from db.work import Database
from sales.fixture import load_fixture
from sales.models import Building, Deal, Layout, Room, RoomState
from sales.services.acting import Acting
from sales.services.batch import Door, change, copy_building, copy_floor, generate
from tests.db.engines import NOON
from tests.sales.sheets.conftest import house

__all__ = ["house"]

MANAGER = Acting(Actor.of("wang", "manager"), FixedClock(NOON).now)


async def key(db: Database, model: Any, code: str) -> int:
    return await db.read(lambda s: s.scalars(select(model.id).where(model.code == code)).one())


async def codes(db: Database, building: int) -> list[str]:
    wanted = select(Room.room_code).where(Room.building_id == building).order_by(Room.room_code)
    return await db.read(lambda s: list(s.scalars(wanted)))


async def test_ten_floors_of_four_doors_are_forty_rooms(db: Database, house: Callable[..., Any]) -> None:
    await db.write(house, 1, 10)
    building, layout = await key(db, Building, "01"), await key(db, Layout, "A")
    doors = [Door(number, layout, "S", {"built_x100": 8935} if number == 2 else None) for number in range(1, 5)]
    made = await db.write(MANAGER(generate), building, range(1, 11), doors)
    found = await codes(db, building)
    assert len(made) == len(set(found)) == 40
    assert (found[0], found[-1]) == ("010101", "011004")

    def look(session: Session) -> Room:
        return session.get_one(Room, made[1])

    room = await db.read(look)
    # 10,000 yuan × 89.35 m² = 893,500
    assert (room.room_code, room.built_x100, room.list_fen, room.state) == (
        "010102", 8935, 89_350_000, RoomState.NOT_RELEASED,
    )  # fmt: skip
    with pytest.raises(Refused, match=r"010101, 010102, 010103, 010104 \(4 in all\)") as refusal:
        await db.write(MANAGER(generate), building, [1], doors)
    assert refusal.value.code is Code.DUPLICATE
    for floors, wanted, code in (([11], doors, Code.VALIDATION), ([0], doors, Code.VALIDATION),
                                 ([1], [Door(100, layout, "S")], Code.VALIDATION),
                                 ([1], [Door(9, 999, "S")], Code.NOT_FOUND)):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            await db.write(MANAGER(generate), building, floors, wanted)
        assert refusal.value.code is code
    assert len(await codes(db, building)) == 40


async def test_a_floor_is_copied_without_what_happened_on_it(db: Database) -> None:
    await db.write(load_fixture, "T")
    building = await key(db, Building, "01")
    deals = await db.read(lambda s: s.scalar(select(func.count()).select_from(Deal)))
    with pytest.raises(Refused, match="010301"):
        await db.write(MANAGER(copy_floor), building, 1, [3])
    await db.write(lambda s: setattr(s.get_one(Building, building), "floors", 5))
    made = await db.write(MANAGER(copy_floor), building, 1, [4, 5])
    rooms = await db.read(lambda s: list(s.scalars(select(Room).where(Room.id.in_(made)).order_by(Room.room_code))))
    assert [room.room_code for room in rooms] == ["010401", "010402", "010501", "010502"]
    assert {(room.floor, room.state, room.state_deal_id, room.permit_id) for room in rooms} == {
        (floor, RoomState.NOT_RELEASED, None, None) for floor in (4, 5)
    }
    assert rooms[1].built_x100 == 12000
    assert await db.read(lambda s: s.scalar(select(func.count()).select_from(Deal))) == deals
    with pytest.raises(Refused, match="no rooms to copy"):
        await db.write(MANAGER(copy_floor), building, -1, [2])


async def test_a_building_is_copied(db: Database) -> None:
    await db.write(load_fixture, "T")
    old = await key(db, Building, "02")
    new, made = await db.write(MANAGER(copy_building), old, "03", "三栋", "building three")
    assert await codes(db, new) == ["03" + code[2:] for code in await codes(db, old)]
    assert len(made) == 6
    for code, why in (("02", Code.DUPLICATE), ("3", Code.VALIDATION), ("３３", Code.VALIDATION)):
        with pytest.raises(Refused) as refusal:
            await db.write(MANAGER(copy_building), old, code, "x", "x")
        assert refusal.value.code is why


async def test_fields_of_a_selection_but_not_the_area_of_what_is_sold(db: Database) -> None:
    await db.write(load_fixture, "T")
    rooms = await db.read(lambda s: list(s.scalars(select(Room.id).order_by(Room.room_code))))
    assert await db.write(MANAGER(change), rooms, {"decoration": "精装"}) == 11
    with pytest.raises(Refused, match="010101, 010102, 010201, 010202, 010301 are sold") as refusal:
        await db.write(MANAGER(change), rooms, {"built_x100": 9000})
    assert refusal.value.code is Code.LOCKED
    assert await db.write(MANAGER(change), rooms[5:], {"built_x100": 12100, "view": "lake"}) == 6
    found = await db.read(lambda s: [(r.decoration, r.built_x100) for r in s.scalars(select(Room).order_by(Room.id))])
    assert {area for _, area in found} == {8900, 12000, 12100}
    with pytest.raises(Refused, match="state"):
        await db.write(MANAGER(change), rooms, {"state": RoomState.SOLD})
    with pytest.raises(Refused, match="not there"):
        await db.write(MANAGER(change), [*rooms, 9999], {"view": "lake"})
