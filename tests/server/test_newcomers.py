"""An advertised number makes customers of strangers, one of each, whatever happens meanwhile (S4-190)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from admin.actor import Actor
from billing.ledger import Ledger
from billing.models import CallRow
from calls.bus import LocalBus
from calls.clock import FixedClock
from calls.facts import CallEnded, CallOffered, CallRouted
from db.tenant import HOME
from db.work import Database, Unreachable
from dialplan.models import Did
from sales.acquaintances import Acquaintances
from sales.fixture import load_fixture
from sales.models import Customer, CustomerPhone, Enquirer, Interaction
from sales.services.acting import Acting
from sales.services.customers import Person, register
from server.newcomers import Newcomers
from tests.db.engines import NOON

PAPER, PLAIN = "02038880000", "02038881111"
STRANGER = "13911112222"


@dataclass
class Centre:
    """One controller: what it hears becomes calls and customers."""

    db: Database
    bus: LocalBus
    ledger: Ledger
    newcomers: Newcomers
    acquaintances: Acquaintances
    clock: FixedClock

    def rings(self, call: str, caller: str = STRANGER, callee: str = PAPER) -> None:
        offer = {"channel": f"c-{call}", "linkedid": f"c-{call}", "controller": "one"}
        self.bus.publish(CallOffered(call=call, at=NOON, caller=caller, callee=callee, **offer))
        known = self.acquaintances.who_is(HOME, caller)
        self.bus.publish(
            CallRouted(
                call=call, at=NOON, service="main", flow="main", version="0", customer=known.id if known else None
            )
        )

    def ends(self, call: str) -> None:
        self.bus.publish(CallEnded(call=call, at=NOON, cause=16, by="caller"))

    async def settled(self) -> None:
        await self.newcomers.settled()
        await self.ledger.flush()
        await self.acquaintances.refresh()

    async def customers(self, phone: str = f"+86{STRANGER}") -> list[tuple[int, str | None, str | None, str]]:
        def look(session: Session) -> list[Any]:
            rows = select(Customer.id, Customer.channel, Customer.channel_detail, Customer.stage)
            return list(session.execute(rows.join(CustomerPhone).where(CustomerPhone.phone == phone)))

        return [tuple(row) for row in await self.db.read(look)]

    async def whose(self) -> dict[str, int | None]:
        def look(session: Session) -> dict[str, int | None]:
            rows = session.execute(select(CallRow.call_id, CallRow.customer_id))
            return {row.call_id: row.customer_id for row in rows}

        return await self.db.read(look)


async def advertise(db: Database, channel: str = "报纸") -> None:
    def unit(session: Session) -> None:
        session.execute(update(Did).where(Did.number == PAPER).values(channel=channel))

    await db.write(unit)


Opens = Callable[[], Awaitable[Centre]]


@pytest.fixture
async def centre(db: Database) -> AsyncIterator[Opens]:
    """Opens a controller on the worked example, whose number is printed in the newspaper."""
    await db.write(load_fixture, "T")
    await advertise(db)
    async with AsyncExitStack() as stack:

        async def opened() -> Centre:
            clock, bus = FixedClock(NOON), LocalBus()
            ledger = await stack.enter_async_context(Ledger(db, bus, clock))
            newcomers = Newcomers(db, bus, clock, "one")
            newcomers.start()
            stack.push_async_callback(newcomers.stop)
            acquaintances = Acquaintances(db)
            await acquaintances.refresh()
            return Centre(db, bus, ledger, newcomers, acquaintances, clock)

        yield opened


async def test_a_stranger_who_calls_the_newspaper_s_number_becomes_a_customer(centre: Opens) -> None:
    one = await centre()
    one.rings("A")
    one.ends("A")
    await one.settled()
    [(key, channel, detail, stage)] = await one.customers()
    assert (channel, detail, stage) == ("报纸", PAPER, "lead")
    assert await one.whose() == {"A": key}
    known = one.acquaintances.who_is(HOME, STRANGER)
    assert known is not None
    assert (known.id, known.lang) == (key, "")  # the language is asked for as before
    touched = await one.db.read(
        lambda s: s.execute(select(Interaction.kind, Interaction.call_id).where(Interaction.customer_id == key)).all()
    )
    assert [tuple(row) for row in touched] == [("call", "A")]


async def test_however_often_and_in_whatever_spelling_it_is_one_customer(centre: Opens) -> None:
    one = await centre()
    for call, caller in zip(
        "ABCDE", (STRANGER, f"+86{STRANGER}", f"0086{STRANGER}", f"0{STRANGER}", STRANGER), strict=True
    ):
        one.rings(call, caller)  # all of them at once, before any is written
    for call in "ABCDE":
        one.ends(call)
    await one.settled()
    [(key, *_)] = await one.customers()
    assert await one.whose() == dict.fromkeys("ABCDE", key)
    one.rings("F")
    one.ends("F")
    await one.settled()
    assert (await one.whose())["F"] == key
    assert len(await one.customers()) == 1


async def test_two_controllers_at_once_make_one_customer(centre: Opens) -> None:
    one, two = await centre(), await centre()
    one.rings("A")
    two.rings("B")
    one.ends("A")
    two.ends("B")
    await one.settled()
    await two.settled()
    [(key, *_)] = await one.customers()
    assert await one.whose() == {"A": key, "B": key}


@pytest.mark.parametrize(
    ("caller", "callee"),
    [(STRANGER, PLAIN), ("", PAPER), ("anonymous", PAPER), ("8001", PAPER), ("<b>", PAPER), (STRANGER, "")],
)
async def test_nobody_is_made_of_a_call_to_another_number_or_from_no_number(
    centre: Opens, caller: str, callee: str
) -> None:
    one = await centre()
    before = await one.db.read(lambda s: len(s.scalars(select(Customer.id)).all()))
    one.rings("A", caller, callee)
    one.ends("A")
    await one.settled()
    assert await one.whose() == {"A": None}
    assert await one.db.read(lambda s: len(s.scalars(select(Customer.id)).all())) == before


async def test_who_is_a_customer_already_stays_as_they_are(centre: Opens) -> None:
    one = await centre()
    desk = Acting(Actor.of("seller", "manager"), one.clock.now)
    mine = await one.db.write(desk(register), Person("陈晨", (STRANGER,), facts={"channel": "路过"}))
    one.rings("A")  # before anybody in memory knows
    one.ends("A")
    await one.settled()
    assert await one.customers() == [(mine.customer.id, "路过", None, "registered")]
    assert await one.whose() == {"A": mine.customer.id}
    assert await one.db.read(lambda s: s.scalars(select(Enquirer.id)).all()) == []


async def test_what_was_heard_by_a_controller_that_died_is_found_again(centre: Opens) -> None:
    one = await centre()
    await one.newcomers.stop()  # it hears nothing more
    one.rings("A")
    one.ends("A")
    one.rings("B", "13911113333")  # still talking; it will be taken up again
    await one.ledger.flush()
    assert await one.whose() == {"A": None, "B": None}
    two = await centre()
    await asyncio.wait_for(_known(two, "A"), 5)
    await two.settled()
    assert len(await two.customers()) == len(await two.customers("+8613911113333")) == 1


async def _known(centre: Centre, call: str) -> None:
    while (await centre.whose())[call] is None:
        await centre.settled()
        await asyncio.sleep(0.01)


class Away:
    """A database that does not answer the first times."""

    def __init__(self, db: Database, times: int) -> None:
        self._db, self.times = db, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    async def read(self, *args: Any) -> Any:
        if self.times:
            self.times -= 1
            raise Unreachable("away")
        return await self._db.read(*args)


async def test_a_database_that_is_away_delays_it(centre: Opens) -> None:
    one = await centre()
    late = Newcomers(Away(one.db, 3), one.bus, one.clock, "one", again=0.01)  # type: ignore[arg-type]
    await one.newcomers.stop()
    late.start()
    one.rings("A")
    one.ends("A")
    await late.settled()
    await late.stop()
    await one.ledger.flush()
    [(key, *_)] = await one.customers()
    assert await one.whose() == {"A": key}
