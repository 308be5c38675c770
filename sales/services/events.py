"""Events 活动 that people may sign up for (SPEC §4.2, node S3)."""

from dataclasses import dataclass
from datetime import date

from admin.right import Right
from sales.models import Event, Project
from sales.money import amount
from sales.services.desk import Desk
from sales.services.fetch import fetch


@dataclass(frozen=True, slots=True)
class Plan:
    """places: how many may come, None = as many as like."""

    project: int
    day: date
    name_zh: str
    name_en: str
    places: int | None = None


def announce(desk: Desk, plan: Plan) -> Event:
    """Callers hear of it from now on. E_PERM, E_NOT_FOUND, E_VALIDATION."""
    desk.must(Right.CONTENT)
    fetch(desk, Project, plan.project, lock=False)
    if not (plan.name_zh.strip() and plan.name_en.strip()):
        raise amount.invalid("活动须有中文和英文名称", "An event has a Chinese and an English name")
    if plan.day < desk.today:
        raise amount.invalid("活动日期已过", "The day of the event is over", day=str(plan.day))
    if plan.places is not None and plan.places < 1:
        raise amount.invalid("名额须大于零", "An event has places for somebody", places=plan.places)
    row = Event(
        **desk.own,
        project_id=plan.project,
        day=plan.day,
        name_zh=plan.name_zh.strip(),
        name_en=plan.name_en.strip(),
        places=plan.places,
    )
    desk.session.add(row)
    desk.session.flush()
    desk.note("event.announce", "event", row.id, None, {"day": str(row.day), "name": row.name_zh})
    return row


def turn(desk: Desk, event: int, *, on: bool) -> Event:
    """Callers hear of it, or not any more; who has signed up stays. E_PERM, E_NOT_FOUND."""
    desk.must(Right.CONTENT)
    row = fetch(desk, Event, event)
    desk.note("event.turn", "event", row.id, {"on": row.on}, {"on": on})
    row.on = on
    desk.session.flush()
    return row
