"""Whoever calls an advertised number for the first time is written down as a customer, and the call as theirs (S4-190).

Nobody waits for it: the facts of a call are heard, and the sales desk is asked behind the caller's back. What was heard
and not yet written when the house went down is found again among the calls.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from billing.models import CallRow
from calls.bus import Bus
from calls.clock import Clock
from calls.facts import AnyFact, CallEnded, CallerKnown, CallOffered, CallRouted
from db.refusal import Code, Refused
from db.work import Database, Unreachable
from dialplan.models import Did
from dialplan.numbers import e164
from dialplan.service import key
from sales.services.acting import Acting
from sales.services.enquirers import TELEPHONE, AdvertisedCall, enquire

log = logging.getLogger(__name__)

AGAIN = 1.0  # seconds until a database that is away is asked again
LOST = timedelta(days=7)  # calls that began longer ago are not looked at when the house comes up
ATTEMPTS = 3  # at somebody whom another controller is writing down at this moment

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ring:
    """A call by a stranger: the numbers as the exchange told them."""

    call: str
    caller: str
    callee: str


class Newcomers:
    """`start()` inside a running loop, `stop()` at the end. `name`: this controller's.

    `settled()` waits until all that was heard so far is written.
    """

    def __init__(self, db: Database, bus: Bus, clock: Clock, name: str, *, again: float = AGAIN) -> None:
        self._db = db
        self._bus = bus
        self._clock = clock
        self._name = name
        self._again = again
        self._offered: dict[str, Ring] = {}
        self._rings: asyncio.Queue[Ring] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._deafen: Callable[[], None] | None = None

    def start(self) -> None:
        self._deafen = self._bus.subscribe(self._hear)
        self._task = asyncio.create_task(self._write(), name="newcomers")

    async def stop(self) -> None:
        if self._deafen is not None:
            self._deafen()
            self._deafen = None
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def settled(self) -> None:
        await self._rings.join()

    def _hear(self, fact: AnyFact) -> None:
        match fact:
            case CallOffered(call=call, caller=caller, callee=callee):
                self._offered[call] = Ring(call, caller, callee)
            case CallRouted(call=call, customer=customer):
                ring = self._offered.pop(call, None)
                if ring is not None and customer is None:
                    self._rings.put_nowait(ring)
            case CallEnded(call=call):
                self._offered.pop(call, None)

    async def _write(self) -> None:
        for ring in await self._patiently(self._lost):
            self._rings.put_nowait(ring)
        while True:
            ring = await self._rings.get()
            try:
                await self._patiently(partial(self._attend, ring))
            except Exception:
                log.exception("the caller of %s could not be written down as a customer", ring.call)
            self._rings.task_done()

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """A database that is away delays it."""
        while True:
            try:
                return await work()
            except Unreachable:
                await asyncio.sleep(self._again)

    async def _lost(self) -> list[Ring]:
        since = self._clock.now() - LOST
        return await self._db.read(_unwritten, self._name, since)

    async def _attend(self, ring: Ring) -> None:
        phone = e164(ring.caller)  # None: withheld, or from inside
        number = (await self._db.read(_advertised)).get(key(ring.callee)) if phone else None
        if phone is None or number is None:
            return
        told = AdvertisedCall(ring.call, phone, ring.callee, number.channel)
        acting = Acting(TELEPHONE, self._clock.now, tenant=number.tenant)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                customer = await self._db.write(acting(enquire), told)
                break
            except Refused as refused:
                if refused.code is not Code.DUPLICATE or attempt == ATTEMPTS:
                    raise
        self._bus.publish(CallerKnown(call=ring.call, at=self._clock.now(), customer=customer))


@dataclass(frozen=True, slots=True)
class Number:
    """An advertised number of ours: whose it is, and where it is advertised."""

    tenant: int
    channel: str


def _advertised(session: Session) -> dict[str, Number]:
    rows = session.execute(select(Did.number, Did.tenant_id, Did.channel).where(Did.channel != ""))
    return {key(number): Number(tenant, channel) for number, tenant, channel in rows}


def _unwritten(session: Session, name: str, since: datetime) -> list[Ring]:
    """Calls to advertised numbers that are nobody's, and that no controller is writing down now."""
    ours = or_(CallRow.ended.is_not(None), CallRow.controller == name)
    rows = session.execute(
        select(CallRow.call_id, CallRow.caller, CallRow.callee)
        .where(CallRow.started > since, CallRow.customer_id.is_(None), ours)
        .where(CallRow.callee_norm.in_(_advertised(session)))
        .order_by(CallRow.started)
    )
    return [Ring(*row) for row in rows]
