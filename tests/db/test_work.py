"""The unit of work, on both engines: commit, roll back, clock, stale forms, both kinds of trouble."""

import asyncio
import os
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import Integer, String, bindparam, func, literal_column, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from calls.clock import FixedClock
from db.statement import Statement
from db.tenant import Tenant
from db.work import Database, Occupied, Unreachable, clean, to_json
from sales.models import Customer
from tests.db.engines import NOON, Cluster


def add_tenant(session: Session, code: str) -> int:
    tenant = Tenant(code=code, name="海天")
    session.add(tenant)
    session.flush()
    return tenant.id


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Tenant)) or 0


def rename(session: Session, key: int, name: str) -> None:
    session.get_one(Tenant, key).name = name


def add_stray_customer(session: Session) -> None:
    session.add(Customer(tenant_id=99, name="x"))
    session.flush()


async def test_a_result_commits_and_an_exception_rolls_back(db: Database) -> None:
    def fail(session: Session) -> None:
        add_tenant(session, "b")
        raise ZeroDivisionError

    await db.write(add_tenant, "a")
    with pytest.raises(ZeroDivisionError):
        await db.write(fail)
    assert await db.read(count) == 1
    with pytest.raises(IntegrityError):
        await db.write(add_tenant, "a")
    assert await db.read(count) == 1


async def test_rows_are_stamped_by_the_injected_clock(url: str) -> None:
    clock = FixedClock(NOON)
    async with Database.open(url, clock.now) as db:
        key = await db.write(add_tenant, "a")
        clock.at += timedelta(hours=1)
        await db.write(lambda s: s.execute(update(Tenant).where(Tenant.id == key).values(name="新")) and None)
        row = await db.read(lambda s: s.get_one(Tenant, key))
    assert (row.created_at, row.updated_at) == (NOON, NOON + timedelta(hours=1))
    assert row.created_at.utcoffset() == timedelta(0)


async def test_a_moment_without_zone_is_refused(db: Database) -> None:
    def naive(session: Session) -> None:
        session.add(Tenant(code="a", name="a", created_at=datetime(2024, 3, 31)))  # noqa: DTZ001
        session.flush()

    with pytest.raises(Exception, match="without time zone"):
        await db.write(naive)


async def test_a_stale_form_is_refused(db: Database) -> None:
    key = await db.write(add_tenant, "a")
    form = await db.read(lambda s: s.get_one(Tenant, key))

    def save(session: Session, name: str) -> None:
        mine = session.merge(form, load=False)
        mine.name = name
        session.flush()

    await db.write(rename, key, "first")
    with pytest.raises(StaleDataError):
        await db.write(save, "second")
    assert (await db.read(lambda s: s.get_one(Tenant, key))).name == "first"


async def test_many_at_once_all_commit(db: Database) -> None:
    def increase(session: Session, key: int) -> None:
        session.execute(update(Tenant).where(Tenant.id == key).values(max_seats=Tenant.max_seats + 1))

    key = await db.write(add_tenant, "a")
    await db.write(lambda s: s.execute(update(Tenant).values(max_seats=0)) and None)
    await asyncio.gather(*(db.write(increase, key) for _ in range(100)))
    assert (await db.read(lambda s: s.get_one(Tenant, key))).max_seats == 100


async def test_foreign_keys_hold(db: Database) -> None:
    with pytest.raises(IntegrityError):
        await db.write(add_stray_customer)


async def test_reading_cannot_write_on_sqlite(sqlite_db: Database) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        await sqlite_db.read(add_tenant, "a")


async def test_a_second_process_is_told_who_owns_the_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    async with Database.open(url, FixedClock(NOON).now):
        code = (
            "from db.work import *\nfrom datetime import datetime, UTC\n"
            f"try: Database.open({url!r}, lambda: datetime.now(UTC))\nexcept Occupied as e: print(e)"
        )
        other = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
        said = (await other.communicate())[0].decode()
        assert f"in use by process {os.getpid()}" in said
        assert "PostgreSQL" in said
    async with Database.open(url, FixedClock(NOON).now):  # it is free again
        with pytest.raises(Occupied):
            Database.open(url, FixedClock(NOON).now)


async def test_beside_the_owner_one_may_look(sqlite_db: Database, tmp_path: Path) -> None:
    await sqlite_db.write(add_tenant, "a")
    async with Database.open(f"sqlite:///{tmp_path}/loupan.db", FixedClock(NOON).now, readonly=True) as other:
        assert await other.read(count) == 1
        with pytest.raises(PermissionError):
            await other.write(add_tenant, "b")


async def test_locked_it_waits_says_it_once_and_says_the_end(
    sqlite_template: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = shutil.copy(sqlite_template, tmp_path / "loupan.db")
    told: asyncio.Queue[tuple[str, bool]] = asyncio.Queue()
    async with Database.open(f"sqlite:///{file}", FixedClock(NOON).now, lambda *t: told.put_nowait((t[0], t[2]))) as db:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            writes = [asyncio.create_task(db.write(add_tenant, f"t{n}")) for n in range(5)]
            assert await asyncio.wait_for(told.get(), 5) == ("database", False)
            assert await db.read(count) == 0  # readers do not wait
            other.execute("ROLLBACK")
        await asyncio.gather(*writes)
        assert await db.read(count) == 5
        assert await asyncio.wait_for(told.get(), 5) == ("database", True)
    assert told.empty()
    assert sum("nothing is lost" in record.message for record in caplog.records) == 1


@pytest.mark.postgres
async def test_postgres_gone_and_back(cluster: Cluster) -> None:
    name = await cluster.create()
    told: asyncio.Queue[bool] = asyncio.Queue()
    async with Database.open(cluster.url(name), FixedClock(NOON).now, lambda *t: told.put_nowait(t[2])) as db:
        await db.migrate(Tenant.metadata.create_all)
        await db.write(add_tenant, "a")
        await asyncio.to_thread(cluster.stop)
        try:
            began = time.monotonic()
            with pytest.raises(Unreachable):
                await db.read(count)
            assert time.monotonic() - began < 3
            write = asyncio.create_task(db.write(add_tenant, "b"))
            assert await asyncio.wait_for(told.get(), 5) is False
        finally:
            await asyncio.to_thread(cluster.start)
        await write
        assert await db.read(count) == 2
        assert await asyncio.wait_for(told.get(), 5) is True
    assert told.empty()
    await cluster.drop(name)


async def test_a_ready_statement_by_itself_is_stored(db: Database) -> None:
    """With nothing before it that would begin a transaction."""
    ready = Statement(
        update(Tenant).where(Tenant.code == "a").values(name=bindparam("to", type_=String()), updated_at=NOON)
    )
    key = await db.write(add_tenant, "a")
    assert await db.store(lambda connection: ready.run(connection, {"to": "云山"}).rowcount) == 1
    assert await db.read(lambda session: session.get_one(Tenant, key).name) == "云山"


@pytest.mark.postgres
async def test_postgres_hung_up_on_all_connections(cluster: Cluster) -> None:
    """The first to notice renews them all: nobody after it meets a dead one. A ready statement notices, too."""
    name = await cluster.create()
    named = Statement(select(literal_column("41") + bindparam("more", type_=Integer())))
    async with Database.open(cluster.url(name), FixedClock(NOON).now) as db:
        await asyncio.gather(*(db.write(lambda session: session.execute(select(func.pg_sleep(0.2)))) for _ in range(3)))
        admin = await asyncpg.connect(cluster.url("postgres"))
        hung_up = await admin.fetch("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        assert len(hung_up) == 3
        await admin.close()
        assert await db.store(lambda connection: named.run(connection, {"more": 1}).scalar_one()) == 42
        for _ in range(3):
            assert await db.read(lambda session: session.scalar(select(1))) == 1
    await cluster.drop(name)


def test_json_that_both_engines_store() -> None:
    assert to_json({"a": "海\0天", "b": (1, None)}) == '{"a":"海天","b":[1,null]}'
    assert to_json("\\u0000") == r'"\\u0000"'
    assert to_json("\ud83d") == '"?"'
    assert clean("a\0b\ud83d海" * 3, 6) == "ab?海a"
