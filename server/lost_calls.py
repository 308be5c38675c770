"""Calls whose end none of ours has lived to see: what they were leaving is looked for as soon as its file is closed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Self

from calls.bus import Bus
from calls.facts import AnyFact, CallEnded
from calls.unavailable import Unavailable

log = logging.getLogger(__name__)

SEEN = ("caller", "us")  # ends of calls that one of ours has lived to see
CLOSED = 1.0  # seconds in which the exchange has closed the file of a recording, and a flow has filed it

Gather = Callable[[Callable[[str], bool]], Awaitable[object]]  # told which calls are at their end


class LostCalls:
    """`async with LostCalls(bus, gather)`; what cannot be gathered now waits for the clock."""

    def __init__(self, bus: Bus, gather: Gather) -> None:
        self._bus, self._gather = bus, gather
        self._lost: set[str] = set()
        self._gathering: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._deafen = self._bus.subscribe(self._hear)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._deafen()
        if self._gathering is not None:
            self._gathering.cancel()
            await asyncio.wait([self._gathering])

    def _hear(self, fact: AnyFact) -> None:
        if isinstance(fact, CallEnded) and fact.by not in SEEN:
            self._lost.add(fact.call)
            if self._gathering is None or self._gathering.done():
                self._gathering = asyncio.create_task(self._look(), name="lost calls")

    async def _look(self) -> None:
        try:
            while self._lost:
                await asyncio.sleep(CLOSED)
                lost, self._lost = self._lost, set()
                await self._gather(lost.__contains__)
        except Unavailable as away:
            log.warning("what lost calls were leaving waits for the clock: %s", away)
