"""Rooms by wish (S4-88, S1-85): the specification's example, every condition, pages, and what is asked for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.refusal import Code, Refused
from db.tenant import HOME
from db.work import Database
from sales.models import PriceItem, PriceList, PriceListState, Room, RoomState
from sales.queries import Page, Range, RoomOrder, RoomWish, search_rooms
from tests.sales.queries.conftest import OTHER


async def codes(db: Database, wish: RoomWish) -> list[str]:
    found = await db.read(search_rooms, HOME, wish)
    return [room.code for room in found.rows]


async def test_the_example_of_the_specification(t: Database) -> None:
    wish = RoomWish(layouts=("A",), floors=Range(2, 3), total_fen=Range(most=95_000_000), states=(RoomState.AVAILABLE,))
    found = await t.read(search_rooms, HOME, wish)
    assert [(room.code, room.total_fen, room.unit_fen, room.layout_zh) for room in found.rows] == [
        ("020201", 89_000_000, 1_000_000, "两室两厅"),
        ("020301", 89_890_000, 1_010_000, "两室两厅"),
    ]
    assert found.total == 2
    assert await t.read(search_rooms, OTHER, wish) == type(found)((), 0)


async def test_every_condition(t: Database) -> None:
    assert await codes(t, RoomWish(building="02", bedrooms=(3,))) == ["020102", "020202", "020302"]
    assert await codes(t, RoomWish(built_x100=Range(10_000), floors=Range(most=1))) == ["010102", "020102"]
    assert await codes(t, RoomWish(orientations=("N",), building="01")) == ["010102", "010202"]
    assert await codes(t, RoomWish(unit_fen=Range(1_030_000))) == ["010301"]
    assert await codes(t, RoomWish(project="01", states=(RoomState.SOLD, RoomState.BOOKED))) == [
        "010101", "010201", "020101",
    ]  # fmt: skip
    assert await codes(t, RoomWish(views=("lake",))) == []
    assert await codes(t, RoomWish(usages=("住宅",), total_fen=Range(122_400_000))) == ["010202"]
    for nowhere in (RoomWish(project="99"), RoomWish(building="77"), RoomWish(layouts=("Z",)), RoomWish(bedrooms=(9,))):
        assert await codes(t, nowhere) == []
    await t.write(lambda s: s.execute(update(Room).where(Room.room_code == "010101").values(view="lake")) and None)
    assert await codes(t, RoomWish(views=("lake",))) == ["010101"]


async def test_order_and_pages(t: Database) -> None:
    whole = await t.read(search_rooms, HOME, RoomWish(), Page(), RoomOrder.PRICE, descending=True)
    assert whole.total == len(whole.rows) == 11
    assert [room.total_fen for room in whole.rows] == sorted((room.total_fen for room in whole.rows), reverse=True)
    pages = [await t.read(search_rooms, HOME, RoomWish(), Page(4, at), RoomOrder.PRICE, descending=True)
             for at in (0, 4, 8, 12)]  # fmt: skip
    assert [len(page.rows) for page in pages] == [4, 4, 3, 0]
    assert sum((page.rows for page in pages), ()) == whole.rows
    assert {page.total for page in pages} == {11}
    by_floor = await t.read(search_rooms, HOME, RoomWish(), Page(), RoomOrder.FLOOR)
    assert [room.floor for room in by_floor.rows] == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3]


async def test_what_is_asked_follows_the_effective_list(t: Database) -> None:
    """Whatever happens to rooms, items and lists: a room asks its effective item's price, or its own."""
    wish = RoomWish(total_fen=Range(96_000_000, 98_000_000))

    def reprice(session: Session, fen: int, code: str = "020201") -> None:
        key = session.scalars(select(Room.id).where(Room.room_code == code)).one()
        session.execute(update(PriceItem).where(PriceItem.room_id == key).values(list_fen=fen, unit_fen=fen // 89))

    assert await codes(t, wish) == []
    await t.write(reprice, 97_900_000)
    assert await codes(t, wish) == ["020201"]
    await t.write(lambda s: s.execute(update(PriceList).values(state=PriceListState.SUPERSEDED)) and None)
    assert await codes(t, wish) == []
    await t.write(
        lambda s: s.execute(update(Room).where(Room.room_code == "020301").values(list_fen=97_000_000)) and None
    )
    assert await codes(t, wish) == ["020301"]
    await t.write(lambda s: s.execute(update(PriceList).values(state=PriceListState.EFFECTIVE)) and None)
    assert await codes(t, wish) == ["020201"]

    def drop(session: Session) -> None:
        item = session.scalars(
            select(PriceItem).join(Room, Room.id == PriceItem.room_id).where(Room.room_code == "020301")
        )
        session.delete(item.one())

    await t.write(drop)  # in no list any more: its own price
    assert await codes(t, wish) == ["020201", "020301"]

    def item_of(session: Session, state: PriceListState) -> None:
        room = session.scalars(select(Room).where(Room.room_code == "020301")).one()
        if state is PriceListState.DRAFT:
            of = PriceList(tenant_id=HOME, building_id=room.building_id, version=2, state=state)
            session.add(of)
            session.flush()
        else:
            of = session.scalars(
                select(PriceList).where(PriceList.building_id == room.building_id, PriceList.state == state)
            ).one()
        session.add(PriceItem(tenant_id=HOME, price_list_id=of.id, room_id=room.id, unit_fen=1, list_fen=100))

    await t.write(item_of, PriceListState.DRAFT)  # a draft asks nothing of anybody
    assert await codes(t, wish) == ["020201", "020301"]
    await t.write(item_of, PriceListState.EFFECTIVE)
    assert await codes(t, wish) == ["020201"]


@given(st.integers(), st.integers())
def test_a_range_has_two_ends(least: int, most: int) -> None:
    if least <= most:
        assert Range(least, most).least == least
    else:
        with pytest.raises(Refused) as refused:
            Range(least, most)
        assert refused.value.code is Code.VALIDATION


def test_a_page_has_a_size() -> None:
    assert (Page().size, Page(500, 7).offset) == (50, 7)
    for size, offset in ((0, 0), (501, 0), (10, -1)):
        with pytest.raises(Refused):
            Page(size, offset)
