"""kill -9 in the middle of an exchange, at every question to the database: it is wholly done or not at all."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from calls.clock import FixedClock
from db.work import Database
from sales import invariants
from sales.models import Deal, PaymentPlan, Receipt, RoomState
from sales.services.approvals import approve, request
from sales.services.offer import Buyer, Deposit, Offer, PriceTerms
from sales.services.payment import Payment
from sales.services.subscribe import subscribe
from sales.states.approval import ApprovalKind
from sales.states.deal import DealState
from tests.db.engines import NOON
from tests.sales.services.office import Office, open_office

ROOT = Path(__file__).parents[3]
OLD, NEW = "020201", "020301"
STRIDE = 10  # between two deaths: all of them would take minutes


async def prepared(office: Office) -> tuple[int, int, int]:
    """A subscribed deal, the room it is to be exchanged for, the approval."""
    plan = await office.one(PaymentPlan, PaymentPlan.code == "lump")
    offer = Offer((Buyer(office.customers["C8"]),), PriceTerms(plan.id), Deposit(Payment(2_000_000)))
    deal = await office.does("li", subscribe, office.rooms[OLD], offer)
    asked = await office.does("li", request, ApprovalKind.EXCHANGE, ("deal", deal.id), "楼层")
    await office.does("boss", approve, asked.id)
    return deal.id, office.rooms[NEW], asked.id


async def die(url: str, what: tuple[int, int, int], points: Sequence[int]) -> list[str]:
    victim = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.sales.lives.victim", url, *map(str, (*what, *points))),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(victim.communicate(), 110)
    return out.decode().split()


@pytest.mark.slow
async def test_an_exchange_is_wholly_done_or_not_at_all(office_url: str) -> None:
    async with Database.open(office_url, FixedClock(NOON).now) as db:
        office = await open_office(db)
        what = await prepared(office)
        before = await office.everything()
    asked, ended = map(int, await die(office_url, what, []))
    assert ended == 0
    assert asked > 50
    # the one after the last is the end of the transaction
    points = sorted({*range(1, asked, STRIDE), *range(asked - 4, asked + 2)})
    assert await die(office_url, what, points) == ["-9"] * len(points)
    async with Database.open(office_url, FixedClock(NOON).now) as db:
        office = await open_office(db)
        assert await office.everything() == before
        assert await db.read(invariants.check) == []
    assert await die(office_url, what, [0]) == ["-9"]
    async with Database.open(office_url, FixedClock(NOON).now) as db:
        office = await open_office(db)
        assert await db.read(invariants.check) == []
        states = [(await office.room(code)).state for code in (OLD, NEW)]
        assert states == [RoomState.AVAILABLE, RoomState.SUBSCRIBED]
        old, new = await office.get(Deal, what[0]), await office.one(Deal, Deal.prev_deal_id == what[0])
        assert (old.state, old.next_deal_id, new.state) == (DealState.EXCHANGED, new.id, DealState.SUBSCRIBED)
        money = [
            sum(row.amount_fen for row in await office.all(Receipt, Receipt.deal_id == each.id)) for each in (old, new)
        ]
        assert money == [0, 2_000_000]
