"""The ledger on both engines: one record per call, nothing lost, nothing twice."""

import asyncio
import logging
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from billing.ledger import Ledger
from billing.models import CallEvent, CallLeg, CallRow, Cdr, RecordingRow
from billing.records import cdrs, records
from calls.bus import LocalBus
from calls.clock import FixedClock
from calls.facts import (
    Alarm,
    AnyFact,
    CallEnded,
    CallOffered,
    CallResumed,
    Fact,
    KeyPressed,
    KeysDropped,
    RecordingMade,
    StepEntered,
)
from db.upgrade import upgrade
from db.work import Database
from tests.billing.story import NINE, RUN, at, k1, new_call, simple
from tests.db.engines import Cluster

CLOCK = FixedClock(NINE)


@pytest.fixture
def bus() -> LocalBus:
    return LocalBus()


@pytest.fixture
async def ledger(db: Database, bus: LocalBus) -> AsyncIterator[Ledger]:
    async with Ledger(db, bus, CLOCK) as made:
        yield made


def tell(bus: LocalBus, facts: list[Fact]) -> None:
    for fact in facts:
        bus.publish(fact)


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


async def counts(db: Database) -> dict[str, int]:
    tables = (CallRow, CallEvent, CallLeg, Cdr)
    return {table.__tablename__: await db.read(count, table) for table in tables}


async def test_k1_of_fixture_t(db: Database, bus: LocalBus, ledger: Ledger) -> None:
    call = new_call()
    tell(bus, k1(call))
    await ledger.flush()
    [record] = await db.read(records)
    said = record.pop("said")
    legs = record.pop("legs")
    assert record == {
        "call_id": call, "caller": "13800000004", "callee": "02038880000", "name": "", "service": "main",
        "flow": "main", "version": "0a1b2c3d", "customer": None, "lang": "zh",
        "started": "2024-03-12T01:00:00+00:00", "answered": "2024-03-12T01:00:00+00:00",
        "ended": "2024-03-12T01:02:28+00:00", "duration_s": 148, "billsec": 148, "disposition": "answered",
        "result": "answered", "last_node": "agent", "cause": 16, "by": "caller", "exchange": RUN,
        "controller": "one", "keys": 1, "helps": 0, "invalids": 0, "nodes": ["welcome", "agent"], "pressed": "0",
        "recordings": [], "troubles": [],
    }  # fmt: skip
    assert said == [{"at": 0.002, "node": "welcome", "lang": "zh", "text": "您好,这里是海天房地产。"}]
    assert [(leg["role"], leg["number"], leg["status"]) for leg in legs] == [
        ("caller", "13800000004", "answered"),
        ("seat", "8001", "answered"),
    ]
    assert [(c["direction"], c["caller"], c["callee"], c["billsec"], c["seat"]) for c in await db.read(cdrs, call)] == [
        ("in", "13800000004", "02038880000", 148, None),
        ("out", "02038880000", "8001", 120, "8001"),
    ]
    row = await db.read(lambda s: s.scalars(select(CallRow)).one())
    assert (row.caller_norm, row.callee_norm) == ("+8613800000004", "+862038880000")


async def test_told_bit_by_bit_and_mixed_up(db: Database, bus: LocalBus, ledger: Ledger) -> None:
    calls = [new_call() for _ in range(5)]
    stories = [k1(call) for call in calls]
    for facts in zip(*stories, strict=True):
        tell(bus, list(facts))
        await ledger.flush()
    assert await counts(db) == {"call": 5, "call_event": 5 * len(stories[0]), "call_leg": 10, "cdr": 10}
    assert {r["result"] for r in await db.read(records)} == {"answered"}


async def test_told_twice_is_stored_once(db: Database, bus: LocalBus, ledger: Ledger) -> None:
    facts = simple(new_call())
    tell(bus, [fact for fact in facts for _ in (1, 2)])
    await ledger.flush()
    tell(bus, facts)
    await ledger.flush()
    assert await counts(db) == {"call": 1, "call_event": 7, "call_leg": 1, "cdr": 1}


async def test_an_open_call_is_seen_at_once(db: Database, bus: LocalBus, ledger: Ledger) -> None:
    tell(bus, simple(new_call())[:5])
    await ledger.flush()
    [record] = await db.read(records)
    assert (record["result"], record["ended"], record["last_node"], record["service"]) == (
        None,
        None,
        "welcome",
        "main",
    )
    assert (await counts(db))["cdr"] == 0


async def test_what_comes_late_completes_the_record_and_moves_no_end(
    db: Database, bus: LocalBus, ledger: Ledger
) -> None:
    call = new_call()
    tell(bus, simple(call))
    await ledger.flush()
    tell(bus, [
        KeyPressed(call=call, at=at(2), key="1"),
        CallEnded(call=call, at=at(9), cause=0, by="vanished"),
        RecordingMade(call=call, at=at(2.9), name="m", file="/m.wav", seconds=2.5, ended="hangup"),
    ])  # fmt: skip
    await ledger.flush()
    [record] = await db.read(records)
    assert (record["keys"], record["billsec"], record["by"], record["result"]) == (1, 3, "caller", "message")
    assert await db.read(count, RecordingRow) == 1


async def test_another_ledger_takes_the_call_over(db: Database, bus: LocalBus) -> None:
    call = new_call()
    begun, other = LocalBus(), LocalBus()
    async with Ledger(db, begun, CLOCK):
        tell(begun, simple(call)[:5])
    async with Ledger(db, other, CLOCK) as second:
        tell(other, [CallResumed(call=call, at=at(30), controller="two", place="main|welcome")])
        await second.flush()
        tell(other, [StepEntered(call=call, at=at(31), node="root", step="menu")])
        tell(other, [CallEnded(call=call, at=at(65), cause=16, by="caller")])
    [record] = await db.read(records)
    assert (record["started"], record["billsec"], record["controller"]) == ("2024-03-12T01:00:00+00:00", 65, "two")
    assert (record["nodes"], record["caller"]) == (["welcome", "root"], "13911112222")
    assert (await counts(db))["call"] == 1


async def test_two_ledgers_end_one_call_and_the_first_end_stays(db: Database) -> None:
    call = new_call()
    one, two = LocalBus(), LocalBus()
    async with Ledger(db, one, CLOCK) as first, Ledger(db, two, CLOCK) as second:
        tell(one, simple(call)[:5])
        await first.flush()
        tell(two, [CallResumed(call=call, at=at(30), controller="two", place="")])
        await second.flush()
        tell(two, [CallEnded(call=call, at=at(65), cause=16, by="caller")])
        await second.flush()
        tell(one, [CallEnded(call=call, at=at(99), cause=0, by="vanished")])
    [record] = await db.read(records)
    assert (record["billsec"], record["by"]) == (65, "caller")


async def test_a_call_nobody_heard_beginning(db: Database, bus: LocalBus, ledger: Ledger) -> None:
    call = new_call()
    tell(bus, [CallEnded(call=call, at=at(5), cause=16, by="caller")])
    await ledger.flush()
    [record] = await db.read(records)
    assert (record["call_id"], record["duration_s"], record["result"]) == (call, 0, "abandoned")


async def test_secret_keys_are_masked(db: Database, bus: LocalBus, ledger: Ledger) -> None:
    call = new_call()
    tell(bus, simple(call)[:5])
    tell(bus, [KeyPressed(call=call, at=at(1), key="7", private=True), KeyPressed(call=call, at=at(2), key="1")])
    await ledger.flush()
    [record] = await db.read(records)
    assert record["pressed"] == "• 1"


async def test_names_from_hell(db: Database, bus: LocalBus, ledger: Ledger) -> None:
    for name in ("x" * 200, "海\0天", "\udce9\ud83d", "'; DROP TABLE call; --", '{"a":"\\u0000'):
        call = new_call()
        offer = CallOffered(
            call=call, at=at(0), channel="c", linkedid="l", caller=name, callee=name, name=name, exchange=RUN
        )
        tell(bus, [offer, CallEnded(call=call, at=at(1), cause=16, by="caller")])
    await ledger.flush()
    names = [record["name"] for record in await db.read(records, sort="started")]
    assert names == ["x" * 128, "海天", "??", "'; DROP TABLE call; --", '{"a":"\\u0000']


async def test_a_batch_that_is_refused_costs_only_the_bad_call(
    db: Database, bus: LocalBus, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[AnyFact] = []
    bus.subscribe(heard.append)
    good, bad = new_call(), new_call()
    tell(bus, simple(good))
    tell(bus, [CallOffered(call=bad, at=at(0), channel="c", linkedid="l", caller="", callee="", exchange=RUN),
               CallEnded(call=bad, at=at(1), cause=2**70, by="caller")])  # fmt: skip
    await ledger.flush()
    assert [record["call_id"] for record in await db.read(records)] == [good]
    assert [alarm.key for alarm in heard if isinstance(alarm, Alarm)] == ["ledger"]
    assert any(bad in entry.getMessage() for entry in caplog.records if entry.levelno == logging.ERROR)


class Watched(LocalBus):
    """A bus that remembers the alarms it carried: True = cleared."""

    def __init__(self) -> None:
        super().__init__()
        self.alarms: list[bool] = []
        self.raised = asyncio.Event()
        self.subscribe(self._watch)

    def _watch(self, fact: AnyFact) -> None:
        if isinstance(fact, Alarm):
            self.alarms.append(fact.cleared)
            self.raised.set()

    def trouble(self, key: str, text: str, cleared: bool) -> None:
        self.publish(Alarm(key=key, text=text, at=NINE, cleared=cleared))


@pytest.mark.parametrize("seconds", [0.4, pytest.param(3.0, marks=pytest.mark.slow)])
async def test_a_locked_database_loses_nothing_and_says_so_once(
    sqlite_template: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, seconds: float
) -> None:
    file = shutil.copy(sqlite_template, tmp_path / "loupan.db")
    bus = Watched()
    db = Database.open(f"sqlite:///{file}", CLOCK.now, bus.trouble)
    async with db, Ledger(db, bus, CLOCK) as ledger:
        calls = [new_call() for _ in range(50)]
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            longest, until = 0.0, time.monotonic() + seconds
            while time.monotonic() < until:
                began = time.monotonic()
                tell(bus, simple(calls[0])[:5])
                longest = max(longest, time.monotonic() - began)
                await asyncio.sleep(0.02)  # the callers of these seconds
            for call in calls:
                tell(bus, simple(call))
            await asyncio.wait_for(bus.raised.wait(), 5)
            other.execute("ROLLBACK")
        await ledger.flush()
        assert await counts(db) == {"call": 50, "call_event": 350, "call_leg": 50, "cdr": 50}
        assert longest < 0.2  # nobody waits for the database
    assert bus.alarms == [False, True]
    assert sum("nothing is lost" in entry.getMessage() for entry in caplog.records) == 1


@pytest.mark.postgres
async def test_postgres_away_loses_nothing_and_says_so_once(cluster: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    bus = Watched()
    name = await cluster.create()
    async with Database.open(cluster.url(name), CLOCK.now, bus.trouble) as db:
        await upgrade(db)
        async with Ledger(db, bus, CLOCK) as ledger:
            first = new_call()
            tell(bus, simple(first)[:3])
            await ledger.flush()
            await asyncio.to_thread(cluster.stop)
            try:
                tell(bus, simple(first)[3:])
                for _ in range(20):
                    tell(bus, simple(new_call()))
                await asyncio.wait_for(bus.raised.wait(), 10)
            finally:
                await asyncio.to_thread(cluster.start)
            await ledger.flush()
            assert await counts(db) == {"call": 21, "call_event": 147, "call_leg": 21, "cdr": 21}
    assert bus.alarms == [False, True]
    assert sum("nothing is lost" in entry.getMessage() for entry in caplog.records) == 1
    await cluster.drop(name)


async def test_memory_is_bounded_and_the_bill_is_kept(sqlite_db: Database, tmp_path: Path) -> None:
    bus = Watched()
    async with Ledger(sqlite_db, bus, CLOCK, most=20) as ledger:
        call = new_call()
        begin, *_, end = simple(call)
        tell(bus, [begin])
        tell(bus, [KeyPressed(call=call, at=at(1 + n / 100), key="5") for n in range(100)])
        tell(bus, [KeysDropped(call=call, at=at(2.5), count=3), end])
        await ledger.flush()
        [record] = await sqlite_db.read(records)
        assert (record["keys"], record["result"], record["ended"]) == (19, "abandoned", "2024-03-12T01:00:03+00:00")
        assert (await counts(sqlite_db))["call_event"] == 21
    assert bus.alarms == [False, True]
