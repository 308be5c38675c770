"""Pages of records."""

import json

import pytest

from billing.ledger import Ledger
from billing.records import records
from calls.bus import LocalBus
from calls.clock import FixedClock
from db.work import Database
from tests.billing.story import NINE, at, new_call, simple


@pytest.fixture
async def seven(db: Database) -> list[str]:
    """Seven calls, a minute apart, each a second longer than the one before."""
    bus = LocalBus()
    calls = [new_call() for _ in range(7)]
    async with Ledger(db, bus, FixedClock(NINE)):
        for n, call in enumerate(calls):
            for fact in simple(call, offset=60 * n, seconds=n + 1, caller=f"1391111222{n}"):
                bus.publish(fact)
    return calls


async def test_pages_newest_first(db: Database, seven: list[str]) -> None:
    pages = [[r["call_id"] for r in await db.read(records, page=n, size=3)] for n in (1, 2, 3, 4)]
    assert pages == [seven[:3:-1], seven[3:0:-1], seven[:1], []]


async def test_sorts(db: Database, seven: list[str]) -> None:
    assert [r["billsec"] for r in await db.read(records, sort="billsec", size=3)] == [1, 2, 3]
    assert [r["billsec"] for r in await db.read(records, sort="-billsec", size=3)] == [7, 6, 5]
    with pytest.raises(ValueError, match="not by 'price; DROP TABLE call'"):
        await db.read(records, sort="price; DROP TABLE call")


async def test_chosen(db: Database, seven: list[str]) -> None:
    some = [seven[4], seven[1]]
    assert [r["call_id"] for r in await db.read(records, calls=some)] == some
    minutes = await db.read(lambda s: records(s, since=at(60), until=at(180), sort="started"))
    assert [r["call_id"] for r in minutes] == seven[1:3]
    assert [r["call_id"] for r in await db.read(records, number="+8613911112225")] == [seven[5]]
    assert await db.read(records, result="message") == []
    assert len(await db.read(records, result="ivr_only")) == 7


async def test_a_record_is_json(db: Database, seven: list[str]) -> None:
    told = await db.read(records)
    assert json.loads(json.dumps(told)) == told
