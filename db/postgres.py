"""PostgreSQL through asyncpg: the same units of work, run by `run_sync`."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from db.work import Database, Now, OnTrouble, P, Trouble, Uncertain, Unreachable, to_json

T = TypeVar("T")

POOL = 10
PATIENCE = 30.0  # seconds a unit that writes waits for a server that is away
READ_PATIENCE = 2.0  # the caller on the telephone does not wait longer
MIGRATION_LOCK = 0x10097A4  # one migration at a time, whoever starts it

DEADLOCKED = frozenset({"40001", "40P01"})


class PostgresDatabase(Database):
    dialect = "postgresql"

    def __init__(self, address: str, now: Now, on_trouble: OnTrouble | None) -> None:
        self._trouble = Trouble("database", on_trouble)
        self._address = address.rpartition("@")[2]
        self._engine: AsyncEngine = create_async_engine(
            f"postgresql+asyncpg://{address}",
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=PATIENCE,
            # jit: compiling takes longer than any statement of ours, and a caller may be waiting for this very one
            connect_args={"timeout": 5, "command_timeout": 60, "server_settings": {"timezone": "UTC", "jit": "off"}},
            json_serializer=to_json,
            execution_options={"now": now},
        )
        # each statement sees its own moment anyway: to begin and to end would be two questions more
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def write(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        async def unit() -> T:
            async with AsyncSession(self._engine, expire_on_commit=False) as session:
                result = await session.run_sync(fn, *args, **kwargs)
                await self._commit(session)
                return result

        return await self._patiently(unit, PATIENCE)

    async def store(self, fn: Callable[[Connection], T]) -> T:
        async def unit() -> T:
            async with self._engine.connect() as connection:
                result = await connection.run_sync(fn)
                await self._commit(connection)
                return result

        return await self._patiently(unit, PATIENCE)

    async def _commit(self, what: AsyncSession | AsyncConnection) -> None:
        try:
            await what.commit()
        except (OSError, DBAPIError) as error:
            if _away(error):
                raise Uncertain(f"{self._address}: the connection broke during a commit") from error
            raise

    async def read(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        async def unit() -> T:
            async with AsyncSession(self._reading, expire_on_commit=False) as session:
                return await session.run_sync(fn, *args, **kwargs)

        try:
            async with asyncio.timeout(READ_PATIENCE):
                return await self._patiently(unit, 0.0)
        except TimeoutError as error:
            raise Unreachable(f"{self._address}: no answer within {READ_PATIENCE:.0f} seconds") from error

    async def snapshot(self, fn: Callable[[Connection], T]) -> T:
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            return await connection.run_sync(fn)

    async def migrate(self, fn: Callable[[Any], T]) -> T:
        async def unit() -> T:
            async with self._engine.begin() as connection:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
                return await connection.run_sync(fn)

        return await self._patiently(unit, PATIENCE)

    async def _patiently(self, unit: Callable[[], Awaitable[T]], patience: float) -> T:
        loop = asyncio.get_running_loop()
        deadline = time.monotonic() + patience
        pause = 0.02
        while True:
            try:
                result = await unit()
            except Unreachable:
                raise
            except (OSError, DBAPIError, PoolTimeout) as error:
                if isinstance(error, DBAPIError) and _sqlstate(error) in DEADLOCKED:
                    continue
                if not _away(error):
                    raise
                self._trouble.begin(loop, f"the database is away ({_first_line(error)}): {self._address}")
                if time.monotonic() >= deadline:
                    raise Unreachable(f"{self._address}: {_first_line(error)}") from error
                await asyncio.sleep(pause)
                pause = min(2 * pause, 0.5)
            else:
                self._trouble.end(loop)
                return result

    async def close(self) -> None:
        await self._engine.dispose()


def _sqlstate(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or "")


def _away(error: Exception) -> bool:
    """Is the server not there, starting, stopping, or full, rather than refusing this statement?"""
    if not isinstance(error, DBAPIError):
        return True
    return error.connection_invalidated or _sqlstate(error).startswith(("08", "57P", "53"))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
