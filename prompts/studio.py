"""The studio renders sentences in the background, one at a time, those that a caller waits for first.

A line goes to the house's voice; if that is absent, fails, or takes longer than a caller should wait, the stand-in
speaks it. Nothing here ever raises into a call: trouble is an Alarm, and a line nobody could speak is `lost`.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from typing import Any

from calls.bus import Bus
from calls.clock import Clock
from calls.facts import Alarm
from prompts.cache import Cache
from prompts.speech.engine import Down, Engine, Line, Unspeakable

log = logging.getLogger(__name__)

HURRY = 5.0  # seconds a caller waits for the good voice before the stand-in speaks
PATIENCE = 60.0  # for one line, model loading included
REST, LONGEST_REST = 5.0, 300.0  # pause after a failure of the voice, doubling
GIVEN_UP = 30.0  # for so long a line that failed is not tried again


class Studio:
    """`voice` is None where the house's voice is not installed; then the stand-in renders everything."""

    def __init__(self, cache: Cache, voice: Engine | None, stand_in: Engine, bus: Bus, clock: Clock) -> None:
        self.cache = cache
        self._voice, self._stand_in = voice, stand_in
        self._bus, self._clock = bus, clock
        self._urgent: dict[Line, None] = {}  # ordered sets: first asked, first rendered
        self._ahead: dict[Line, None] = {}
        self._lost: dict[Line, float] = {}  # until when not to try again
        self._alarms: dict[str, str] = {}
        self._rest = 0.0
        self._rest_until = 0.0
        self._called = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._tasks: set[asyncio.Task[None]] = set()

    # -- asking ----------------------------------------------------------------------------------------------------

    def want(self, line: Line) -> None:
        """A caller waits for this line: it is the next one, and after HURRY seconds the stand-in speaks it."""
        if line in self._urgent or self.lost(line):
            return
        self._ahead.pop(line, None)
        self._urgent[line] = None
        self._wake()
        if self._voice is not None:
            self._start(self._hurry(line))

    def render_ahead(self, lines: Iterable[Line]) -> int:
        """Data has changed: these lines will be asked for. Returns how many there are to render."""
        engine = self._voice or self._stand_in
        new = [ln for ln in lines if ln not in self._urgent and not self.cache.of(ln, engine).exists()]
        for line in new:
            self._lost.pop(line, None)  # a reason to try again
            self._ahead[line] = None
        if new:
            self._wake()
        return len(new)

    def lost(self, line: Line) -> bool:
        """Nobody could speak this line a moment ago."""
        if self._lost.get(line, 0.0) > asyncio.get_running_loop().time():
            return True
        self._lost.pop(line, None)
        return False

    @property
    def waiting(self) -> int:
        """Lines still to be rendered."""
        return len(self._urgent) + len(self._ahead)

    async def done(self) -> None:
        """Until nothing is left to render."""
        await self._idle.wait()

    # -- working ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self._start(self._work())

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for engine in (self._voice, self._stand_in):
            if engine is not None:
                await engine.close()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _wake(self) -> None:
        self._idle.clear()
        self._called.set()

    async def _work(self) -> None:
        while True:
            line = await self._next()
            try:
                await self._render(line)
            except Exception:  # the studio must outlive any line
                log.exception("could not render %r", line)
                self._give_up(line)
            finally:
                self._urgent.pop(line, None)
                self._ahead.pop(line, None)
                if not self.waiting:
                    self._idle.set()

    async def _next(self) -> Line:
        loop = asyncio.get_running_loop()
        while True:
            if self._urgent:
                return next(iter(self._urgent))
            rest = self._rest_until - loop.time()
            if self._ahead and rest <= 0:
                return next(iter(self._ahead))
            self._called.clear()
            try:
                async with asyncio.timeout(rest if self._ahead else None):
                    await self._called.wait()
            except TimeoutError:
                pass

    async def _render(self, line: Line) -> None:
        voice, loop = self._voice, asyncio.get_running_loop()
        if voice is None or loop.time() < self._rest_until:
            await self._stand_in_speaks(line)
            return
        if self.cache.of(line, voice).exists():
            return
        try:
            await voice.render(line, self.cache.of(line, voice), PATIENCE)
        except Unspeakable as fault:
            log.warning("%s: %s", voice.name, fault)
            await self._stand_in_speaks(line)
        except Down as fault:
            self._rest = min(self._rest * 2 or REST, LONGEST_REST)
            self._rest_until = loop.time() + self._rest
            self._alarm(voice, str(fault))
            await self._stand_in_speaks(line)
        else:
            self._rest = self._rest_until = 0.0
            self._alarm(voice, None)

    async def _hurry(self, line: Line) -> None:
        await asyncio.sleep(HURRY)
        if line in self._urgent:
            await self._stand_in_speaks(line)

    async def _stand_in_speaks(self, line: Line) -> None:
        engine = self._stand_in
        out = self.cache.of(line, engine)
        if out.exists():
            return
        try:
            await engine.render(line, out, PATIENCE)
        except (Unspeakable, Down) as fault:
            self._give_up(line)
            if isinstance(fault, Down):
                self._alarm(engine, str(fault))
        else:
            self._alarm(engine, None)

    def _give_up(self, line: Line) -> None:
        self._lost[line] = asyncio.get_running_loop().time() + GIVEN_UP

    def _alarm(self, engine: Engine, text: str | None) -> None:
        """Raised once until cleared (`text` None)."""
        key = f"voice.{engine.name}"
        if text is None:
            if ended := self._alarms.pop(key, None):
                self._bus.publish(Alarm(key=key, text=ended, at=self._clock.now(), cleared=True))
        elif key not in self._alarms:
            self._alarms[key] = text
            self._bus.publish(Alarm(key=key, text=f"The voice {engine.name} fails: {text}", at=self._clock.now()))
