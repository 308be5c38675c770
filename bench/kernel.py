"""The yardstick: the smallest unit of work there is, as the engines were chosen by (compare-and-set of a room and a row
beside it, by SQLAlchemy's core; one writer thread on SQLite, asyncpg on PostgreSQL; 6,000 attempts of 50 tasks).

It has no models, no rules, no audit. What it makes on the machine at hand, against what it made on the machine the
goals were set on, tells how fast this machine is: goals in seconds mean nothing without that.
"""

import asyncio
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    true,
    update,
)
from sqlalchemy.ext.asyncio import create_async_engine

SET_ON = {"sqlite": 3350.0, "postgresql": 1305.0}  # attempts/s where the goals were set (the lower of two runs)
ROOMS, ATTEMPTS, TASKS, POOL = 3000, 6000, 50, 20
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "foreign_keys=ON")

_tables = MetaData()
_room = Table(
    "kernel_room",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("state", String(8), nullable=False),
    Column("version", Integer, nullable=False),
    Column("price_fen", BigInteger, nullable=False),
)
_deal = Table(
    "kernel_deal",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("room_id", ForeignKey("kernel_room.id"), nullable=False),
    Column("agent", String(20)),
    Column("active", Boolean, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
)
_active = _deal.c.active == true()
Index("uq_kernel_deal", _deal.c.room_id, unique=True, sqlite_where=_active, postgresql_where=_active)


def _furnish(connection: Connection) -> None:
    _tables.create_all(connection)
    rooms = [{"id": n + 1, "state": "free", "version": 0, "price_fen": 100_000_000 + n} for n in range(ROOMS)]
    connection.execute(_room.insert(), rooms)


def _reserve(connection: Connection, room: int, agent: str) -> bool:
    free = update(_room).where(_room.c.id == room, _room.c.state == "free")
    if connection.execute(free.values(state="sold", version=_room.c.version + 1)).rowcount != 1:
        return False
    connection.execute(_deal.insert().values(room_id=room, agent=agent, active=True, amount_fen=1))
    return True


async def sqlite(path: Path) -> float:
    """Attempts a second in a new file at `path`."""
    engine = create_engine(f"sqlite:///{path}", pool_size=1, max_overflow=0, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, __: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def unit(room: int, agent: str) -> bool:
        with engine.begin() as connection:
            return _reserve(connection, room, agent)

    with ThreadPoolExecutor(1) as writer:
        loop = asyncio.get_running_loop()
        with engine.begin() as connection:
            _furnish(connection)
        rate = await _fight(lambda room, agent: loop.run_in_executor(writer, unit, room, agent))
    engine.dispose()
    return rate


async def postgresql(url: str) -> float:
    """Attempts a second in the empty database at `url` (postgresql://…)."""
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1), pool_size=POOL, max_overflow=0, pool_timeout=60
    )

    async def attempt(room: int, agent: str) -> bool:
        async with engine.begin() as connection:
            return await connection.run_sync(_reserve, room, agent)

    async with engine.begin() as connection:
        await connection.run_sync(_furnish)
    rate = await _fight(attempt)
    await engine.dispose()
    return rate


async def _fight(attempt: Callable[[int, str], Awaitable[bool]]) -> float:
    chance = random.Random(0)
    wanted = [chance.randint(1, ROOMS) for _ in range(ATTEMPTS)]

    async def sell(agent: str) -> None:
        while wanted:
            await attempt(wanted.pop(), agent)

    began = time.perf_counter()
    await asyncio.gather(*(sell(f"a{number}") for number in range(TASKS)))
    return ATTEMPTS / (time.perf_counter() - began)
