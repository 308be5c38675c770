"""The embedded database: one writer thread, a pool of readers, one owner of the file (STACK §3)."""

import asyncio
import fcntl
import os
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Concatenate, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.work import Database, Now, Occupied, OnTrouble, P, Trouble, Unreachable, to_json

T = TypeVar("T")

READERS = 4
PATIENCE = 30.0  # seconds a unit of work waits for a locked file before it is given back as Unreachable
BUSY_MS = 200  # SQLite's own wait within one attempt
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    f"busy_timeout={BUSY_MS}",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "cache_size=-8000",  # kB of pages on the way to the disk; what is read comes from the map
    "mmap_size=268435456",
    "wal_autocheckpoint=4000",  # 16 MB: a checkpoint waits for the disk
)
PASSING = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})


class Owner:
    """The lock that makes one process the owner of a database file. The kernel frees it when the process dies."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path.with_name(path.name + ".owner"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = os.read(self._fd, 32).decode(errors="replace").strip() or "unknown"
            os.close(self._fd)
            raise Occupied(
                f"{path} is in use by process {other}. One process owns a SQLite file: stop that one, give this one "
                "another LOUPAN_HOME, or let both use PostgreSQL (LOUPAN_DATABASE=postgresql://…)."
            ) from None
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        os.close(self._fd)


class SqliteDatabase(Database):
    dialect = "sqlite"

    def __init__(self, path: Path, now: Now, on_trouble: OnTrouble | None, *, readonly: bool) -> None:
        self.path = path
        self._trouble = Trouble("database", on_trouble)
        if readonly:
            self._owner = self._write_engine = self._writer = None
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._owner = Owner(path)
            self._write_engine = _engine(path, now, 1, "BEGIN IMMEDIATE")
            self._writer = ThreadPoolExecutor(1, "db-writer")
        self._read_engine = _engine(path, now, READERS, "BEGIN", "query_only=ON")
        self._readers = ThreadPoolExecutor(READERS, "db-reader")

    async def write(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        def unit(engine: Engine) -> T:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                return fn(session, *args, **kwargs)

        return await self._in_writer(unit)

    async def store(self, fn: Callable[[Connection], T]) -> T:
        def unit(engine: Engine) -> T:
            with engine.begin() as connection:
                return fn(connection)

        return await self._in_writer(unit)

    async def read(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        def unit(engine: Engine) -> T:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                return fn(session, *args, **kwargs)

        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._attempt, loop, self._read_engine, unit)

    async def snapshot(self, fn: Callable[[Connection], T]) -> T:
        def unit(engine: Engine) -> T:
            with engine.begin() as connection:  # the write-ahead log keeps what this transaction first saw
                return fn(connection)

        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._attempt, loop, self._read_engine, unit)

    async def migrate(self, fn: Callable[[Any], T]) -> T:
        if self._writer is None or self._write_engine is None:
            raise PermissionError(f"{self.path} was opened for reading only")
        return await asyncio.get_running_loop().run_in_executor(self._writer, _migrate, self._write_engine, fn)

    async def _in_writer(self, unit: Callable[[Engine], T]) -> T:
        if self._writer is None or self._write_engine is None:
            raise PermissionError(f"{self.path} was opened for reading only")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, self._attempt, loop, self._write_engine, unit)

    def _attempt(self, loop: asyncio.AbstractEventLoop, engine: Engine, unit: Callable[[Engine], T]) -> T:
        """Run the unit in this thread; while the file is locked, the thread waits and all behind it keep their turn."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                result = unit(engine)
            except DBAPIError as error:
                if not _passing(error):
                    raise
                self._trouble.begin(loop, f"the database cannot be written ({error.orig}): {self.path}")
                if time.monotonic() > deadline:
                    raise Unreachable(f"{self.path}: {error.orig}, for {PATIENCE:.0f} seconds") from error
                time.sleep(0.01)
            else:
                if engine is self._write_engine:
                    self._trouble.end(loop)
                return result

    async def close(self) -> None:
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._readers.shutdown()
        self._read_engine.dispose()
        if self._writer is not None and self._write_engine is not None and self._owner is not None:
            self._writer.shutdown()
            self._write_engine.dispose()
            self._owner.release()


@lru_cache(4096)  # the rows of one call share their moments
def _moment(at: datetime) -> str:
    """A moment as SQLAlchemy writes it, for statements that go to the driver directly."""
    if at.tzinfo is None:
        raise ValueError(f"a moment without time zone cannot be stored: {at!r}")
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(" ", "microseconds")[:26]


sqlite3.register_adapter(datetime, _moment)


def _engine(path: Path, now: Now, size: int, begin: str, *pragmas: str) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=size,
        max_overflow=0,
        connect_args={"check_same_thread": False, "isolation_level": None},
        json_serializer=to_json,
        execution_options={"now": now},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        for pragma in (*PRAGMAS, *pragmas):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _migrate(engine: Engine, fn: Callable[[Any], T]) -> T:
    # a table that is rebuilt would take its children's rows along: foreign keys are off, and checked at the end
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                result = fn(connection)
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError(f"the migration leaves a row without its parent: {tuple(broken)}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
    return result


def _passing(error: DBAPIError) -> bool:
    """Is this a condition that passes by waiting: locked by another, disk full?"""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in PASSING
