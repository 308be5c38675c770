"""A house at work is taken back to an older revision and up again: every row that the older one could hold is there."""

from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text

from db.base import Base
from db.upgrade import differences, downgrade, head, upgrade
from db.work import Database
from sales import invariants
from sales.models import Room, RoomState
from sales.services.reserve import reserve
from tests.sales.services.office import Office

STAMPS = {"updated_at", "row_version"}


def rows(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Every table of the database, with its rows in their order."""
    return {
        table: [
            {name: repr(value) for name, value in row._mapping.items() if name not in STAMPS}
            for row in connection.execute(text(f'SELECT * FROM "{table}" ORDER BY 1, 2'))
        ]
        for table in sorted(inspect(connection).get_table_names())
        if table != "alembic_version"
    }


async def all_rows(db: Database) -> dict[str, list[dict[str, Any]]]:
    return await db.snapshot(rows)


@pytest.mark.slow
@pytest.mark.parametrize("older", ["0020", "0009", "0008"])
async def test_nothing_of_the_trade_is_lost(office: Office, older: str) -> None:
    before = await all_rows(office.db)
    await downgrade(office.db, older)
    there = await all_rows(office.db)
    assert {table: len(found) for table, found in there.items()} == {table: len(before[table]) for table in there}, (
        "going back loses rows"
    )
    assert await upgrade(office.db) == head()
    after = await all_rows(office.db)
    assert after == before
    assert await differences(office.db, Base.metadata) == []
    assert await office.look(invariants.check) == []
    await office.chain_holds()
    # and it is a house to work in
    await office.does("li", reserve, office.rooms["020201"], office.customers["C8"])
    assert (await office.get(Room, office.rooms["020201"])).state is RoomState.RESERVED


@pytest.mark.slow
@pytest.mark.parametrize("older", ["0007", "0004", "0001"])
async def test_older_tables_keep_their_rows(office: Office, older: str) -> None:
    """What has no table there is gone; what has one is kept, and comes up to be as it was."""
    before = await all_rows(office.db)
    await downgrade(office.db, older)
    there = await all_rows(office.db)
    kept = {table for table in there if table in before}
    assert {"room", "customer", "price_item", "building"} <= kept
    for table in kept:
        assert [row["id"] for row in there[table] if "id" in row] == [row["id"] for row in before[table] if "id" in row]
    assert await upgrade(office.db) == head()
    after = await all_rows(office.db)
    assert set(after) == set(before)
    for table in kept:
        assert len(after[table]) == len(before[table])
        for was, now in zip(before[table], after[table], strict=True):
            same = {"id", "no", "name", "room_code", "list_fen", "built_x100"} & set(was)
            assert {name: now[name] for name in same} == {name: was[name] for name in same}
    assert await differences(office.db, Base.metadata) == []
