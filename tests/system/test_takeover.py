"""Two controllers at one exchange with one database: what becomes of the callers of the one that dies."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.db.engines import Cluster
from tests.sip.uac import Line, Phone, phone_at
from tests.system.centre import NUMBER, Centre, until

pytestmark = [pytest.mark.exchange, pytest.mark.postgres, pytest.mark.slow, pytest.mark.timeout(180)]

CALLERS = 20
SOON = 2.0  # s from a controller's death until all its callers are looked after again


@asynccontextmanager
async def two_centres(tmp_path: Path, sounds: Path, database: str) -> AsyncIterator[tuple[Centre, Centre]]:
    """`one` has the exchange, `two` uses it, both the database."""
    one = Centre(tmp_path / "one", sounds, name="one", database=database)
    two: Centre | None = None
    try:
        await one.start()
        exchange = one.home / "exchange"
        two = Centre(
            tmp_path / "two",
            sounds,
            name="two",
            database=database,
            exchange=one.last["ari"],
            exchange_password=one.password,
            exchange_spool=exchange / "spool",
        )
        await two.start()
        yield one, two
    finally:
        if two is not None:
            await two.close()
        await one.close()


async def test_the_other_has_all_callers_within_two_seconds(tmp_path: Path, sounds: Path, cluster: Cluster) -> None:
    """One of two is killed with 20 callers in menus, and one of these hangs up before anybody looks: the others go on
    in step and language at the other, whose own callers notice nothing; one record each."""
    database = cluster.url(await cluster.create())
    async with two_centres(tmp_path, sounds, database) as (one, two):
        async with phone_at(one.callers, exchange=one.sip) as phone:
            own = await callers(phone, two, one, "1370000", 2)
            lines = await callers(phone, one, two, "1360000", CALLERS)
            assert (await one.status())["calls"] == CALLERS
            killed = time.time()
            await one.kill()
            lines.pop().hangup()

            async def taken() -> bool:
                return bool((await two.status())["calls"] == CALLERS - 1 + len(own))

            await until(taken, 10, "all callers at the other")
            for line in (*own, *lines):
                line.press("1")
            records = [await two.at(line.caller, "query") for line in (*own, *lines)]
            for line in (*own, *lines):
                line.hangup()
            await asyncio.gather(*(line.over() for line in (*own, *lines)))
        everything = await two.settled(CALLERS + len(own))
        await two.calm()
        kept = {record["caller"]: record for record in everything}
        told = await rows(database, "SELECT call_id, kind, ts FROM call_event WHERE kind IN ('resumed', 'ended')")

    resumed = [at for _, kind, at in told if kind == "resumed"]
    took = max(moment(at) for at in resumed) - killed
    print(f"{len(resumed)} callers taken over {took:.3f} s after the death of their controller")
    assert len(resumed) == CALLERS - 1
    assert took < SOON
    for record in records:
        assert record["said"][-1]["lang"] == ("en" if int(record["caller"]) % 2 else "zh")
        assert record["nodes"] == ["welcome", "lang", "root", "query"]
    assert len(everything) == len(kept) == CALLERS + len(own)
    ended = [call for call, kind, _ in told if kind == "ended"]
    assert sorted(ended) == sorted(record["call_id"] for record in everything)
    assert {record["by"] for record in everything} == {"caller", "vanished"}
    assert kept[f"1360000{CALLERS - 1:04}"]["by"] == "vanished"


async def callers(phone: Phone, centre: Centre, other: Centre, number: str, count: int) -> list[Line]:
    """So many callers in the main menu of this centre (the other is held while they call in), odd ones in English."""
    other.pause()
    try:
        lines = [await phone.call(NUMBER, caller=f"{number}{n:04}", send=False, keep=False) for n in range(count)]
        for line in lines:
            await line.answered()
            line.press("2" if int(line.caller) % 2 else "1")
        for line in lines:
            await centre.at(line.caller, "root")
    finally:
        other.resume()
    return lines


async def rows(database: str, sql: str) -> list[Any]:
    connection = await asyncpg.connect(database)
    try:
        return list(await connection.fetch(sql))
    finally:
        await connection.close()


def moment(at: datetime) -> float:
    return at.timestamp()
