"""The link to the exchange drops or goes dead under real calls; the database is locked under real calls."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from tests.fake.wire import Wire, wire_to
from tests.sip.uac import Line, Phone, phone_at
from tests.system.centre import NUMBER, Centre, centre_at, until

pytestmark = [pytest.mark.alone, pytest.mark.exchange, pytest.mark.slow, pytest.mark.timeout(180)]

CALLS = 50
GONE = 5  # of these hang up while nobody listens
LINK = "ari link lp-one"


@asynccontextmanager
async def wired(tmp_path: Path, sounds: Path) -> AsyncIterator[tuple[Centre, Wire, tuple[str, int]]]:
    """A centre whose exchange is at the other end of a wire: an exchange that a centre has left running."""
    async with centre_at(tmp_path / "owner", sounds) as owner:
        host, _, port = owner.last["ari"].removeprefix("http://").removesuffix("/ari").rpartition(":")
        await owner.kill()
        async with wire_to(host, int(port)) as wire:
            address = f"http://{wire.host}:{wire.port}/ari"
            spool = owner.home / "exchange/spool"
            settings = {"exchange": address, "exchange_password": owner.password, "exchange_spool": spool}
            async with centre_at(tmp_path / "home", sounds, **settings) as centre:
                yield centre, wire, owner.sip


async def test_a_dropped_and_a_dead_link_lose_no_call(tmp_path: Path, sounds: Path) -> None:
    """50 callers in menus; the websocket is cut for a second, in which some hang up and somebody calls; then it goes
    half-open. Everybody goes on where he was, who hung up is closed, who called had the fallback; an alarm tells."""
    async with wired(tmp_path, sounds) as (centre, wire, sip):
        async with phone_at(centre.callers, exchange=sip) as phone:
            lines = await asyncio.gather(*(menu(phone, number) for number in range(CALLS)))
            await asyncio.gather(*(centre.at(line.caller, "root") for line in lines))

            cut = time.monotonic()
            wire.refuse = True
            wire.drop()
            for line in lines[:GONE]:
                line.hangup()
            stranger = await (await phone.call(NUMBER, caller="13100000000", send=False)).answered()
            await until(lambda: alarm(centre, True), 5, "an alarm")
            await asyncio.sleep(max(0.0, cut + 1.0 - time.monotonic()))
            wire.refuse = False
            mended = time.monotonic()
            await until(lambda: alarm(centre, False), 5, "the link is back")
            back = time.monotonic() - mended
            stayed = lines[GONE:]
            await go_on(centre, stayed, "1", "query")
            stranger.hangup()

            frozen = time.monotonic()
            wire.freeze("websocket")
            await until(lambda: flows(wire), 15, "another websocket")
            await until(lambda: alarm(centre, False), 5, "the link is back")
            noticed = time.monotonic() - frozen
            await go_on(centre, stayed, "4", "room_code")
            for line in stayed:
                line.hangup()
            await asyncio.gather(*(line.over() for line in (*lines, stranger)))
        records = {record["caller"]: record for record in await centre.settled(CALLS + 1)}
        await centre.calm()
        told = [line for line in centre.log() if "dropping the link" in line["event"]]
    print(f"cut: back {back * 1000:.0f} ms after the wire was; half-open: noticed and mended after {noticed:.2f} s")
    assert set(centre.ends().values()) == {1}
    assert len(centre.ends()) == len(records) == CALLS + 1
    assert records[stranger.caller]["result"] == "fallback"
    assert {records[line.caller]["by"] for line in stayed} == {"caller"}
    assert {records[line.caller]["by"] for line in lines[:GONE]} == {"vanished"}
    assert {record["lang"] for record in records.values() if record["caller"] != stranger.caller} == {"zh", "en"}
    assert len(told) == 1
    assert back < 1.0


async def menu(phone: Phone, number: int) -> Line:
    """A caller who chooses a language."""
    await asyncio.sleep(number * 0.02)
    line = await phone.call(NUMBER, caller=f"1320000{number:04}", send=False, keep=False)
    await line.answered()
    line.press("2" if number % 2 else "1")
    return line


async def go_on(centre: Centre, lines: list[Line], key: str, node: str) -> None:
    """The next key leads everybody on, in the language chosen."""
    for line in lines:
        line.press(key)
    for line in lines:
        record = await centre.at(line.caller, node)
        assert record["said"][-1]["lang"] == ("en" if int(line.caller) % 2 else "zh")


async def alarm(centre: Centre, on: bool) -> bool:
    status = await centre.status()
    return (LINK in status["alarms"]) is on and status["healthy"] is not on


async def flows(wire: Wire) -> bool:
    return any(cable.frozen.is_set() for cable in wire.cables("websocket"))


async def test_a_locked_database_delays_nobody_and_loses_nothing(tmp_path: Path, sounds: Path) -> None:
    """Another process holds the SQLite file for three seconds, with calls running and calls coming: callers are served
    as ever, every fact is stored afterwards, the log says it once, an alarm comes and goes."""
    async with centre_at(tmp_path / "home", sounds) as centre:
        async with phone_at(centre.callers, exchange=centre.sip) as phone:
            early = await asyncio.gather(*(menu(phone, number) for number in range(5)))
            await asyncio.gather(*(centre.at(line.caller, "root") for line in early))
            with closing(sqlite3.connect(centre.home / "loupan.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                locked = time.monotonic()
                late = await asyncio.gather(*(visit(phone, number) for number in range(10)))
                for line in early[:2]:
                    line.hangup()
                for line in early[2:]:
                    line.press("1")
                alarms = await until(lambda: database_alarm(centre), 3, "an alarm")
                await asyncio.sleep(max(0.0, locked + 3.0 - time.monotonic()))
                other.execute("ROLLBACK")
            for line in early[2:]:
                await centre.at(line.caller, "query")
                line.hangup()
            await asyncio.gather(*(line.over() for line in (*early, *late)))
        records = {record["caller"]: record for record in await centre.settled(15)}
        await centre.calm()
        assert not await database_alarm(centre)
        said = [line["event"] for line in centre.log("database") if line["level"] in ("warning", "error")]
    greeted = max(line.media.heard.times[0] - line.answered_at for line in late)
    print(f"locked for 3 s: callers heard us after {greeted * 1000:.0f} ms at most; alarms {alarms}")
    assert greeted < 0.3
    assert len(records) == 15
    assert set(centre.ends().values()) == {1}
    assert {record["by"] for record in records.values()} == {"caller"}
    assert all(records[line.caller]["nodes"] == ["welcome", "lang", "root", "query"] for line in (*early[2:], *late))
    assert len(said) == 1, said


async def visit(phone: Phone, number: int) -> Line:
    """A whole short call."""
    await asyncio.sleep(number * 0.1)
    line = await phone.call(NUMBER, caller=f"1310001{number:04}", send=False, keep=False)
    await line.answered()
    line.press("11")
    await asyncio.sleep(1.2)
    line.hangup()
    return line


async def database_alarm(centre: Centre) -> list[str]:
    alarms: list[str] = (await centre.status())["alarms"]
    return [alarm for alarm in alarms if alarm.startswith("database")]
