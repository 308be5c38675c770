"""up, check, down, up on both engines; and fast when there is nothing to do."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from calls.clock import FixedClock
from db.base import Base
from db.upgrade import HERE, differences, downgrade, head, upgrade
from db.work import Database
from tests.db.engines import ENGINES, NOON, Cluster


@pytest.fixture(params=ENGINES)
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        async with Database.open(f"sqlite:///{tmp_path}/new/loupan.db", FixedClock(NOON).now) as db:
            yield db
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = await cluster.create()
    async with Database.open(cluster.url(name), FixedClock(NOON).now) as db:
        yield db
    await cluster.drop(name)


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


async def test_up_check_down_up(empty: Database) -> None:
    assert await upgrade(empty) == head()
    assert await differences(empty, Base.metadata) == []
    assert await empty.migrate(tables) == set(Base.metadata.tables)
    await downgrade(empty)
    assert await empty.migrate(tables) == set()
    assert await upgrade(empty) == head()
    assert await differences(empty, Base.metadata) == []


async def test_the_check_sees_a_difference(empty: Database) -> None:
    await upgrade(empty)
    await empty.migrate(lambda connection: connection.exec_driver_sql("ALTER TABLE customer DROP COLUMN gender"))
    assert await differences(empty, Base.metadata) != []


async def test_nothing_to_do_is_fast(empty: Database) -> None:
    await upgrade(empty)
    began = time.monotonic()
    await upgrade(empty)
    assert time.monotonic() - began < 0.3


async def test_a_database_from_the_future_is_refused(empty: Database) -> None:
    await upgrade(empty)
    await empty.migrate(lambda connection: connection.exec_driver_sql("UPDATE alembic_version SET version_num='9999'"))
    with pytest.raises(RuntimeError, match="newer than this code"):
        await upgrade(empty)


def test_revisions_are_numbered_as_alembic_sees_them() -> None:
    scripts = ScriptDirectory(str(HERE))
    assert scripts.get_current_head() == head()
    assert all(Path(script.path).stem.startswith(script.revision + "_") for script in scripts.walk_revisions())
