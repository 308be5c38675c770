"""A sales office for tests: fixture T, people with their roles, and a clock that is set by hand."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from admin.actor import Actor
from calls.clock import FixedClock
from db import audit
from db.cipher import Cipher
from db.refusal import Code, Refused
from db.tenant import HOME
from db.upgrade import upgrade
from db.work import Database
from sales.fixture import load_fixture
from sales.models import Customer, Deal, Room, Salesperson
from sales.services.acting import Acting
from sales.services.desk import Desk
from tests.db.engines import ENGINES, NOON, Cluster

P = ParamSpec("P")
T = TypeVar("T")

CIPHER = Cipher(bytes(range(32)))

TABLES = (
    "room", "hold", "deal", "deal_buyer", "contract", "contract_no", "receivable", "receipt", "allocation", "customer",
    "room_state_log", "audit_log", "outbox", "approval", "alert", "mortgage", "price_list", "price_item",
    "deal_refund", "deal_exchange", "deal_rename", "number_sequence", "interaction", "customer_stage_log",
    "presubscription", "ticket", "appointment", "invoice", "commission_line", "deal_seller", "approval_step",
    "ticket_step", "task", "customer_phone", "visit", "follow_up", "building", "audit_chain",
)  # fmt: skip


@dataclass
class Office:
    """`await office.does("wang", reserve, room, customer)`; people: wang, li, boss, cash, finance, admin …"""

    db: Database
    cipher: Cipher
    people: dict[str, Actor]
    now: datetime = datetime(2024, 3, 31, 4, 0, tzinfo=UTC)
    rooms: dict[str, int] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)
    deals: dict[str, int] = field(default_factory=dict)

    def acting(self, who: str) -> Acting:
        return Acting(self.people[who], lambda: self.now, self.cipher)

    async def does(self, who: str, service: Callable[Concatenate[Desk, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.db.write(self.acting(who)(service), *args, **kwargs)

    async def refused(
        self, code: Code, who: str, service: Callable[Concatenate[Desk, P], object], *args: P.args, **kwargs: P.kwargs
    ) -> Refused:
        """It is refused with this code, in both languages, and nothing has changed."""
        before = await self.everything()
        with pytest.raises(Refused) as raised:
            await self.does(who, service, *args, **kwargs)
        assert raised.value.code is code, raised.value
        assert raised.value.zh.endswith("。")
        assert raised.value.en.endswith(".")
        assert await self.everything() == before
        return raised.value

    async def everything(self) -> dict[str, list[Any]]:
        def all_rows(connection: Connection) -> dict[str, list[Any]]:
            return {
                table: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{table}"')).all())) for table in TABLES
            }

        return await self.look(lambda session: all_rows(session.connection()))

    async def look(self, fn: Callable[[Session], T]) -> T:
        """Not a read of the house: those are given up after two seconds."""

        def unit(connection: Connection) -> T:
            with Session(connection, expire_on_commit=False) as session:
                found = fn(session)
                session.expunge_all()
            return found

        return await self.db.snapshot(unit)

    async def get(self, model: type[T], key: int) -> T:
        found = await self.look(lambda session: session.get(model, key))
        assert found is not None
        return found

    async def room(self, code: str) -> Room:
        return await self.get(Room, self.rooms[code])

    async def one(self, model: type[T], *where: Any) -> T:
        return await self.look(lambda session: session.scalars(select(model).where(*where)).one())

    async def all(self, model: type[T], *where: Any) -> list[T]:
        table: Any = model
        return await self.look(
            lambda session: list(session.scalars(select(model).where(*where).order_by(table.id)).all())
        )

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def chain_holds(self) -> None:
        assert await self.db.read(audit.verify, HOME) is None


@pytest.fixture(scope="session")
def fixture_t(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with fixture T, to copy."""
    path = tmp_path_factory.mktemp("office") / "t.db"
    shutil.copy(sqlite_template, path)
    asyncio.run(_load(f"sqlite:///{path}"))
    return path


async def _load(url: str) -> None:
    async with Database.open(url, FixedClock(NOON).now) as opened:
        assert await opened.write(load_fixture, "T", CIPHER)


_pg_templates: dict[int, str] = {}


@pytest.fixture(params=ENGINES)
async def office_url(request: pytest.FixtureRequest, fixture_t: Path, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a database with fixture T."""
    if request.param == "sqlite":
        shutil.copy(fixture_t, tmp_path / "loupan.db")
        yield f"sqlite:///{tmp_path / 'loupan.db'}"
        return
    server: Cluster = request.getfixturevalue("cluster")
    name = await server.create(await template_t(server))
    yield server.url(name)
    await server.drop(name)


async def template_t(server: Cluster) -> str:
    """The name of a database with fixture T, to copy."""
    if server.port not in _pg_templates:
        template = await server.create()
        async with Database.open(server.url(template), FixedClock(NOON).now) as made:
            await upgrade(made)
        await _load(server.url(template))
        _pg_templates[server.port] = template
    return _pg_templates[server.port]


@pytest.fixture
async def office(office_url: str) -> AsyncIterator[Office]:
    async with Database.open(office_url, FixedClock(NOON).now) as opened:
        yield await open_office(opened)


async def open_office(db: Database) -> Office:
    """The people of fixture T at work on a database that has it."""

    def look(session: Session) -> tuple[dict[str, int], ...]:
        return (
            {code: key for key, code in session.execute(select(Room.id, Room.room_code))},
            {no: key for key, no in session.execute(select(Customer.id, Customer.no)) if no},
            {no: key for key, no in session.execute(select(Deal.id, Deal.deal_no))},
            {code: key for key, code in session.execute(select(Salesperson.id, Salesperson.code))},
        )

    rooms, customers, deals, sellers = await db.read(look)
    people = {
        "wang": Actor.of("王芳", "seller", sellers["01"]),
        "li": Actor.of("李强", "seller", sellers["02"]),
        "boss": Actor.of("张经理", "manager"),
        "leader": Actor.of("陈总", "leader"),
        "cash": Actor.of("周出纳", "cashier"),
        "finance": Actor.of("钱会计", "finance"),
        "admin": Actor.of("管理员", "admin"),
        "auditor": Actor.of("审计", "auditor"),
        "agent": Actor.of("话务员", "agent"),
    }
    return Office(db, CIPHER, people, rooms=rooms, customers=customers, deals=deals)
