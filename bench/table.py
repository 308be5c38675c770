"""A price table of many rooms, read from its file and imported, validation included."""

import time
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.actor import Actor
from bench.stock import NOW
from calls.clock import FixedClock
from db.tenant import HOME
from db.work import Database
from sales.models import Building, Project
from sales.services.acting import Acting
from sales.sheets.import_rooms import import_rooms
from sales.sheets.read import read
from sales.sheets.room_price import ROOM_PRICE

BUILDING, DOORS = "99", 80
HEAD = ("楼栋", "楼层", "房号", "户型", "建筑面积", "套内面积", "单价", "总价", "朝向", "预售许可证")


async def import_table(db: Database, file: Path, lines: int) -> float:
    """Seconds from the file on the disk to its rooms in the database. Raises Refused if a line was refused."""
    project = await db.write(_building)
    _write(file, lines)
    manager = Acting(Actor.of("bench", "manager"), FixedClock(NOW).now)
    began = time.perf_counter()
    parsed = ROOM_PRICE.parse(read(file))
    done = await db.write(manager(import_rooms), project, parsed)
    took = time.perf_counter() - began
    if done.new != lines:
        raise RuntimeError(f"{done.new} rooms of {lines} were imported")
    return took


def _building(session: Session) -> int:
    project = session.scalars(select(Project.id)).one()
    session.add(
        Building(tenant_id=HOME, project_id=project, code=BUILDING, name_zh="99栋", name_en="Building 99", floors=99)
    )
    session.flush()
    return project


def _write(file: Path, lines: int) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(file), {"constant_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD)
        for n in range(lines):
            floor, door = n // DOORS + 1, n % DOORS + 1
            page.write_row(n + 1, 0, (BUILDING, floor, f"{door:02}", "A", 89, 70, 10100, 898900, "南", ""))
