"""A price table into the house: all of it, or every reason why not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.actor import Actor
from calls.clock import FixedClock
from db import audit
from db.refusal import Code, Refused
from db.tenant import HOME
from db.work import Database
from sales.fixture import load_fixture
from sales.models import PriceItem, PriceList, Project, Room, RoomState
from sales.services.acting import Acting
from sales.sheets.cell import Cell, Line
from sales.sheets.export_rooms import export_rooms
from sales.sheets.import_rooms import Imported, import_rooms
from sales.sheets.read import read
from sales.sheets.room_price import ROOM_PRICE
from sales.sheets.sheet import Parsed
from sales.sheets.write import write
from tests.db.engines import NOON

MANAGER = Acting(Actor.of("wang", "manager"), FixedClock(NOON).now)
HEAD: tuple[Cell, ...] = (
    "楼栋", "楼层", "房号", "户型", "建筑面积", "套内面积", "单价", "总价", "朝向", "景观", "预售许可证",
)  # fmt: skip


@pytest.fixture
async def t(db: Database) -> Database:
    await db.write(load_fixture, "T")
    return db


def sheet(*rows: tuple[Cell, ...]) -> Parsed:
    return ROOM_PRICE.parse([Line(number, cells) for number, cells in enumerate((HEAD, *rows), 1)])


async def project(db: Database) -> int:
    return await db.read(lambda s: s.scalars(select(Project.id).where(Project.code == "01")).one())


async def imported(db: Database, parsed: Parsed, **how: bool) -> Imported:
    return await db.write(MANAGER(import_rooms), await project(db), parsed, **how)


async def counted(db: Database) -> tuple[int, int, int]:
    def count(session: Session) -> tuple[int, int, int]:
        return tuple(session.scalar(select(func.count()).select_from(m)) or 0 for m in (Room, PriceList, PriceItem))  # type: ignore[return-value]

    return await db.read(count)


NEW = ("2栋", 3, "0303", "A", "89.00", 70, "10,100", "89.89万", "南北通透", "湖景", "YS002")
ALSO = ("2#", 3, "304", "三室两厅", 120, 96, 10200, None, "北", None, None)


async def test_new_rooms_and_a_draft_of_their_prices(t: Database) -> None:
    done = await imported(t, sheet(NEW, ALSO))
    assert (done.new, done.changed, done.faults, done.saved, len(done.lists)) == (2, 0, [], True, 1)

    def look(session: Session) -> tuple[list[Room], PriceList, dict[int, tuple[int, int]]]:
        rooms = list(session.scalars(select(Room).where(Room.room_code.in_(["020303", "020304"])).order_by(Room.id)))
        items = session.execute(
            select(PriceItem.room_id, PriceItem.unit_fen, PriceItem.list_fen).where(
                PriceItem.price_list_id == done.lists[0]
            )
        )
        prices = {room: (unit, total) for room, unit, total in items}
        return rooms, session.get_one(PriceList, done.lists[0]), prices

    (one, two), made, prices = await t.read(look)
    assert (one.room_code, one.floor, one.door, one.orientation, one.view) == ("020303", 3, "03", "S", "lake")
    assert (one.built_x100, one.inner_x100, one.unit_fen, one.list_fen) == (8900, 7000, 1_010_000, 89_890_000)
    assert (one.state, one.usage, one.created_by, one.permit_id is None) == (
        RoomState.NOT_RELEASED, "住宅", "wang", False,
    )  # fmt: skip
    assert (two.list_fen, two.permit_id) == (122_400_000, None)  # 10,200 × 120
    assert (made.version, made.state.value) == (2, "draft")
    assert prices[one.id] == (1_010_000, 89_890_000)
    # the six rooms of the list in force are taken over, so that it may take its place
    assert len(prices) == 6 + 2
    assert await t.read(audit.verify, HOME) is None


FAULTS: list[tuple[tuple[Cell, ...], str, str]] = [
    (("9栋", *NEW[1:]), "楼栋", "no such building"),
    ((*NEW[:3], "Z", *NEW[4:]), "户型", "no such layout"),
    ((*NEW[:1], 4, "0401", *NEW[3:]), "房号", "3 floors"),
    ((*NEW[:1], 2, "0201", *NEW[3:]), "房号", "there is a room 020201 already"),
    ((*NEW[:2], "0305", "A", "89", 90, *NEW[6:]), "套内面积", "within the built area"),
    ((*NEW[:2], "0306", *NEW[3:7], "90万", *NEW[8:]), "总价", "unit price × area is 898,900.00"),
    ((*NEW[:2], "0307", *NEW[3:8], None, *NEW[9:]), "朝向", "needs its orientation"),
    ((*NEW[:2], "0308", *NEW[3:10], "YS999"), "预售许可证", "no such presale permit"),
]


async def test_lines_that_cannot_be_are_all_named_and_nothing_or_the_rest_is_saved(t: Database) -> None:
    before, parsed = await counted(t), sheet(ALSO, *(row for row, _, _ in FAULTS))
    dry = await imported(t, parsed, dry_run=True)
    assert (dry.new, dry.saved) == (1, False)
    for line, (fault, (_, column, why)) in enumerate(zip(dry.faults, FAULTS, strict=True), 3):
        assert (fault.line, fault.column.zh) == (line, column)
        assert why in fault.why.en
    assert await counted(t) == before
    with pytest.raises(Refused) as refusal:
        await imported(t, parsed)
    assert refusal.value.code is Code.VALIDATION
    assert refusal.value.details["faults"] == [fault.as_json() for fault in dry.faults]
    assert await counted(t) == before
    done = await imported(t, parsed, skip_bad=True)
    assert (done.new, done.saved, done.faults) == (1, True, dry.faults)
    assert (await counted(t))[0] == before[0] + 1


async def test_a_room_twice_in_the_sheet(t: Database) -> None:
    dry = await imported(t, sheet(NEW, ALSO, NEW), dry_run=True)
    assert [(fault.line, fault.why.en) for fault in dry.faults] == [(4, "room 020303 is on line 2 already")]


async def test_rooms_that_are_there_are_changed_when_asked_but_not_what_is_sold(t: Database) -> None:
    records = {r["room"]: r for r in await t.read(MANAGER(export_rooms), await project(t))}
    assert records["010101"]["list_fen"] == 89_000_000  # sold

    def with_(code: str, **other: Any) -> Parsed:
        return Parsed([type(records[code])(2, records[code].values | other)])

    for other in ({"built_x100": 9000, "shared_x100": None, "list_fen": None}, {"unit_fen": 990_000, "list_fen": None}):
        with pytest.raises(Refused, match="its area and price are locked"):
            await imported(t, with_("010101", **other), update=True)
    done = await imported(t, with_("010101", decoration="精装修"), update=True)
    assert (done.changed, done.lists) == (1, [])
    done = await imported(t, with_("020201", unit_fen=1_100_000, list_fen=None, view="湖景"), update=True)
    assert (done.new, done.changed, len(done.lists)) == (0, 1, 1)

    def look(session: Session) -> tuple[Any, ...]:
        sold = session.scalars(select(Room).where(Room.room_code == "010101")).one()
        room = session.scalars(select(Room).where(Room.room_code == "020201")).one()
        item = session.scalars(select(PriceItem).where(PriceItem.price_list_id == done.lists[0], PriceItem.room_id == room.id)).one()  # noqa: E501  # fmt: skip
        return sold.decoration, room.view, room.unit_fen, item.unit_fen, item.list_fen

    # the price in force stays until the draft takes effect
    assert await t.read(look) == ("精装修", "lake", 1_000_000, 1_100_000, 97_900_000)
    assert await t.read(audit.verify, HOME) is None


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
async def test_what_is_exported_is_imported_without_a_change(t: Database, ending: str, tmp_path: Path) -> None:
    records = await t.read(MANAGER(export_rooms), await project(t))
    file = tmp_path / f"rooms.{ending}"
    assert write(file, ROOM_PRICE, records) == 11
    before = await counted(t)
    done = await imported(t, ROOM_PRICE.parse(read(file)), update=True)
    assert (done.new, done.changed, done.same, done.faults) == (0, 0, 11, [])
    assert await counted(t) == before


async def test_who_may_not_edit_rooms_does_not_import(t: Database) -> None:
    home = await project(t)
    with pytest.raises(Refused) as refusal:
        await t.write(Acting(Actor.of("li", "seller"), FixedClock(NOON).now)(import_rooms), home, sheet(NEW))
    assert refusal.value.code is Code.PERM
    with pytest.raises(Refused, match="no such project"):
        await t.write(MANAGER(import_rooms), 99, sheet(NEW))


def many(buildings: int, floors: int, doors: int) -> list[tuple[Cell, ...]]:
    return [
        (f"{building}栋", floor, f"{floor:02}{door:02}", "A", 89, 70, 10000 + floor, None, "南", None, None)
        for building in range(1, buildings + 1)
        for floor in range(1, floors + 1)
        for door in range(1, doors + 1)
    ]


async def test_a_thousand_lines_at_once(db: Database, house: Callable[..., Any]) -> None:
    await db.write(house, 10, 25)
    done = await imported(db, sheet(*many(10, 25, 4)))
    assert (done.new, len(done.lists)) == (1000, 10)
    assert await counted(db) == (1000, 10, 1000)
