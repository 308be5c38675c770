"""Fifty sellers fight over three thousand rooms: how many attempts a second, and is any room given twice."""

import asyncio
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.orm import Session

from admin.actor import Actor
from bench.stock import NOW, Stock
from calls.clock import FixedClock
from db.refusal import Refused
from db.statement import Statement
from db.tenant import HOME
from db.work import Database
from sales.invariants.rooms import held_and_sold
from sales.models import Hold, Room
from sales.services.acting import Acting
from sales.services.reserve import reserve
from sales.states.hold import HoldKind, HoldState
from sales.states.room import RoomState

SELLERS = 50
ATTEMPTS = 2  # for each room, on average

_ROOM: Any = Room.__table__
_SET = Statement(
    update(_ROOM)
    .where(_ROOM.c.id == bindparam("room"), _ROOM.c.state == bindparam("was", type_=_ROOM.c.state.type))
    .values(
        state=bindparam("to", type_=_ROOM.c.state.type),
        row_version=_ROOM.c.row_version + 1,
        updated_at=bindparam("at", type_=_ROOM.c.updated_at.type),
    )
)
_HOLD = Statement.insert(Hold)
_HELD = {column.name: None for column in Hold.__table__.columns if column.name != "id"} | {
    "tenant_id": HOME, "kind": HoldKind.RESERVE, "state": HoldState.ACTIVE, "started_at": NOW, "expires_at": NOW,
    "extensions": 0, "money_fen": 0, "created_at": NOW, "updated_at": NOW, "row_version": 1,
}  # fmt: skip

Try = Callable[[int, int, int], Awaitable[bool]]  # seller (0 …), room, customer: did they get it?


@dataclass(frozen=True)
class Outcome:
    """won: attempts that got their room; errors: what went wrong otherwise, e.g. "database is locked"."""

    attempts: int
    seconds: float
    won: int
    errors: tuple[str, ...]

    @property
    def per_second(self) -> float:
        return self.attempts / self.seconds


async def fight(stock: Stock, attempt: Try) -> Outcome:
    """Every seller takes the next attempt as soon as the last one is decided; each is for another customer."""
    chance = random.Random(1)
    left = [
        (chance.choice(stock.rooms), stock.customers[n % len(stock.customers)])
        for n in range(ATTEMPTS * len(stock.rooms))
    ]
    count, won, errors = len(left), 0, []

    async def sell(seller: int) -> None:
        nonlocal won
        while left:
            room, customer = left.pop()
            try:
                got = await attempt(seller, room, customer)
                won += got
            except Exception as error:
                errors.append(f"{type(error).__name__}: {error}")

    began = time.perf_counter()
    await asyncio.gather(*(sell(seller) for seller in range(SELLERS)))
    return Outcome(count, time.perf_counter() - began, won, tuple(errors))


def bare(db: Database) -> Try:
    """Compare and set, and the hold beside it: nothing else."""

    async def attempt(_: int, room: int, customer: int) -> bool:
        def unit(connection: Connection) -> bool:
            values = {"room": room, "was": RoomState.AVAILABLE, "to": RoomState.RESERVED, "at": NOW}
            if _SET.run(connection, values).rowcount != 1:
                return False
            _HOLD.run(connection, _HELD | {"room_id": room, "customer_id": customer})
            return True

        return await db.store(unit)

    return attempt


def whole(db: Database, stock: Stock) -> Try:
    """The service: rights, limits, room log, audit, outbox, the customer's stage."""
    acting = [Acting(Actor.of(f"seller {n}", "seller", stock.sellers[n]), FixedClock(NOW).now) for n in range(SELLERS)]

    async def attempt(seller: int, room: int, customer: int) -> bool:
        try:
            await db.write(acting[seller](reserve), room, customer)
        except Refused:
            return False
        return True

    return attempt


def twice(session: Session) -> int:
    """Rooms that two have, or whose state does not say who has them."""
    return len(list(held_and_sold(session, HOME)))


def held(session: Session) -> int:
    """Active holds, those of the fixture left out."""
    made = select(func.count()).select_from(Hold)
    return session.scalar(made.where(Hold.state == HoldState.ACTIVE, Hold.created_by.is_distinct_from("fixture"))) or 0


def free_again(connection: Connection) -> None:
    """All rooms of the fight are wanted once more; what the fixture holds stays."""
    ours = "created_by IS NULL OR created_by <> 'fixture'"
    connection.exec_driver_sql(
        "UPDATE room SET state = 'available', state_hold_id = NULL WHERE state = 'reserved' AND"
        f" id IN (SELECT room_id FROM hold WHERE state = 'active' AND ({ours}))"
    )
    connection.exec_driver_sql(f"UPDATE hold SET state = 'released' WHERE state = 'active' AND ({ours})")


SET = "UPDATE room SET state = 'reserved', row_version = row_version + 1 WHERE id = {0} AND state = 'available'"
HOLD = (
    "INSERT INTO hold (tenant_id, room_id, kind, state, customer_id, started_at, expires_at, extensions, money_fen,"
    " created_at, updated_at, row_version) VALUES (1, {0}, 'reserve', 'active', {1}, {2}, {2}, 0, 0, {2}, {2}, 1)"
)


def sqlite_alone(path: Path, stock: Stock) -> float:
    """Attempts a second of the driver alone, one after the other: what there is to be had on this machine."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-64000"):
        connection.execute(f"PRAGMA {pragma}")
    chance, at = random.Random(1), "2024-03-31 04:00:00.000000"
    tries = [(chance.choice(stock.rooms), stock.customers[n % len(stock.customers)])
             for n in range(ATTEMPTS * len(stock.rooms))]  # fmt: skip
    set_, hold = SET.format("?"), HOLD.format("?1", "?2", "?3")
    began = time.perf_counter()
    for room, customer in tries:
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute(set_, (room,)).rowcount == 1:
            connection.execute(hold, (room, customer, at))
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return len(tries) / took


async def postgres_alone(url: str, stock: Stock) -> float:
    """The same of asyncpg with as many connections as the house uses."""
    from db.postgres import POOL

    async with asyncpg.create_pool(url, min_size=POOL, max_size=POOL) as pool:

        async def attempt(_: int, room: int, customer: int) -> bool:
            async with pool.acquire() as connection, connection.transaction():
                if await connection.execute(SET.format("$1"), room) != "UPDATE 1":
                    return False
                await connection.execute(HOLD.format("$1", "$2", "$3"), room, customer, NOW)
                return True

        return (await fight(stock, attempt)).per_second


def usual(outcomes: Sequence[Outcome]) -> float:
    """Attempts a second: the median of some fights, as other programs on the machine disturb one or the other."""
    return median(outcome.per_second for outcome in outcomes)


def unexpected(outcomes: Sequence[Outcome]) -> list[str]:
    """The errors of these fights, each kind once."""
    return sorted({error for outcome in outcomes for error in outcome.errors})
