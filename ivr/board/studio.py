"""Prompts recorded by telephone: kept as takes like those of boards, heard instead of the house's voice (S4-60)."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from calls.bus import Bus
from calls.clock import Clock
from calls.unavailable import Unavailable
from db.tenant import HOME
from db.watched import Fingerprint, keep_looking
from db.work import Database, Unreachable
from ivr.board import queries
from ivr.board.board import Take
from ivr.board.pins import Pins
from ivr.board.port import Entry, Made, Saved
from ivr.board.queries import Candidate, Stamp
from ivr.board.tape import Silent, finish

log = logging.getLogger(__name__)

EVERY = 0.5  # seconds between looks at what others have recorded or taken back
DOOR = "*61"  # whose PIN lets in

Dictated = Mapping[tuple[str, str], Path]  # (language, prompt) → the sound file in force


class Speaker(Protocol):
    """The voice of the house."""

    def dictated(self, files: Dictated) -> None:
        """From now on these are heard for these prompts, and nothing that was dictated for any other."""


class PromptStudio:
    """An `ivr.board.port.Studio`. `PromptStudio(db, bus, clock, folder)`; folder: where takes are kept.

    Prompts are the whole house's, whichever tenant is called. `await start(…)` before use, `await stop()` at the end.
    """

    def __init__(self, db: Database, bus: Bus, clock: Clock, folder: Path) -> None:
        self._db, self._clock, self._folder = db, clock, folder
        self._pins = Pins(db, bus, clock)
        self._numbers: Mapping[str, str] = {}
        self._speaker: Speaker | None = None
        self._seen: Fingerprint | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self, speaker: Speaker, numbers: Mapping[str, int]) -> None:
        """numbers: of the prompts that a person can record, by name."""
        self._speaker, self._numbers = speaker, {str(number): name for name, number in numbers.items()}
        await self.refresh()
        self._task = asyncio.create_task(keep_looking(self.refresh, "dictated prompts", EVERY), name="studio")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def enter(self, tenant: int, door: str, pin: str, caller: str) -> Entry:
        return await self._pins.enter(tenant, door, pin, caller)

    def prompt(self, number: str) -> str | None:
        return self._numbers.get(number)

    async def take(self, name: str, lang: str) -> Take | None:
        try:
            return await self._db.read(queries.in_force, HOME, subject(name), lang)
        except Unreachable as away:
            raise Unavailable(str(away)) from away

    async def save(self, name: str, made: Made) -> Saved:
        try:
            sound = await asyncio.to_thread(finish, made.recorded.file, self._folder)
        except Silent:
            return Saved.SILENT
        candidate = Candidate(HOME, subject(name), made.lang, made.call, sound, made.seen)
        try:
            saved = await self._db.write(queries.save, candidate, self._stamp(made.by))
            await self.refresh()
        except Unreachable as away:
            raise Unavailable(str(away)) from away
        return saved

    async def withdraw(self, take: Take, by: str) -> None:
        try:
            await self._db.write(queries.withdraw, take.id, self._stamp(by))
            await self.refresh()
        except Unreachable as away:
            raise Unavailable(str(away)) from away

    def _stamp(self, by: str) -> Stamp:
        return Stamp(by, self._clock.now())

    async def refresh(self) -> None:
        """Have the voice speak with what is in force, if anything has changed."""
        seen, files = await self._db.read(self._look, self._seen)
        if files is not None and self._speaker is not None:
            await asyncio.to_thread(self._speaker.dictated, files)
            self._seen = seen

    def _look(self, session: Session, seen: Fingerprint | None) -> tuple[Fingerprint, Dictated | None]:
        now = queries.fingerprint(session)
        return (now, None) if now == seen else (now, queries.dictated(session))


def subject(name: str) -> str:
    """As the takes of a prompt are filed."""
    return f"prompt {name}"
