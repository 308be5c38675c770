"""What the house's own database answers to callers, on both engines: layouts, rooms by wish, loans."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from calls.clock import FixedClock
from calls.unavailable import Unavailable
from db.tenant import HOME
from db.work import Database, Unreachable
from dialplan.service import Project
from ivr.enquiry import MOST_LAYOUTS, MOST_ROOMS, Wish
from ivr.loan import Loan, LoanWish
from sales.fixture import load_fixture
from sales.models import Layout, MortgageRate, Room, RoomState
from server.enquiries import HouseLoans, HouseRooms
from tests.db.engines import NOON
from tests.ivr.desk import ROOMS, SHOWN

GARDEN, NOWHERE = Project(1, "01", {}), Project(77, "77", {})
F4 = LoanWish(89000000, 30, 20, "equal instalment")


async def test_layouts_and_searches_are_those_of_the_worked_example(db: Database) -> None:
    await db.write(load_fixture, "T")
    rooms = HouseRooms(db)
    assert await rooms.layouts(GARDEN) == list(SHOWN)
    everything = await rooms.search(GARDEN, Wish())
    assert (everything.total, list(everything.rooms)) == (2, [ROOMS["020201"], ROOMS["020301"]])
    for wish, codes in (
        (Wish(bedrooms=2), ["020201", "020301"]),
        (Wish(bedrooms=3), []),
        (Wish(most_wan=89), ["020201"]),
        (Wish(most_wan=88), []),
        (Wish(least_m2=89), ["020201", "020301"]),
        (Wish(least_m2=90), []),
        (Wish(2, 90, 80), ["020201", "020301"]),
    ):
        assert [room.code for room in (await rooms.search(GARDEN, wish)).rooms] == codes, wish
    assert await rooms.by_code(GARDEN, "020201") == ROOMS["020201"]
    assert await rooms.layouts(NOWHERE) == []
    assert (await rooms.search(NOWHERE, Wish())).total == 0


async def test_the_counts_are_of_this_moment(db: Database) -> None:
    await db.write(load_fixture, "T")

    def change(session: Session) -> None:
        reserved = update(Room).where(Room.room_code == "020201")
        session.execute(reserved.values(state=RoomState.NOT_RELEASED, state_hold_id=None))
        session.execute(update(Room).where(Room.room_code == "020301").values(orientation="N"))

    await db.write(change)
    layout = (await HouseRooms(db).layouts(GARDEN))[0]
    assert (layout.for_sale, layout.least_fen, layout.most_fen) == (1, 89890000, 89890000)
    assert layout.orientations == ("S", "N")  # most of them face south


async def test_of_many_layouts_and_rooms_so_many_as_can_be_told(sqlite_db: Database) -> None:
    await sqlite_db.write(load_fixture, "T")

    def more(session: Session) -> None:
        [first] = session.scalars(select(Layout).where(Layout.code == "A"))
        rooms = session.scalars(select(Room).order_by(Room.id)).all()
        session.execute(delete(MortgageRate))
        for number, room in enumerate(rooms):
            layout = Layout(
                tenant_id=HOME, project_id=first.project_id, code=f"L{number:02}", name_zh="户型", name_en="layout",
                bedrooms=1, built_x100=5000, inner_x100=4000,
            )  # fmt: skip
            session.add(layout)
            session.flush()
            room.layout_id = layout.id

    await sqlite_db.write(more)
    assert len(await HouseRooms(sqlite_db).layouts(GARDEN)) == MOST_LAYOUTS
    assert len((await HouseRooms(sqlite_db).search(GARDEN, Wish())).rooms) <= MOST_ROOMS
    with pytest.raises(Unavailable, match="no commercial rate"):
        await HouseLoans(sqlite_db, FixedClock(NOON)).reckon(GARDEN, F4)


async def test_f4_and_the_other_golden_loan(db: Database) -> None:
    await db.write(load_fixture, "T")
    loans = HouseLoans(db, FixedClock(NOON))
    assert await loans.reckon(GARDEN, F4) == Loan(62000000, Decimal("0.0395"), 374076, 374196, 27778360)
    principal = await loans.reckon(GARDEN, LoanWish(121430000, 30, 30, "equal principal"))
    assert principal == Loan(85000000, Decimal("0.0395"), 515903, 236928, 50502420)
    assert await loans.reckon(GARDEN, LoanWish(1000000, 90, 1, "equal instalment")) is None
    least = await loans.reckon(GARDEN, LoanWish(10_000 * 10**6, 20, 30, "equal instalment"))
    assert least is not None
    assert least.loan_fen == 8_000 * 10**6
    earlier = HouseLoans(db, FixedClock(datetime(2023, 8, 31, 15, 59, tzinfo=UTC)))  # the last minute of August here
    told = await earlier.reckon(GARDEN, F4)
    assert told is not None
    assert told.annual == Decimal("0.0410")
    with pytest.raises(Unavailable):
        await loans.reckon(NOWHERE, F4)


async def test_a_database_that_is_away_is_unavailable() -> None:
    class Away:
        async def read(self, *_: object) -> object:
            raise Unreachable("away")

    rooms, loans = HouseRooms(Away()), HouseLoans(Away(), FixedClock(NOON))  # type: ignore[arg-type]
    for asked in (
        rooms.by_code(GARDEN, "020201"), rooms.layouts(GARDEN), rooms.search(GARDEN, Wish()), loans.reckon(GARDEN, F4),
    ):  # fmt: skip
        with pytest.raises(Unavailable):
            await asked
