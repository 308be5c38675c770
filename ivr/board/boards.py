"""The boards in memory: asked by every caller without a query, at most a second behind the tables."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from calls.bus import Bus
from calls.clock import Clock
from calls.facts import AnyFact, BoardHeard
from calls.unavailable import Unavailable
from db.watched import keep_looking
from db.work import Database, Unreachable
from ivr.board import queries
from ivr.board.board import Board, Take, on_show, until
from ivr.board.pins import Pins
from ivr.board.port import Entry, Made, Saved
from ivr.board.queries import Candidate, Stamp
from ivr.board.tape import Silent, finish

log = logging.getLogger(__name__)

EVERY = 0.5  # seconds between looks at the tables
P = ParamSpec("P")
T = TypeVar("T")


class Boards:
    """An `ivr.board.port.Boards`: `Boards(db, bus, clock, folder)`; folder: where takes are kept.

    `await start()` before use, `await stop()` at the end: then what was listened to is written.
    """

    def __init__(self, db: Database, bus: Bus, clock: Clock, folder: Path) -> None:
        self._db, self._bus, self._clock, self._folder = db, bus, clock, folder
        self._pins = Pins(db, bus, clock)
        self._boards: Mapping[tuple[int, str], Board] = {}
        self._seen: object = None
        self._heard: Counter[int] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None

    async def start(self) -> None:
        self._unsubscribe = self._bus.subscribe(self._hear)
        await self.refresh()
        self._task = asyncio.create_task(keep_looking(self._keep, "the boards", EVERY), name="boards")

    async def stop(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            try:
                await self.count()
            except Unreachable as away:
                log.error("%d listeners of boards are not counted: %s", self._heard.total(), away)

    # -- for callers -----------------------------------------------------------------------------------------------

    def on_show(self, tenant: int) -> Sequence[Board]:
        return on_show(self._boards.values(), tenant, self._clock.now())

    def board(self, tenant: int, number: str) -> Board | None:
        return self._boards.get((tenant, number))

    # -- for operators ---------------------------------------------------------------------------------------------

    async def enter(self, tenant: int, door: str, pin: str, caller: str) -> Entry:
        return await self._pins.enter(tenant, door, pin, caller)

    async def save(self, board: Board, made: Made) -> Saved:
        try:
            sound = await asyncio.to_thread(finish, made.recorded.file, self._folder)
        except Silent:
            return Saved.SILENT
        candidate = Candidate(board.tenant, f"board {board.number}", made.lang, made.call, sound, made.seen)
        return await self._act(queries.save, candidate, self._stamp(made.by))

    async def withdraw(self, take: Take, by: str) -> None:
        await self._act(queries.withdraw, take.id, self._stamp(by))

    async def last_until(self, board: Board, days: int, by: str) -> datetime | None:
        stamp = self._stamp(by)
        end = until(stamp.at, days)
        await self._act(queries.change, board.tenant, board.number, stamp, {"starts_at": None, "expires_at": end})
        return end

    async def place(self, board: Board, position: int, by: str) -> None:
        await self._act(queries.change, board.tenant, board.number, self._stamp(by), {"position": position})

    async def turn(self, board: Board, on: bool, by: str) -> None:
        await self._act(queries.change, board.tenant, board.number, self._stamp(by), {"is_on": on})

    async def delete(self, board: Board, by: str) -> None:
        await self._act(queries.delete, board.tenant, board.number, self._stamp(by))

    def _stamp(self, by: str) -> Stamp:
        return Stamp(by, self._clock.now())

    async def _act(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it, and have it in force for whoever listens next."""
        try:
            done = await self._db.write(fn, *args, **kwargs)
            await self.refresh()
        except Unreachable as away:
            raise Unavailable(str(away)) from away
        return done

    # -- keeping up ------------------------------------------------------------------------------------------------

    async def refresh(self) -> None:
        """Read the tables if anything in them has changed since they were read last."""
        seen, boards = await self._db.read(self._look, self._seen)
        if boards is not None:
            self._seen, self._boards = seen, boards

    async def count(self) -> None:
        """Write how often what was listened to since the last time."""
        heard, self._heard = self._heard, Counter()
        if heard:
            try:
                await self._db.write(queries.listened, heard)
            except BaseException:
                self._heard.update(heard)
                raise

    def _look(self, session: Session, seen: object) -> tuple[object, Mapping[tuple[int, str], Board] | None]:
        now = queries.fingerprint(session)
        return (now, None) if now == seen else (now, queries.boards(session))

    def _hear(self, fact: AnyFact) -> None:
        if isinstance(fact, BoardHeard):
            self._heard[fact.take] += 1

    async def _keep(self) -> None:
        await self.refresh()
        await self.count()
