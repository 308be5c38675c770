"""The jobs of the clock: one node runs a slot, once, whatever the clocks and the nodes do."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from calls.bus import LocalBus
from calls.clock import FixedClock, SystemClock
from calls.facts import Alarm
from db.job_run import JobRun, claim, finish
from db.work import Database
from sales.fixture import load_fixture
from sales.models import Room
from server.due import Daily, Due, Every
from server.jobs import jobs
from server.scheduler import Job, Scheduler
from server.settings import Settings
from tests.db.engines import NOON, Cluster

MINUTE = Every(60)


class Work:
    """Notes the slots it was run for."""

    def __init__(self) -> None:
        self.slots: list[datetime] = []

    async def __call__(self, slot: datetime) -> str:
        self.slots.append(slot)
        return f"{len(self.slots)} times"


def scheduler(db: Database, clock: Any, work: Callable[[datetime], Awaitable[object]], **how: Any) -> Scheduler:
    due: Due = how.get("due", MINUTE)
    return Scheduler(db, clock, how.get("bus", LocalBus()), how.get("node", "one"), [Job("expire", due, work)])


def rows(session: Session) -> list[JobRun]:
    return list(session.scalars(select(JobRun).order_by(JobRun.slot)))


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


# -- when ---------------------------------------------------------------------------------------------------------


def test_the_slot_of_a_moment() -> None:
    at = datetime(2024, 3, 31, 4, 0, 59, 999, tzinfo=UTC)
    assert MINUTE.slot(at) == datetime(2024, 3, 31, 4, 0, tzinfo=UTC)
    # 03:30 in Guangzhou is 19:30 of the day before in Greenwich
    assert Daily(3, 30).slot(at) == datetime(2024, 3, 30, 19, 30, tzinfo=UTC)
    assert Daily(12, 0).slot(NOON) == NOON
    assert Daily(12, 1).slot(NOON) == NOON - timedelta(days=1) + timedelta(minutes=1)


dues = st.one_of(st.builds(Every, st.integers(1, 90_000)), st.builds(Daily, st.integers(0, 23), st.integers(0, 59)))


@settings(max_examples=60)
@given(due=dues, at=st.datetimes(datetime(2001, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_a_slot_is_its_own_and_the_ticker_rings_at_slots(due: Due, at: datetime) -> None:
    now = at.replace(tzinfo=UTC)
    slot = due.slot(now)
    assert slot <= now
    assert due.slot(slot) == slot
    rings = due.trigger().get_next_fire_time(None, now)
    assert rings is not None
    assert due.slot(rings) == rings
    assert due.slot(rings - timedelta(microseconds=1)) == slot or rings == now


# -- who ----------------------------------------------------------------------------------------------------------


async def test_of_two_nodes_one_runs_a_slot(db: Database) -> None:
    clock, work = FixedClock(NOON), Work()
    one, two = scheduler(db, clock, work, node="one"), scheduler(db, clock, work, node="two")
    assert sorted(await asyncio.gather(one.evaluate("expire"), two.evaluate("expire"))) == [False, True]
    clock.at += timedelta(seconds=59)
    assert [await one.evaluate("expire"), await two.evaluate("expire")] == [False, False]
    clock.at += timedelta(seconds=1)
    assert [await two.evaluate("expire"), await one.evaluate("expire")] == [True, False]
    assert work.slots == [NOON, NOON + timedelta(minutes=1)]
    first, second = await db.read(rows)
    assert (first.result, first.note, first.started, first.ended) == ("done", "1 times", NOON, NOON)
    assert first.duration_ms is not None
    assert (second.job, second.node, second.slot) == ("expire", "two", NOON + timedelta(minutes=1))


async def test_a_clock_that_jumps_back_runs_nothing_twice(db: Database) -> None:
    clock, work = FixedClock(NOON), Work()
    node = scheduler(db, clock, work)
    for minutes in (0, 1, 2, -60 + 60, 1, 2, 3):
        clock.at = NOON + timedelta(minutes=minutes)
        await node.evaluate("expire")
    assert work.slots == [NOON + timedelta(minutes=n) for n in range(4)]


@pytest.mark.slow
async def test_a_clock_that_was_set_is_noticed(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.scheduler.WATCH", 0.01)
    clock, work = FixedClock(NOON), Work()
    node = scheduler(db, clock, work, due=Daily(3, 30))
    await node.start()
    clock.at += timedelta(days=1)
    await until(lambda: _is(len(work.slots) == 1))
    await node.stop()
    assert work.slots == [Daily(3, 30).slot(NOON + timedelta(days=1))]


async def test_what_was_missed_is_made_up_for_once_and_a_new_house_missed_nothing(db: Database) -> None:
    clock, work = FixedClock(NOON), Work()
    node = scheduler(db, clock, work, due=Daily(3, 30))
    await node.start()
    assert not await node.made_up()
    await node.stop()
    assert work.slots == []
    await db.write(claim, "expire", NOON - timedelta(days=9), "one", NOON - timedelta(days=9))
    for made_up in (True, False):
        again = scheduler(db, clock, work, due=Daily(3, 30))
        await again.start()
        assert await again.made_up() is made_up
        await again.stop()
    assert work.slots == [Daily(3, 30).slot(NOON)]


async def _is(true: bool) -> bool:
    return true


async def test_a_failure_is_kept_told_and_over_with_the_next_success(db: Database) -> None:
    clock, bus = FixedClock(NOON), LocalBus()
    told: list[object] = []
    bus.subscribe(told.append)
    broken = True

    async def work(_: datetime) -> None:
        if broken:
            raise ValueError("没有纸 no paper")

    node = scheduler(db, clock, work, bus=bus)
    assert await node.evaluate("expire")
    broken = False
    for minutes in (1, 2):
        clock.at = NOON + timedelta(minutes=minutes)
        assert await node.evaluate("expire")
    kept = await db.read(rows)
    assert [(row.result, row.note) for row in kept] == [
        ("failed", "ValueError: 没有纸 no paper"), ("done", None), ("done", None),
    ]  # fmt: skip
    assert [(fact.key, fact.cleared) for fact in told if isinstance(fact, Alarm)] == [
        ("job:expire", False), ("job:expire", True),
    ]  # fmt: skip


async def test_a_job_that_is_broken_off_says_so(db: Database) -> None:
    clock, began = FixedClock(NOON), asyncio.Event()

    async def endless(_: datetime) -> None:
        began.set()
        await asyncio.Event().wait()

    await db.write(claim, "expire", NOON - timedelta(days=1), "one", NOON)
    node = scheduler(db, clock, endless)
    await node.start()
    await asyncio.wait_for(began.wait(), 20)
    assert await node.evaluate("expire") is False  # an instance runs already
    await node.stop()
    assert (await db.read(rows))[-1].result == "failed"
    assert (await db.read(rows))[-1].note == "broken off"


async def test_a_claim_told_twice_is_one_claim(db: Database) -> None:
    assert await db.write(claim, "expire", NOON, "one", NOON)
    assert await db.write(claim, "expire", NOON, "one", NOON)  # the answer had been lost
    assert not await db.write(claim, "expire", NOON, "two", NOON)
    assert not await db.write(claim, "expire", NOON, "one", NOON + timedelta(seconds=1))
    await db.write(finish, "expire", NOON, "done", "", NOON, 5)
    assert not await db.write(claim, "expire", NOON, "one", NOON)


async def ticking(db: Database, other: Database) -> None:
    """Two schedulers that really tick, every second, until four slots are run: each once."""
    work = Work()
    nodes = [
        scheduler(db, SystemClock(), work, node="one", due=Every(1)),
        scheduler(other, SystemClock(), work, node="two", due=Every(1)),
    ]
    for node in nodes:
        await node.start()
    try:
        await until(lambda: _is(len(work.slots) >= 4))
    finally:
        for node in nodes:
            await node.stop()
    kept = await db.read(rows)
    assert len(set(work.slots)) == len(work.slots)
    assert {row.slot for row in kept} == set(work.slots)
    assert all(b - a == timedelta(seconds=1) for a, b in zip(work.slots, work.slots[1:], strict=False))


@pytest.mark.slow
async def test_two_schedulers_in_one_process_on_sqlite(sqlite_db: Database) -> None:
    await ticking(sqlite_db, sqlite_db)


@pytest.mark.postgres
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_two_nodes_on_one_postgres(cluster: Cluster, url: str) -> None:
    async with Database.open(url, SystemClock().now) as db, Database.open(url, SystemClock().now) as other:
        await ticking(db, other)


# -- what ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_the_nightly_backup_is_made_and_old_ones_go(sqlite_db: Database, tmp_path: Path) -> None:
    house = Settings(home=tmp_path, backup_at="03:30", backup_keep=2)
    job = next(job for job in await jobs(house, sqlite_db, FixedClock(NOON)) if job.name == "backup")
    assert job.due == Daily(3, 30)
    folder = tmp_path / "backup"
    folder.mkdir()
    for day in (1, 2):
        (folder / f"loupan-2020010{day}-033000.zip").touch()
    said = await job.work(NOON)
    assert "已备份" in str(said)
    kept = sorted(file.name for file in folder.iterdir())
    assert kept[0] == "loupan-20200102-033000.zip"
    assert len(kept) == 2


@pytest.mark.slow
async def test_a_nightly_backup_that_fails_says_why(sqlite_db: Database, tmp_path: Path) -> None:
    house = Settings(home=tmp_path / "nothing", language="en")
    with pytest.raises(RuntimeError, match="There is no database"):
        await (await jobs(house, sqlite_db, FixedClock(NOON)))[-1].work(NOON)
    without = await jobs(Settings(home=tmp_path, backup_at=""), sqlite_db, FixedClock(NOON))
    assert "backup" not in [job.name for job in without]


async def test_holds_that_are_due_give_their_rooms_free(db: Database, tmp_path: Path) -> None:
    """Fixture T: room 020102 is reserved until 2024-04-01 10:00, 020101 is booked."""
    await db.write(load_fixture, "T")
    clock = FixedClock(NOON)
    job = next(job for job in await jobs(Settings(home=tmp_path), db, clock) if job.name == "expire_holds")

    def state(session: Session) -> str:
        return session.scalars(select(Room.state).where(Room.room_code == "020102")).one()

    await job.work(NOON)
    assert await db.read(state) == "reserved"
    clock.at += timedelta(days=30)
    assert await job.work(NOON) is not None
    assert await db.read(state) == "available"
    assert await job.work(NOON) is None


async def test_every_service_of_the_clock_runs_on_a_house(db: Database, tmp_path: Path) -> None:
    await db.write(load_fixture, "T")
    todo = await jobs(Settings(home=tmp_path, backup_at=""), db, FixedClock(NOON))
    assert [(job.name, job.due) for job in todo] == [
        ("expire_holds", Every(60)), ("prices_take_effect", Every(60)), ("alert_clock", Every(300)),
    ]  # fmt: skip
    node = Scheduler(db, FixedClock(NOON), LocalBus(), "one", todo)
    for job in todo:
        assert await node.evaluate(job.name)
    assert {row.job: row.result for row in await db.read(rows)} == {job.name: "done" for job in todo}
