"""The quality gates of SPEC §5: what the sample holds, what must hold of it, and that it never changes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from admin.actor import CLOCK
from db.cipher import Cipher
from db.tenant import HOME, Tenant
from db.upgrade import upgrade
from db.work import Database
from ivr.desk import Room as SpokenRoom
from sales import invariants
from sales.models import (
    Account,
    Building,
    Contract,
    Customer,
    Deal,
    Exchange,
    Hold,
    Mortgage,
    Project,
    Receipt,
    Receivable,
    Refund,
    Rename,
    Room,
    Ticket,
)  # fmt: skip
from sales.queries import room_by_code, text_of
from sales.rooms import SpokenRooms
from sales.sample import Taken, Wanted, Watch, load_sample, scenario
from sales.sample.dump import digest
from sales.services.alert_clock import tick
from sales.services.desk import Desk
from sales.services.journal import journal
from sales.states.deal import LIVE, DealState
from sales.states.hold import HoldKind, HoldState
from sales.states.mortgage import MortgageState
from sales.states.receipt import ReceiptState
from sales.states.room import RoomState
from sales.states.ticket import TicketState

pytestmark = pytest.mark.slow

CIPHER = Cipher(b"k" * 32)
AS_OF = date(2024, 3, 31)
OPENED = date(2022, 4, 1)
# of seed 20240331 as of 2024-03-31: another one means that the sample is another, which somebody has to want
RECORDED = "3d0d6fb08ab72b46ac9647ab9a683c11b4d88f4f707782c048601e161f11a9fa"


@dataclass(frozen=True)
class Made:
    url: str
    watch: Watch


async def make(path: Path, wanted: Wanted) -> Made:
    made = Made(f"sqlite:///{path}", Watch())
    async with Database.open(made.url, made.watch.now) as db:
        await upgrade(db)
        await db.write(load_sample, wanted, CIPHER, made.watch)
    return made


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return asyncio.run(make(tmp_path_factory.mktemp("sample") / "sample.db", Wanted()))


@pytest.fixture
async def sample(made: Made) -> AsyncIterator[Database]:
    async with Database.open(made.url, made.watch.now) as db:
        yield db


async def counts(db: Database, *columns: Any) -> dict[Any, int]:
    def count(session: Session) -> dict[Any, int]:
        return {row[0]: row[1] for row in session.execute(select(columns[0], func.count()).group_by(columns[0]))}

    return await db.read(count)


async def total(db: Database, model: Any, *conditions: Any) -> int:
    wanted = select(func.count()).select_from(model).where(*conditions)
    return await db.read(lambda session: session.scalar(wanted) or 0)


async def test_it_never_changes(sample: Database) -> None:
    """It is what was recorded when it was last looked at as a whole, by another process, on another day. First of the
    page: nothing has been done to it yet."""
    assert await sample.read(digest) == RECORDED


async def test_all_invariants_hold(sample: Database) -> None:
    assert await sample.read(invariants.check) == []


async def test_it_has_the_rooms_of_the_specification(sample: Database) -> None:
    def by_building(session: Session) -> list[tuple[str, str, int]]:
        rows = session.execute(
            select(Project.code, Building.code, func.count())
            .join(Building, Building.project_id == Project.id)
            .join(Room, Room.building_id == Building.id)
            .group_by(Project.code, Building.code)
            .order_by(Project.code, Building.code)
        )
        return [(row[0], row[1], row[2]) for row in rows]

    rooms = await sample.read(by_building)
    assert [count for *_, count in rooms] == [72, 72, 156, 156, 192, 192, 128, 44, 40]
    assert sum(count for *_, count in rooms) == 1052
    states = await counts(sample, Room.state)
    assert set(states) == set(RoomState)
    assert min(states.values()) >= 5
    assert (states[RoomState.NOT_FOR_SALE], states[RoomState.NOT_RELEASED]) == (12, 44)
    assert await total(sample, Hold, Hold.kind == HoldKind.MANAGER, Hold.state == HoldState.ACTIVE) == 8


async def test_prices_follow_the_factors(sample: Database) -> None:
    """020201: base 9,800, floor two +20, south +150; +2 % from July, −1 % from January: (9,970) × 1.02 × 0.99.

    010201 is near the road (−120) and was sold before prices rose.
    """
    shown = await sample.read(room_by_code, 1, "020201")
    sold = await sample.read(room_by_code, 1, "010201")
    assert shown is not None
    assert sold is not None
    assert (shown.state, shown.unit_fen) == (RoomState.AVAILABLE, 1_006_771)
    assert shown.list_fen == 76_061_500  # 75.55 m² × 10,067.71 = 760,615.49…, to the yuan
    assert (sold.state, sold.unit_fen) == (RoomState.SOLD, 985_000)


async def test_what_the_demo_asks_for_is_as_its_sounds_say(sample: Database) -> None:
    spoken = [await SpokenRooms(sample, SpokenRoom).by_code(1, told["code"]) for told in scenario.ROOMS]
    assert spoken == [SpokenRoom(**told) for told in scenario.ROOMS]
    for told in scenario.TEXTS:
        assert [await sample.read(text_of, 1, "delivery", lang) for lang in ("zh", "en")] == [told["zh"], told["en"]]


async def test_the_trade_of_the_specification(sample: Database) -> None:
    assert 200 <= await total(sample, Deal) <= 210
    assert 165 <= await total(sample, Deal, Deal.sign_date.is_not(None)) <= 175
    changes = [await total(sample, model) for model in (Refund, Exchange, Rename)]
    lapsed = await total(sample, Deal, Deal.state == DealState.LAPSED)
    assert (*changes, lapsed) == (14, 9, 6, 5)
    assert await total(sample, Customer, Customer.tenant_id == HOME) == 320
    assert await total(sample, Customer, Customer.tenant_id != HOME) == 10
    assert await total(sample, Contract) > 170
    states = await counts(sample, Ticket.state)
    assert set(states) == set(TicketState)
    assert sum(states.values()) == 60


async def test_the_reports_have_something_to_tell(sample: Database) -> None:
    """R26 overdue, R29 eligible for a loan, R14 second transactions, M09 alerts."""

    def overdue(session: Session) -> list[int]:
        rows = session.execute(
            select(Receivable.due_date)
            .join(Deal, Deal.id == Receivable.deal_id)
            .where(
                Deal.state.in_(LIVE), Receivable.state.in_(("active", "partial")), Receivable.due_date < AS_OF,
                Receivable.amount_fen > Receivable.paid_fen,
            )
        )  # fmt: skip
        return [(AS_OF - row.due_date).days for row in rows]

    def resold(session: Session) -> int:
        ended = select(Deal.room_id, func.min(Deal.end_date).label("day")).where(Deal.end_date.is_not(None))
        first = ended.group_by(Deal.room_id).subquery()
        again = select(func.count(Deal.id)).join(first, first.c.room_id == Deal.room_id)
        return int(session.scalar(again.where(Deal.sub_date >= first.c.day)) or 0)

    days = await sample.read(overdue)
    assert len(days) >= 8
    assert {min((each - 1) // 30, 3) for each in days} == {0, 1, 2, 3}  # 1–30, 31–60, 61–90 and more
    assert await total(sample, Mortgage, Mortgage.state == MortgageState.ELIGIBLE) >= 3
    assert await sample.read(resold) + await total(sample, Rename) >= 6
    assert await sample.read(lambda s: s.scalar(text("SELECT count(*) FROM alert WHERE state = 'open'"))) >= 10


async def test_the_alert_clock_finds_nothing_more(sample: Database, made: Made) -> None:
    """It ran at the end of the last day."""
    ticked = await sample.write(lambda session: tick(Desk(session, CLOCK, made.watch.now())))
    assert (ticked.opened, ticked.raised) == (0, 0)


async def test_the_first_buildings_sell_best(sample: Database) -> None:
    def shares(session: Session) -> dict[str, float]:
        rows = session.execute(
            select(
                Building.code,
                func.count(Room.id),
                func.count(Room.id).filter(Room.state.in_((RoomState.CONTRACTED, RoomState.SOLD))),
            )
            .join(Room, Room.building_id == Building.id)
            .join(Project, Project.id == Building.project_id)
            .where(Project.code == "01")
            .group_by(Building.code)
        )
        return {code: sold / rooms for code, rooms, sold in rows}

    sold = await sample.read(shares)
    assert min(sold["01"], sold["02"]) > 0.45
    assert 0 < sold["07"] < 0.25


async def test_the_journals_hold_all_money(sample: Database, made: Made) -> None:
    def both(session: Session) -> tuple[int, int]:
        desk = Desk(session, CLOCK, made.watch.now())
        closing = 0
        for account in session.scalars(select(Account).order_by(Account.id)):
            entries = journal(desk, account.id, OPENED, AS_OF)
            for before, after in pairwise(entries):
                assert before.closing_fen == after.opening_fen
            closing += entries[-1].closing_fen
        posted = select(func.sum(Receipt.amount_fen)).where(Receipt.state != ReceiptState.DRAFT)
        return closing, int(session.scalar(posted) or 0)

    closing, receipts = await sample.read(both)
    assert closing == receipts > 0


async def test_calls_are_in_the_ledger(sample: Database) -> None:
    def rows(sql: str) -> Any:
        return sample.read(lambda session: [tuple(row) for row in session.execute(text(sql))])

    assert await rows("SELECT count(*) FROM cdr WHERE direction = 'in' AND tenant_id = 1") == [(9000,)]
    assert await rows("SELECT count(*) FROM call WHERE direction = 'out'") == [(3500,)]
    assert await rows("SELECT count(*) FROM message") == [(250,)]
    [(known,)] = await rows("SELECT avg(customer_id IS NOT NULL) FROM call WHERE direction = 'in' AND tenant_id = 1")
    assert 0.52 < known < 0.58


async def test_it_is_for_an_empty_house(sqlite_db: Database) -> None:
    await sqlite_db.write(lambda session: session.add(Tenant(id=HOME, code="ours", name="ours")))
    with pytest.raises(Taken, match="LOUPAN_HOME"):
        await sqlite_db.write(load_sample, Wanted(), CIPHER, Watch())


@pytest.mark.postgres
@pytest.mark.timeout(600)
async def test_the_same_story_on_postgresql_on_another_day(cluster: Any) -> None:
    """As of a Sunday of another year: the scenario's rooms and the counts are the same."""
    server, watch = cluster, Watch()
    name = await server.create()
    async with Database.open(server.url(name), watch.now) as db:
        await upgrade(db)
        await db.write(load_sample, Wanted(as_of=date(2026, 11, 22)), CIPHER, watch)
        assert await db.snapshot(lambda connection: invariants.check(Session(connection))) == []
        states = [(await db.read(room_by_code, 1, code)) for code in ("010201", "020201")]
        assert [room.state for room in states if room] == [RoomState.SOLD, RoomState.AVAILABLE]
        assert [await total(db, model) for model in (Refund, Exchange, Rename)] == [14, 9, 6]
        assert min((await counts(db, Room.state)).values()) >= 5
    await server.drop(name)
