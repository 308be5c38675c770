"""The jobs of the clock: expiry, alerts, the nightly backup. Of several nodes one runs a slot, once (SPEC §2.9).

APScheduler wakes us; whether there is anything to do is decided by the claim row (`db.job_run`), from the clock alone.
So a tick too many does nothing, ticks missed in a sleep or a stop are caught up by one evaluation, and a clock that
jumps back finds its slots run already. At most once: a slot whose node died is left to the next one.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from calls.bus import Bus
from calls.clock import BUSINESS, Clock
from calls.facts import Alarm
from db.job_run import claim, finish, known
from db.work import Database, Unreachable
from server.due import Due

log = logging.getLogger(__name__)

PARTING = 5.0  # seconds a job that is broken off gets to write that it was
AGAIN = 1.0  # seconds until a database that is away is asked again
WATCH = 30.0  # seconds between two looks at the clock
JUMP = 5.0  # seconds by which a clock may drift between them


@dataclass(frozen=True, slots=True)
class Job:
    """work: gets the slot, returns what there is to say of it; may run on any node."""

    name: str
    due: Due
    work: Callable[[datetime], Awaitable[object]]


class Scheduler:
    """`start` evaluates every job once: what was due while nobody ran is made up for, once."""

    def __init__(self, db: Database, clock: Clock, bus: Bus, node: str, jobs: Sequence[Job]) -> None:
        self._db = db
        self._clock = clock
        self._bus = bus
        self._node = node
        self._jobs = {job.name: job for job in jobs}
        self._ticker: Any = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._missed: list[asyncio.Task[Any]] = []
        self._busy: set[str] = set()
        self._failed: set[str] = set()

    async def start(self) -> None:
        self._ticker = AsyncIOScheduler(
            jobstores={},  # None is not understood; the default one is in memory
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
            timezone=BUSINESS,
        )
        for job in self._jobs.values():
            self._ticker.add_job(self._tick, job.due.trigger(), args=[job.name], id=job.name, replace_existing=True)
        self._ticker.start()
        self._missed = [self._spawn(self._make_up(job)) for job in self._jobs.values()]
        self._spawn(self._watch())

    async def made_up(self) -> bool:
        """Wait until all that was due before `start` is made up for; True if there was anything."""
        return any([await missed for missed in self._missed])

    async def stop(self) -> None:
        """A job that runs is broken off: its row says so."""
        if self._ticker is not None:
            self._ticker.shutdown(wait=False)
            self._ticker = None
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=PARTING)
        for task in self._tasks:  # they cannot write that they end: the database is away
            task.cancel()

    async def evaluate(self, name: str) -> bool:
        """Run the job's present slot, unless somebody has or an older one still runs here; True if it was run here."""
        if name in self._busy:
            return False
        self._busy.add(name)
        try:
            return await self._evaluate(self._jobs[name])
        finally:
            self._busy.discard(name)

    async def _tick(self, name: str) -> None:
        await asyncio.shield(self._spawn(self.evaluate(name)))  # it is ended by `stop`, not by APScheduler

    async def _evaluate(self, job: Job) -> bool:
        now = self._clock.now()
        slot = job.due.slot(now)
        if not await self._patiently(claim, job.name, slot, self._node, now):
            return False
        began, result, note = time.monotonic(), "failed", "broken off"
        try:
            result, note = await self._run(job, slot)
        finally:
            took = round(1000 * (time.monotonic() - began))
            await self._patiently(finish, job.name, slot, result, note, self._clock.now(), took)
        return True

    async def _run(self, job: Job, slot: datetime) -> tuple[str, str]:
        try:
            said = await job.work(slot)
        except Exception as error:
            log.exception("the job %s of %s failed", job.name, slot)
            self._failed.add(job.name)
            self._tell(job, f"{job.name}: {error}", cleared=False)
            return "failed", f"{type(error).__name__}: {error}"
        if job.name in self._failed:
            self._failed.discard(job.name)
            self._tell(job, f"{job.name}: done", cleared=True)
        return "done", "" if said is None else str(said)

    def _tell(self, job: Job, text: str, *, cleared: bool) -> None:
        self._bus.publish(Alarm(key=f"job:{job.name}", text=text, at=self._clock.now(), cleared=cleared))

    async def _make_up(self, job: Job) -> bool:
        """A new house has missed nothing."""
        return bool(await self._patiently(known, job.name)) and await self.evaluate(job.name)

    async def _watch(self) -> None:
        """APScheduler sleeps until a time of the clock: after a jump it would sleep too long."""
        ahead = self._drift()
        while True:
            await asyncio.sleep(WATCH)
            if abs(self._drift() - ahead) > JUMP:
                ahead = self._drift()
                log.warning("the clock was set: the jobs are looked at again")
                for job in self._jobs.values():
                    self._ticker.reschedule_job(job.name, trigger=job.due.trigger())
                    self._spawn(self.evaluate(job.name))

    def _drift(self) -> float:
        return self._clock.now().timestamp() - time.monotonic()

    async def _patiently(self, fn: Callable[..., Any], *words: Any) -> Any:
        """All that is asked of the database here may be asked twice."""
        while True:
            try:
                return await self._db.write(fn, *words)
            except Unreachable as error:
                log.warning("the clock's jobs wait for the database: %s", error)
                await asyncio.sleep(AGAIN)

    def _spawn(self, work: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
