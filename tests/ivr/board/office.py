"""Boards on a database, a telephone that really records, and operators' calls for tests."""

import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from calls.bus import LocalBus
from calls.call import Recorded
from calls.clock import FixedClock
from calls.scripted import ScriptedCall
from db.tenant import HOME, Tenant
from db.work import Database
from ivr.board import queries
from ivr.board.board import Board
from ivr.board.boards import Boards
from ivr.board.pins import set_pin
from ivr.board.port import Made, Saved
from ivr.flow import Flow, load
from tests.ivr.desk import MAIN, MONDAY_10, Stage, document

DESK = load(document("board"))
PIN = "7351"
RATE = 8000


def talk(file: Path, seconds: float = 3.0, loud: float = 0.3) -> Path:
    """Somebody talking, as the exchange records it."""
    at = np.arange(round(seconds * RATE)) / RATE
    sound = np.sin(2 * np.pi * 400 * at) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * at)) * loud
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((sound * 32767).astype("<i2").tobytes())
    return file


class RecordingCall(ScriptedCall):
    """A scripted call whose recordings are files."""

    folder: Path
    loud = 0.3

    async def record(self, name: str, *, most: float, silence: float, beep: bool = True) -> Recorded:
        made = await super().record(name, most=most, silence=silence, beep=beep)
        return replace(made, file=talk(self.folder / made.file.name, max(made.seconds, 0.1), self.loud))


class Office:
    """Boards of one house, at a moment that stands still unless it is moved."""

    def __init__(self, boards: Boards, db: Database, clock: FixedClock, folder: Path) -> None:
        self.boards, self.db, self.clock, self.folder = boards, db, clock, folder

    async def add(self, number: str, position: int = 1, pin: str = PIN, tenant: int = HOME) -> None:
        names = {"zh": f"公告{number}", "en": f"notice {number}"}
        await self.db.write(queries.add, tenant, number, names, position)
        await self.db.write(set_pin, tenant, number, pin)
        await self.boards.refresh()

    async def record(self, number: str, lang: str = "zh", call: str = "A", seen: int = 0) -> Saved:
        made = Made(Recorded(talk(self.folder / f"{call}.wav"), 3.0, "key", "#"), lang, call, "8001", seen)
        return await self.boards.save(self.board(number), made)

    def board(self, number: str) -> Board:
        board = self.boards.board(HOME, number)
        assert board is not None
        return board

    def stage(self, script: str | Iterator[str], flow: Flow = MAIN, loud: float = 0.3) -> Stage:
        """A call that is about to begin."""
        stage = Stage("", flow, boards=self.boards)
        call = RecordingCall(script, stage.clock, stage.desk.bus)
        call.folder, call.loud = self.folder, loud
        stage.call = stage.visit.call = call
        return stage

    async def call(self, script: str, flow: Flow = MAIN, **about: Any) -> Stage:
        return await self.stage(script, flow).run(**about)


@asynccontextmanager
async def office(db: Database, folder: Path) -> AsyncIterator[Office]:
    clock, bus = FixedClock(MONDAY_10), LocalBus()
    await db.write(tenants)
    boards = Boards(db, bus, clock, folder / "takes")
    await boards.start()
    try:
        yield Office(boards, db, clock, folder)
    finally:
        await boards.stop()


def tenants(session: Session) -> None:
    for number in (1, 2):
        if session.get(Tenant, number) is None:
            session.add(Tenant(id=number, code=f"t{number}", name=f"tenant {number}"))
