"""Reports read from this installation's database, beside a running centre or without one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from calls.clock import SystemClock
from db.tenant import HOME, Tenant
from db.work import Database
from reports.report import Row, Wanted
from reports.shelf import REPORTS
from server.control import Refused
from server.home import Home
from server.settings import Settings


async def read(
    settings: Settings, number: str, since: datetime, until: datetime, tenant: str = ""
) -> tuple[Wanted, list[Row]]:
    """The rows of a report about [since, until). Raises Refused: no such report, tenant or installation."""
    report = REPORTS.get(number.upper())
    if report is None:
        raise Refused(f"there is no report “{number}”; there are: {', '.join(REPORTS)}")
    async with looked_at(settings) as db:
        wanted = Wanted(await db.read(tenant_id, tenant), since, until)
        return wanted, await db.read(lambda session: list(report.read(session, wanted)))


def tenant_id(session: Session, code: str) -> int:
    """Raises Refused for the code of no tenant; "" is the house."""
    found = session.scalar(select(Tenant.id).where(Tenant.code == code)) if code else HOME
    if found is None:
        raise Refused(f"there is no tenant “{code}”")
    return found


@asynccontextmanager
async def looked_at(settings: Settings) -> AsyncIterator[Database]:
    """The installation's database, read only. Raises Refused if there is none."""
    home = Home(settings.home)
    if not settings.database and not home.database.exists():
        raise Refused(f"there is no database in {home.path}; begin with ./run demo or ./run serve")
    url = settings.database or f"sqlite:///{home.database}"
    async with Database.open(url, SystemClock().now, readonly=True) as db:
        yield db
