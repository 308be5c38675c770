"""Both engines for any test: `from tests.db.engines import *` in a conftest, then ask for `db`.

db         a migrated, empty database, once on SQLite and once on PostgreSQL (mark `postgres`)
sqlite_db  the SQLite one alone, for tests about what only it does
cluster    the private PostgreSQL cluster of this test session
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import admin.models  # noqa: F401
import billing.models  # noqa: F401
import conference.models  # noqa: F401
import cti_agent.models  # noqa: F401
import dialplan.models  # noqa: F401
import ivr.models  # noqa: F401
import sales.models  # noqa: F401
from bench.cluster import Cluster
from calls.clock import FixedClock
from db import job_run as _job_run  # noqa: F401
from db.upgrade import upgrade
from db.work import Database

__all__ = ["Cluster", "cluster", "db", "sqlite_db", "sqlite_template", "url"]

NOON = datetime(2024, 3, 31, 4, 0, tzinfo=UTC)  # 12:00 in Guangzhou on the day of fixture T
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    made = Cluster()
    yield made
    made.remove()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"

    async def make() -> None:
        async with Database.open(f"sqlite:///{path}", FixedClock(NOON).now) as made:
            await upgrade(made)

    asyncio.run(make())
    return path


_pg_templates: dict[int, str] = {}


@pytest.fixture(params=ENGINES)
async def url(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty, migrated database."""
    if request.param == "sqlite":
        shutil.copy(sqlite_template, tmp_path / "loupan.db")
        yield f"sqlite:///{tmp_path / 'loupan.db'}"
        return
    server: Cluster = request.getfixturevalue("cluster")
    if server.port not in _pg_templates:
        template = await server.create()
        async with Database.open(server.url(template), FixedClock(NOON).now) as made:
            await upgrade(made)
        _pg_templates[server.port] = template
    name = await server.create(_pg_templates[server.port])
    yield server.url(name)
    await server.drop(name)


@pytest.fixture
async def db(url: str) -> AsyncIterator[Database]:
    async with Database.open(url, FixedClock(NOON).now) as opened:
        yield opened


@pytest.fixture
async def sqlite_db(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    shutil.copy(sqlite_template, tmp_path / "loupan.db")
    async with Database.open(f"sqlite:///{tmp_path / 'loupan.db'}", FixedClock(NOON).now) as opened:
        yield opened
