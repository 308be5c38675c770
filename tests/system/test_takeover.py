"""Two controllers at one exchange with one database: what becomes of the callers of the one that dies."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.db.engines import Cluster
from tests.sip.uac import Line, Phone, phone_at
from tests.system.centre import NUMBER, Centre, centre_at, until

pytestmark = [pytest.mark.alone, pytest.mark.exchange, pytest.mark.postgres, pytest.mark.slow, pytest.mark.timeout(180)]

CALLERS, OWN, GONE = 20, 3, 4
SOON = 2.0  # s from a controller's death until all its callers are looked after again


def colleague(one: Centre, home: Path, sounds: Path, database: str) -> Centre:
    """Another controller at the exchange of `one`."""
    return Centre(
        home,
        sounds,
        name="two",
        database=database,
        exchange=one.last["ari"],
        exchange_password=one.password,
        exchange_spool=one.home / "exchange/spool",
    )


async def test_the_other_has_all_callers_within_two_seconds(tmp_path: Path, sounds: Path, cluster: Cluster) -> None:
    """One of two is killed with 20 callers in menus, and some more hang up before anybody looks: the 20 go on in step
    and language at the other, whose own callers notice nothing; one record each."""
    database = cluster.url(await cluster.create())
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(centre_at(tmp_path / "one", sounds, database=database))
        phone = await stack.enter_async_context(phone_at(one.callers, exchange=one.sip))
        lines = await callers(one, [await dial(phone, n) for n in range(CALLERS)])
        two = colleague(one, tmp_path / "two", sounds, database)
        stack.push_async_callback(two.close)
        await two.start()
        one.pause()  # not for as long as it takes to be given up
        own = [await dial(phone, CALLERS + n) for n in range(OWN)]
        await until(lambda: has(two, OWN), 1, "the other claims what is offered")
        one.resume()
        own = await callers(two, own)
        gone = await callers(one, [await dial(phone, CALLERS + OWN + n) for n in range(GONE)])

        killed = time.time()
        await one.kill()
        for line in gone:
            line.hangup()
        others = lines + own
        await until(lambda: has(two, len(others)), 10, "all callers at the other")
        for line in others:
            line.press("1")
        went_on = [await two.at(line.caller, "query") for line in others]
        for line in others:
            line.hangup()
        await asyncio.gather(*(line.over() for line in others + gone))
        records = {record["caller"]: record for record in await two.settled(len(others + gone))}
        await two.calm()
        told = await rows(database, "SELECT call_id, kind, ts FROM call_event WHERE kind IN ('resumed', 'ended')")

    resumed = [at.timestamp() - killed for _, kind, at in told if kind == "resumed"]
    print(f"{len(resumed)} callers taken over {max(resumed):.3f} s after the death of their controller")
    assert len(resumed) == CALLERS
    assert {records[line.caller]["controller"] for line in own} == {"lp-two"}
    assert max(resumed) < SOON
    for record in went_on:
        assert record["said"][-1]["lang"] == ("en" if int(record["caller"]) % 2 else "zh")
        assert record["nodes"] == ["welcome", "lang", "root", "query"]
    ended = [call for call, kind, _ in told if kind == "ended"]
    assert sorted(ended) == sorted(record["call_id"] for record in records.values())
    assert {records[line.caller]["by"] for line in others} == {"caller"}
    for line in gone:
        record = records[line.caller]
        assert record["by"] == ("vanished" if record["controller"] == "lp-one" else "caller")


async def dial(phone: Phone, number: int) -> Line:
    return await (await phone.call(NUMBER, caller=f"1360000{number:04}", send=False, keep=False)).answered()


async def callers(centre: Centre, lines: list[Line]) -> list[Line]:
    """Have them choose a language, the odd ones English, which leads to the main menu."""
    for line in lines:
        line.press("2" if int(line.caller) % 2 else "1")
    for line in lines:
        await centre.at(line.caller, "root")
    return lines


async def has(centre: Centre, calls: int) -> bool:
    return bool((await centre.status())["calls"] == calls)


async def rows(database: str, sql: str) -> list[Any]:
    connection = await asyncpg.connect(database)
    try:
        return list(await connection.fetch(sql))
    finally:
        await connection.close()
