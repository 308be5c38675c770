"""Is the link still alive? A missing pong alone proves nothing: the exchange answers pings in the thread that carries
out commands, and one waiting verb holds it up for a whole prompt (SURVIVAL §0 A, §7)."""

import asyncio
import logging
from time import monotonic
from typing import Protocol

from asterisk.ari import verbs
from asterisk.ari.rest import Asks, NoAnswer
from asterisk.ari.verbs import Request

log = logging.getLogger(__name__)

TICK = 0.25  # seconds between looks at overdue commands
SILENCE = 1.0  # seconds without a word before we ask, and again before we judge
MISSES = 3  # times in a row that even HTTP does not answer


class Watched(Protocol):
    """What the watch needs of a link."""

    @property
    def heard_at(self) -> float:
        """When anything last came over the link (monotonic seconds)."""

    def ping(self) -> None: ...

    def overdue(self, now: float) -> None: ...

    def pulse(self) -> Request: ...

    def drop(self, why: str) -> None: ...

    def strained(self, what: str) -> None: ...


class LinkWatch:
    """`LinkWatch(link, aside)`: `aside` asks over HTTP. `run()` ends when it has dropped the link."""

    def __init__(self, link: Watched, aside: Asks, *, tick: float = TICK, silence: float = SILENCE) -> None:
        self._link = link
        self._aside = aside
        self._tick = tick
        self._silence = silence

    async def run(self) -> None:
        misses = 0
        while True:
            await asyncio.sleep(self._tick)
            now = monotonic()
            self._link.overdue(now)
            if now - self._link.heard_at < self._silence:
                continue
            self._link.ping()
            if await self._hears(now):
                misses = 0
                continue
            try:
                await self._aside.ask(verbs.ping(), self._silence)
            except NoAnswer:
                misses += 1
                if misses >= MISSES:
                    self._link.drop("the exchange answers neither here nor over HTTP")
                    return
                continue
            misses = 0
            if not await self._round_trip():
                self._link.drop("half-open: HTTP answers, this link does not")
                return
            self._link.strained("blocked")

    async def _hears(self, since: float) -> bool:
        """Did anything come within the silence allowed?"""
        end = monotonic() + self._silence
        while monotonic() < end:
            await asyncio.sleep(self._tick / 5)
            if self._link.heard_at > since:
                return True
        return False

    async def _round_trip(self) -> bool:
        """Make the exchange send us an event; events flow also while commands are held up."""
        since = monotonic()
        try:
            await self._aside.ask(self._link.pulse(), self._silence)
        except NoAnswer:
            return True  # no judgement; the next round looks again
        return await self._hears(since)
