"""The ledger: hears the facts of calls and stores them, and the record of each call, without anybody waiting for it."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection

from billing import history
from billing.book import Book, TenantOf
from billing.posting import Entries, post
from calls.bus import Bus
from calls.clock import Clock
from calls.facts import (
    Alarm,
    AnyFact,
    CallAnswered,
    CallEnded,
    CallerKnown,
    CallOffered,
    CallResumed,
    CallRouted,
    CallTroubled,
    Fact,
    LegAnswered,
    LegEnded,
    LegRang,
    RecordingMade,
)
from db.tenant import HOME
from db.work import Database, Unreachable

log = logging.getLogger(__name__)

INTERVAL = 0.2  # seconds between batches: so long may a fact wait for company
MOST = 200_000  # facts that may wait for a database that is away
ALARM = "ledger"
ESSENTIAL = (
    CallOffered,
    CallRouted,
    CallerKnown,
    CallAnswered,
    CallEnded,
    CallResumed,
    CallTroubled,
    LegRang,
    LegAnswered,
    LegEnded,
    RecordingMade,
)


def house(number: str) -> int:
    """Every number is the house's own."""
    return HOME


class Ledger:
    """Stores what the bus tells, in batches, in the order told; `async with Ledger(…)` or start and stop.

    A database that is away delays the rows and loses none: up to `most` facts wait in memory; beyond that an alarm is
    raised and only what makes the record and the bill (ESSENTIAL) is still taken in.
    """

    def __init__(self, db: Database, bus: Bus, clock: Clock, tenant_of: TenantOf = house, *, most: int = MOST) -> None:
        self._db = db
        self._bus = bus
        self._clock = clock
        self._most = most
        self._book = Book(tenant_of)
        self._waiting: list[Fact] = []
        self._dropped = 0
        self._due = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._timer: asyncio.TimerHandle | None = None
        self._stored_at = 0.0
        self._task: asyncio.Task[None] | None = None
        self._deafen: Callable[[], None] | None = None

    # -- life ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self._deafen = self._bus.subscribe(self.hear)
        self._task = asyncio.get_running_loop().create_task(self._run(), name="ledger")

    async def flush(self) -> None:
        """Until everything told so far is stored."""
        while self._waiting or not self._idle.is_set():
            self._idle.clear()
            self._due.set()
            await self._idle.wait()

    async def stop(self, patience: float = 10.0) -> None:
        """Store what is left and end. Raises Unreachable if the database stays away for `patience` seconds."""
        if self._deafen is not None:
            self._deafen()
        try:
            async with asyncio.timeout(patience):
                await self.flush()
        except TimeoutError:
            raise Unreachable(f"{len(self._waiting)} facts could not be stored: the database is away") from None
        finally:
            if self._task is not None:
                self._task.cancel()
                await asyncio.wait([self._task])

    async def __aenter__(self) -> "Ledger":
        self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # -- hearing and storing -------------------------------------------------------------------------------------

    def hear(self, fact: AnyFact) -> None:
        """Take in a fact; returns at once. The bus calls this; what happened long ago may be told here directly."""
        if isinstance(fact, Alarm):
            return
        if len(self._waiting) >= self._most and not self._still_room(fact):
            return
        self._waiting.append(fact)
        if self._timer is None:
            # on a quiet line at once, so that a crash loses nothing; on a busy one with company
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(self._stored_at + INTERVAL, self._due.set)

    def _still_room(self, fact: Fact) -> bool:
        if not self._dropped:
            self._alarm(f"{self._most} facts wait for the database; keys and prompts are no longer kept")
        self._dropped += not isinstance(fact, ESSENTIAL)
        return isinstance(fact, ESSENTIAL)

    async def _run(self) -> None:
        while True:
            await self._due.wait()
            self._due.clear()
            self._timer = None
            if facts := self._waiting:
                self._idle.clear()
                self._waiting = []
                self._stored_at = asyncio.get_running_loop().time()
                await self._store(facts)
            if self._dropped and len(self._waiting) < self._most:
                self._alarm(f"the ledger keeps up again; {self._dropped} keys and prompts were not kept", cleared=True)
                self._dropped = 0
            if not self._waiting:
                self._idle.set()
            elif self._timer is None:
                self._due.set()

    async def _store(self, facts: list[Fact]) -> None:
        """Until it is done. The rows are made once, in the thread that writes, and sent again if need be."""
        await self._recall(facts)
        made: list[Entries] = []

        def unit(connection: Connection) -> None:
            if not made:
                made.append(self._book.enter(facts))
            post(connection, made[0])

        while True:
            try:
                return await self._db.store(unit)
            except Unreachable:
                await asyncio.sleep(0.05)  # the database has waited already, and has said so
            except Exception:
                log.exception("a batch of %d facts is refused; its calls are stored one by one", len(facts))
                return await self._one_by_one(made[0] if made else self._book.enter(facts))

    async def _recall(self, facts: list[Fact]) -> None:
        while strangers := self._book.strangers(facts):
            try:
                self._book.recall(await self._db.read(history.facts_of, strangers))
                return
            except Unreachable:
                await asyncio.sleep(0.05)

    async def _one_by_one(self, entries: Entries) -> None:
        for call, part in entries.by_call().items():
            try:
                await self._db.store(partial(post, entries=part))
            except Unreachable:
                await asyncio.sleep(0.05)
            except Exception:
                log.exception("call %s cannot be stored: %s", call, part)
                self._alarm(f"call {call} could not be stored; its rows are in the log")

    def _alarm(self, text: str, *, cleared: bool = False) -> None:
        log.warning("%s", text)
        self._bus.publish(Alarm(key=ALARM, text=text, at=self._clock.now(), cleared=cleared))
