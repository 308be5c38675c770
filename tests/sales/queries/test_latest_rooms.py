"""What is rendered ahead in a big house: the rooms of which something was changed last."""

from datetime import UTC, datetime

from sqlalchemy import update

from db.work import Database
from sales.fixture import load_fixture
from sales.models import Room
from sales.queries import latest_rooms


async def test_the_rooms_that_changed_last_come_first(db: Database) -> None:
    await db.write(load_fixture, "T")
    later = datetime(2024, 4, 1, 2, 0, tzinfo=UTC)
    await db.write(
        lambda session: session.execute(update(Room).where(Room.room_code == "020301").values(updated_at=later))
    )
    found = [room.code for room in await db.read(latest_rooms, 3)]
    assert found == ["020301", "010101", "010102"]
    assert len(await db.read(latest_rooms, 100)) == 11
