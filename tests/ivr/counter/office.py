"""The counter over a real database with fixture T, for scripted calls whose recordings are real files."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from billing.recordings import Recordings
from calls.bus import LocalBus
from calls.call import Dialled, Party
from calls.clock import FixedClock
from calls.facts import Alarm, AnyFact
from db.cipher import Cipher
from db.work import Database
from ivr.counter.counter import Counter
from ivr.mailbox.post import Office as Mailroom
from sales.fixture import load_fixture
from sales.models import Customer
from server.call_backs import HouseCallBacks
from server.orders import HouseOrders
from server.registrations import HouseRegistrations
from server.tickets import HouseTickets
from tests.ivr.desk import MAIN, Stage
from tests.ivr.mailbox.mailroom import Taping

SUNDAY = datetime(2024, 3, 31, 4, 0, tzinfo=UTC)  # 12:00 in Guangzhou on the day of fixture T
CIPHER = Cipher(bytes(range(32)))
LIU = "13800000002"  # customer C2, whose id ends in 0043: F11
T = TypeVar("T")


class Office:
    """`await Office.open(db, folder)`; `call` acts out one caller on the flow `main`, in Mandarin unless `lang`."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db, self.folder = db, folder
        self.clock, self.bus = FixedClock(SUNDAY), LocalBus()
        self.facts: list[AnyFact] = []
        self.bus.subscribe(self.facts.append)
        self.recordings = Recordings(db, self.clock)
        self.tickets = HouseTickets(Mailroom(db, self.bus, self.clock, folder), self.recordings)
        orders = HouseOrders(db, self.bus, self.clock, CIPHER)
        registrations = HouseRegistrations(db, self.clock, self.recordings)
        self.counter = Counter(orders, self.tickets, HouseCallBacks(db, self.clock), registrations)
        self._calls = count(1)

    @classmethod
    async def open(cls, db: Database, folder: Path) -> Self:
        await db.write(load_fixture, "T", CIPHER)
        return cls(db, folder)

    def stage(self, script: Iterable[str], caller: str, *dials: Dialled, party: Party | None = None) -> Stage:
        """party: whose call it is; None: a new one."""
        if party is None:
            call = f"01HR{next(self._calls):022d}"
            party = Party(caller, "02038880000", "", call, "scripted", inside=len(caller) == 4)
        stage = Stage("", MAIN, party=party)
        stage.desk = replace(stage.desk, clock=self.clock, bus=self.bus, counter=self.counter, recordings=self.folder)
        taping = Taping(script, self.clock, self.bus, party, dials)
        taping.folder = self.folder
        stage.call = taping
        stage.visit.call, stage.visit.desk = taping, stage.desk
        stage.facts = self.facts
        return stage

    async def call(
        self,
        script: Iterable[str],
        caller: str = "13900000001",
        *dials: Dialled,
        lang: str = "zh",
        place: str = "",
        party: Party | None = None,
    ) -> Stage:
        """From the welcome on, or taken up again at `place`; the facts are of this call alone."""
        self.facts.clear()
        stage = self.stage(script, caller, *dials, party=party)
        await stage.run(lang="" if place else lang, place=place)
        await self.tickets.close()
        await self.recordings.close()
        return stage

    async def rows(self, model: type[T], **fields: object) -> list[T]:
        table: Any = model

        def read(connection: Connection) -> list[T]:
            with Session(connection, expire_on_commit=False) as session:
                found = list(session.scalars(select(table).filter_by(**fields).order_by(*table.__table__.primary_key)))
                session.expunge_all()
            return found

        return await self.db.snapshot(read)

    async def give(self, no: str, id_no: str) -> None:
        """This customer of the fixture has this identity card."""

        def write(session: Session) -> None:
            row = session.scalars(select(Customer).where(Customer.no == no)).one()
            row.id_no = CIPHER.seal("customer.id_no", id_no)

        await self.db.write(write)

    def alarms(self) -> list[str]:
        return [fact.key for fact in self.facts if isinstance(fact, Alarm) and not fact.cleared]
