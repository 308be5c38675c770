"""The one list of what the clock does in this house."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import select

from admin.actor import CLOCK
from calls.clock import Clock
from db.tenant import Tenant
from db.work import Database
from sales.parameters import ALERT_CLOCK
from sales.services import alert_clock, holds, price_lists
from sales.services.acting import Acting
from sales.services.desk import Desk
from server.due import Daily, Due, Every
from server.scheduler import Job
from server.settings import Settings

Service = Callable[[Desk], object]

# (name, when it is due, service of the desk): one line for each
SERVICES: tuple[tuple[str, Due, Service], ...] = (
    ("expire_holds", Every(60), holds.expire),
    ("prices_take_effect", Every(60), price_lists.take_effect),
)


async def jobs(settings: Settings, db: Database, clock: Clock, *more: Job) -> list[Job]:
    """Every job of this installation; another period of the alert clock counts from the next start.

    more: what parts of the house have for the clock themselves.
    """
    period: int = await db.read(Acting(CLOCK, clock.now)(lambda desk: desk.given(None)[ALERT_CLOCK]))
    services = (*SERVICES, ("alert_clock", Every(period), alert_clock.tick))
    found = [Job(name, due, _for_all(db, clock, service)) for name, due, service in services]
    found.extend(more)
    if settings.backup_at:
        hour, minute = map(int, settings.backup_at.split(":"))
        found.append(Job("backup", Daily(hour, minute), _nightly(settings)))
    return found


def _for_all(db: Database, clock: Clock, service: Service) -> Callable[[datetime], Awaitable[object]]:
    async def work(_: datetime) -> object:
        """For every tenant, each in a transaction of its own; as of now, for a slot may be made up for hours later."""
        tenants = await db.read(lambda s: list(s.scalars(select(Tenant.id).order_by(Tenant.id))))
        done = [await db.write(Acting(CLOCK, clock.now, tenant=tenant)(service)) for tenant in tenants]
        return ", ".join(str(result) for result in done if result) or None

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
