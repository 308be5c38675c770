"""The one list of what the clock does in this house."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.orm import Session

from db.work import Database
from server.due import Daily, Due
from server.scheduler import Job
from server.settings import Settings

Unit = Callable[[Session, datetime], object]

# (name, when it is due, unit of work with the slot): one line for each
UNITS: tuple[tuple[str, Due, Unit], ...] = ()


def jobs(settings: Settings, db: Database) -> list[Job]:
    """Every job of this installation."""
    found = [Job(name, due, _unit(db, unit)) for name, due, unit in UNITS]
    if settings.backup_at:
        hour, minute = map(int, settings.backup_at.split(":"))
        found.append(Job("backup", Daily(hour, minute), _nightly(settings)))
    return found


def _unit(db: Database, unit: Unit) -> Callable[[datetime], Awaitable[object]]:
    async def work(slot: datetime) -> object:
        return await db.write(unit, slot)

    return work


def _nightly(settings: Settings) -> Callable[[datetime], Awaitable[object]]:
    async def work(_: datetime) -> object:
        """In a process of its own, and a modest one: whoever is on the telephone does not notice it."""
        environment = os.environ | {
            "LOUPAN_HOME": str(settings.home),
            "LOUPAN_DATABASE": settings.database,
            "LOUPAN_LANGUAGE": settings.language,
            "NO_COLOR": "1",
            "COLUMNS": "1000",
        }
        process = await asyncio.create_subprocess_exec(
            *("nice", "-n", "10", sys.executable, "-m", "server", "backup", "--keep", str(settings.backup_keep)),
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            said = (await process.communicate())[0].decode(errors="replace").strip()
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            raise
        if process.returncode:
            raise RuntimeError(said or f"the backup ended with {process.returncode}")
        return said

    return work
