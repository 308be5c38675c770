"""Fixture T in the database, and what the telephone may ask of it."""

import json
from dataclasses import asdict
from functools import partial

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from calls.unavailable import Unavailable
from db.tenant import HOME, Tenant
from db.work import Database, Unreachable
from ivr import desk
from sales.acquaintances import Acquaintances
from sales.fixture import FIXTURES, add_room, load_fixture
from sales.models import Building, Customer, PriceItem, PriceList, PriceListState, Project, Room, RoomState
from sales.queries import projects_of_services, spoken_texts
from sales.rooms import SpokenRooms, SpokenTexts

TOPICS = [
    "developer", "location", "surroundings", "facilities", "garden", "delivery", "routes", "fees", "features",
    "hours", "subscribe", "contract", "mortgage", "refund", "handover", "title",
]  # fmt: skip


@pytest.fixture
async def t(db: Database) -> Database:
    assert await db.write(load_fixture, "T") is True
    return db


async def project(db: Database) -> int:
    return await db.read(lambda s: s.scalars(select(Project.id).where(Project.code == "01")).one())


async def test_a_room_for_sale_with_its_price(t: Database) -> None:
    rooms = SpokenRooms(t, desk.Room)
    assert await rooms.by_code(await project(t), "020201") == desk.Room(
        code="020201",
        building=2,
        floor=2,
        door="01",
        layout={"zh": "两室两厅", "en": "two bedrooms"},
        built_x100=8900,
        orientation="S",
        unit_fen=1000000,
        list_fen=89000000,
        state="available",
    )


async def test_a_sold_room_and_no_room(t: Database) -> None:
    rooms = SpokenRooms(t, desk.Room)
    sold = await rooms.by_code(await project(t), "010201")
    assert sold is not None
    assert sold.state == "sold"
    assert await rooms.by_code(await project(t), "999999") is None
    assert await rooms.by_code(77, "020201") is None
    assert await rooms.by_code(await project(t), "'; DROP TABLE room; --") is None


async def test_a_price_that_ends_in_fen(t: Database) -> None:
    await t.write(lambda s: add_room(s, "020303", unit_fen=1_000_037, list_fen=89_003_293) and None)
    room = await SpokenRooms(t, desk.Room).by_code(await project(t), "020303")
    assert room is not None
    assert (room.unit_fen, room.list_fen, room.floor, room.door) == (1_000_037, 89_003_293, 3, "03")


async def test_the_effective_price_list_counts(t: Database) -> None:
    def raise_price(session: Session) -> None:
        key = session.scalars(select(Room.id).where(Room.room_code == "020201")).one()
        session.execute(update(PriceItem).where(PriceItem.room_id == key).values(unit_fen=1100000, list_fen=97900000))

    await t.write(raise_price)
    room = await SpokenRooms(t, desk.Room).by_code(await project(t), "020201")
    assert room is not None
    assert (room.unit_fen, room.list_fen) == (1100000, 97900000)
    # once the list is superseded and none is effective, the room's own price is told
    await t.write(lambda s: s.execute(update(PriceList).values(state=PriceListState.SUPERSEDED)) and None)
    room = await SpokenRooms(t, desk.Room).by_code(await project(t), "020201")
    assert room is not None
    assert room.list_fen == 89000000


async def test_one_effective_price_list_per_building(t: Database) -> None:
    def second(session: Session, state: PriceListState) -> None:
        building = session.scalars(select(Building.id).where(Building.code == "02")).one()
        version = (session.scalar(select(func.max(PriceList.version))) or 0) + 1
        session.add(PriceList(tenant_id=HOME, building_id=building, version=version, state=state))
        session.flush()

    await t.write(second, PriceListState.DRAFT)
    with pytest.raises(IntegrityError):
        await t.write(second, PriceListState.EFFECTIVE)


async def test_a_room_code_is_unique_in_its_project_and_states_are_known(t: Database) -> None:
    with pytest.raises(IntegrityError):
        await t.write(lambda s: add_room(s, "020201", unit_fen=1, list_fen=1) and None)
    with pytest.raises(IntegrityError):
        await t.write(lambda s: s.connection().exec_driver_sql("UPDATE room SET state = 'lost'") and None)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_every_topic_is_written(t: Database, lang: str) -> None:
    content: desk.Content = SpokenTexts(t)
    home = await project(t)
    for topic in TOPICS:
        text = await content.text(home, topic, lang)
        assert text, topic
        assert not any(sign.isdigit() for sign in text), f"{topic}: numbers are written in words"
    assert await content.text(home, "weather", lang) is None
    assert len(await t.read(spoken_texts)) == 2 * len(TOPICS)


async def test_who_is_calling(t: Database) -> None:
    known_ones = Acquaintances(t)
    await known_ones.refresh()
    who_is = partial(known_ones.who_is, HOME)
    for spelling in ("13800000001", "+8613800000001", "008613800000001", "013800000001", "138 0000 0001"):
        known = who_is(spelling)
        assert known is not None
        assert (known.name, known.lang) == ("陈伟", "")
    carter = who_is("13800000088")
    assert carter is not None
    assert (carter.name, carter.lang) == ("Emily Carter", "en")
    for stranger in ("13911112222", "", "anonymous", "8001", "x" * 200):
        assert who_is(stranger) is None
    assert known_ones.who_is(HOME + 1, "13800000001") is None


async def test_loading_again_changes_nothing(t: Database) -> None:
    def counts(session: Session) -> list[int]:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Room, Customer, PriceItem)]

    before = await t.read(counts)
    assert await t.write(load_fixture, "T") is False
    assert await t.read(counts) == before == [11, 11, 11]
    # a second tenant finds a number of its own
    await t.write(add_tenant)
    with pytest.raises(KeyError):
        await t.write(load_fixture, "Z")


async def test_projects_in_the_order_of_their_menu(t: Database) -> None:
    offered = await t.read(projects_of_services)
    assert [[asdict(p) | {"id": 0} for p in projects] for projects in offered.values()] == [
        [{"id": 0, "code": "01", "name": {"zh": "海天花园", "en": "Haitian Garden"}, "host": ""}]
    ] * 2


def add_tenant(session: Session) -> None:
    session.add(Tenant(code="second", name="第二家"))
    session.flush()


class Away(Database):
    """A database that does not answer."""

    def __init__(self) -> None: ...

    async def read(self, *_: object, **__: object) -> object:  # type: ignore[override]
        raise Unreachable("gone")

    write = store = snapshot = migrate = read  # type: ignore[assignment]

    async def close(self) -> None: ...


async def test_without_a_database_the_caller_is_told_and_the_call_goes_on() -> None:
    with pytest.raises(Unavailable):
        await SpokenRooms(Away(), desk.Room).by_code(1, "020201")
    with pytest.raises(Unavailable):
        await SpokenTexts(Away()).text(1, "fees", "zh")


def test_the_fixture_is_fixture_t() -> None:
    data = json.loads((FIXTURES["T"] / "data.json").read_text())
    states = {row["code"]: row["state"] for row in data["rooms"]}
    assert states == {
        "010101": "sold", "010102": "contracted", "010201": "sold", "010202": "subscribed", "010301": "contracted",
        "020101": "booked", "020102": "reserved", "020201": "available", "020202": "not_for_sale",
        "020301": "available", "020302": "not_released",
    }  # fmt: skip
    assert set(states.values()) == set(RoomState)
