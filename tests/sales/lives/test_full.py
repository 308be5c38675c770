"""The disk is full while a room is being subscribed: refused clearly, nothing half done, and it works again after."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

import db.sqlite
from calls.clock import FixedClock
from db.work import Database, Unreachable
from sales import invariants
from sales.models import Deal, PaymentPlan, Receipt, RoomState
from sales.services.offer import Buyer, Deposit, Offer, PriceTerms
from sales.services.payment import Payment
from sales.services.subscribe import subscribe
from tests.db.engines import NOON
from tests.sales.services.office import Office, open_office

FREE = "020201"


def limit(connection: Connection, spare: int) -> None:
    """The file may grow by so many pages, then its disk is full."""
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + spare}")


def ballast(connection: Connection) -> None:
    """Something that may be thrown away."""
    connection.exec_driver_sql("CREATE TABLE ballast AS SELECT zeroblob(1000000) AS weight")


async def offer(office: Office) -> Offer:
    plan = await office.one(PaymentPlan, PaymentPlan.code == "lump")
    note = Deposit(Payment(2_000_000))
    return Offer((Buyer(office.customers["C8"]),), PriceTerms(plan.id), note)


async def test_what_does_not_fit_is_not_done(fixture_t: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the last thing that does not fit: the deal with its lines and its receipt are written, then the audit."""
    path = tmp_path / "loupan.db"
    await asyncio.to_thread(lambda: path.write_bytes(fixture_t.read_bytes()))
    monkeypatch.setattr(db.sqlite, "PATIENCE", 0.2)  # people are given 30 s
    told: list[tuple[str, bool]] = []
    opened = Database.open(f"sqlite:///{path}", FixedClock(NOON).now, lambda *each: told.append((each[1], each[2])))
    async with opened:
        office = await open_office(opened)
        wanted = await offer(office)
        before = await office.everything()
        await opened.store(lambda connection: limit(connection, 0))
        with pytest.raises(Unreachable, match="full"):
            await office.does("li", subscribe, office.rooms[FREE], wanted)
        assert await office.everything() == before
        assert await opened.read(invariants.check) == []
        assert (await office.room(FREE)).state is RoomState.AVAILABLE
        await opened.store(lambda connection: limit(connection, 1000))
        deal = await office.does("li", subscribe, office.rooms[FREE], wanted)
        assert deal.deal_no == "RG20240331-0001"  # what was not done has used no number
        assert [row.amount_fen for row in await office.all(Receipt, Receipt.deal_id == deal.id)] == [2_000_000]
        assert await opened.read(invariants.check) == []
    assert [cleared for _, cleared in told] == [False, True]
    assert "full" in told[0][0]


async def test_who_waits_is_served_when_there_is_room_again(fixture_t: Path, tmp_path: Path) -> None:
    path = tmp_path / "loupan.db"
    await asyncio.to_thread(lambda: path.write_bytes(fixture_t.read_bytes()))
    told: asyncio.Queue[bool] = asyncio.Queue()
    opened = Database.open(f"sqlite:///{path}", FixedClock(NOON).now, lambda *each: told.put_nowait(each[2]))
    async with opened:
        office = await open_office(opened)
        wanted = await offer(office)
        await opened.store(ballast)
        await opened.store(lambda connection: limit(connection, 0))
        act = asyncio.create_task(office.does("li", subscribe, office.rooms[FREE], wanted))
        assert await asyncio.wait_for(told.get(), 5) is False
        assert await office.all(Deal, Deal.room_id == office.rooms[FREE]) == []  # readers do not wait
        assert not act.done()
        await asyncio.to_thread(throw_away, path)
        await asyncio.wait_for(act, 10)
        assert await asyncio.wait_for(told.get(), 5) is True
    assert told.empty()


def throw_away(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=10)) as other, other:
        other.execute("DROP TABLE ballast")
