"""Both engines for any test: `from tests.db.engines import *` in a conftest, then ask for `db`.

db         a migrated, empty database, once on SQLite and once on PostgreSQL (mark `postgres`)
sqlite_db  the SQLite one alone, for tests about what only it does
cluster    the private PostgreSQL cluster of this test session
"""

import asyncio
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import asyncpg
import pytest

import billing.models  # noqa: F401
import dialplan.models  # noqa: F401
import ivr.models  # noqa: F401
import sales.models  # noqa: F401
from calls.clock import FixedClock
from db import job_run as _job_run  # noqa: F401
from db.upgrade import upgrade
from db.work import Database

__all__ = ["Cluster", "cluster", "db", "sqlite_db", "sqlite_template", "url"]

NOON = datetime(2024, 3, 31, 4, 0, tzinfo=UTC)  # 12:00 in Guangzhou on the day of fixture T
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


class Cluster:
    """A PostgreSQL server of our own: initdb in a temporary directory, loopback, a free port, an unprivileged user."""

    def __init__(self) -> None:
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not binaries:
            raise RuntimeError("PostgreSQL is not installed: apt install postgresql")
        self.bin = binaries[-1]
        self.home = Path(tempfile.mkdtemp(prefix="loupan-pg-"))
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.user = "postgres" if self.as_user else pwd.getpwuid(os.geteuid()).pw_name
        if self.as_user:
            shutil.chown(self.home, "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._run("initdb", "-D", str(self.data), "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8")
        self._numbers = count(1)
        self.start()

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def _run(self, *command: str) -> None:
        subprocess.run(
            [*self.as_user, str(self.bin / command[0]), *command[1:]], check=True, capture_output=True, cwd=self.home
        )

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.home} -c fsync=off"
        log = str(self.home / "log")
        self._run("pg_ctl", "-D", str(self.data), "-w", "-t", "30", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """Immediate: as if the machine had lost its power; `start` brings it back."""
        pid = self.pid
        os.kill(pid, signal.SIGQUIT)
        deadline = time.monotonic() + 20
        while (self.data / "postmaster.pid").exists() or _alive(pid):
            if time.monotonic() > deadline:
                raise TimeoutError(f"postgres {pid} does not stop")
            time.sleep(0.01)

    def url(self, name: str) -> str:
        return f"postgresql://{self.user}@127.0.0.1:{self.port}/{name}"

    async def create(self, template: str = "template0") -> str:
        """A new database, a copy of `template`; return its name."""
        name = f"loupan_{next(self._numbers)}"
        admin = await asyncpg.connect(self.url("postgres"))
        try:
            await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        finally:
            await admin.close()
        return name

    async def drop(self, name: str) -> None:
        admin = await asyncpg.connect(self.url("postgres"))
        try:
            await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        finally:
            await admin.close()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    made = Cluster()
    yield made
    made.stop()
    shutil.rmtree(made.home)


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
