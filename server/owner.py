"""What the owner of the machine does at the sales desk from the command line: whoever may open the home may do all."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import select

from admin.actor import Actor
from calls.clock import SystemClock
from db.cipher import Cipher
from db.refusal import Code, Refused
from db.tenant import HOME
from db.upgrade import upgrade
from db.work import Database
from sales.models import Building, Project
from sales.services.acting import Acting
from sales.services.desk import Desk
from server.home import Home
from server.settings import Settings

T = TypeVar("T")
OWNER = Actor.of("owner", "admin")


async def work(settings: Settings, service: Callable[[Desk], T]) -> T:
    """One unit of work. PostgreSQL is open beside a running centre; a SQLite file has one owner (HomeTaken)."""
    clock, url = SystemClock(), settings.database
    home = Home(settings.home)
    acting = Acting(OWNER, clock.now, Cipher.of(settings.home), HOME)
    if url:
        async with Database.open(url, clock.now) as db:
            await upgrade(db)
            return await acting.does(db, service)
    with home:
        async with Database.open(f"sqlite:///{home.database}", clock.now) as db:
            await upgrade(db)
            return await acting.does(db, service)


def project_of(desk: Desk, code: str) -> int:
    """E_NOT_FOUND."""
    found = desk.session.scalar(select(Project.id).where(Project.tenant_id == desk.tenant, Project.code == code))
    if found is None:
        raise Refused(Code.NOT_FOUND, f"没有编号为 {code} 的楼盘。", f"There is no project {code}.")
    return found


def building_of(desk: Desk, project: str, code: str) -> int:
    """E_NOT_FOUND."""
    found = desk.session.scalar(
        select(Building.id).where(Building.project_id == project_of(desk, project), Building.code == code)
    )
    if found is None:
        raise Refused(
            Code.NOT_FOUND,
            f"楼盘 {project} 没有编号为 {code} 的楼栋。",
            f"There is no building {code} in project {project}.",
        )
    return found
