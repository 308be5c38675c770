"""`./run event`: what callers may sign up for."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.actor import Actor
from calls.clock import BUSINESS, SystemClock
from db.refusal import Code, Refused
from db.work import Database
from sales.models import Project
from sales.queries import appointment as queries
from sales.services.acting import Acting
from sales.services.events import Plan, announce, turn
from server import tenants
from server.beside import Words
from server.control import Answer

MOST = 200


async def event(db: Database, words: Words) -> Answer:
    """{"do": "list"}; "add" with project (two digits), day (YYYY-MM-DD), zh, en, places (0 = any number); "on", "off"
    with id; "by": who; "tenant": its code, "" = the house.

    {"events": [{id, day, zh, en, places, taken, on}]}, from today on. Raises Refused.
    """
    tenant = await db.read(lambda session: tenants.meant(session, words).id)
    clock = SystemClock()
    acting = Acting(Actor.of(str(words.get("by") or "?"), "manager"), clock.now, tenant=tenant)
    match words.get("do"):
        case "add":
            project = await db.read(_project, tenant, str(words["project"]))
            plan = Plan(
                project, _day(str(words["day"])), str(words["zh"]), str(words["en"]), words.get("places") or None
            )
            await acting.does(db, announce, plan)
        case "on" | "off":
            await acting.does(db, turn, int(words["id"]), on=words["do"] == "on")
    rows = await db.read(queries.all_events, tenant, clock.now().astimezone(BUSINESS).date(), MOST)
    return {"events": [_told(row) for row in rows]}


def _told(row: queries.EventRow) -> dict[str, Any]:
    told = {"id": row.id, "day": str(row.day), "zh": row.name_zh, "en": row.name_en}
    return {**told, "places": row.places, "taken": row.taken, "on": row.on}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(
            Code.VALIDATION, f"日期“{text}”应写作 2024-04-06。", f"A day is written 2024-04-06, not “{text}”."
        ) from None


def _project(session: Session, tenant: int, code: str) -> int:
    found = session.scalar(select(Project.id).where(Project.tenant_id == tenant, Project.code == code))
    if found is None:
        raise Refused(Code.NOT_FOUND, f"没有楼盘“{code}”。", f"There is no project “{code}”.")
    return found
