"""What is still free: times to visit, events to sign up for."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from sales import parameters
from sales.models import Appointment, Event
from sales.states.appointment import AHEAD


@dataclass(frozen=True, slots=True)
class EventRow:
    id: int
    day: date
    name_zh: str
    name_en: str
    places: int | None
    taken: int
    on: bool


def full_slots(session: Session, tenant: int, project: int, first: date, last: date) -> frozenset[tuple[date, str]]:
    """The days and times at which the sales office has as many visitors as it can receive."""
    most = parameters.on(session, tenant, project, first)[parameters.VIEWING_PER_SLOT]
    taken = session.execute(
        select(Appointment.visit_at, Appointment.slot, func.count())
        .where(
            Appointment.tenant_id == tenant,
            Appointment.project_id == project,
            Appointment.visit_at.between(first, last),
            Appointment.slot.is_not(None),
            Appointment.state.in_(AHEAD),
        )
        .group_by(Appointment.visit_at, Appointment.slot)
    )
    counted = {(day, slot): count for day, slot, count in taken if slot}
    slots = ("morning", "afternoon", "evening")
    if most == 0:
        days = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
        return frozenset((day, slot) for day in days for slot in slots)
    return frozenset(each for each, count in counted.items() if count >= most)


def open_events(session: Session, tenant: int, project: int, today: date, most: int) -> tuple[EventRow, ...]:
    """Those that callers hear of: from today on, switched on, not full; the next one first."""
    wanted = _events(tenant, today).where(Event.project_id == project, Event.on)
    places = wanted.where(or_(Event.places.is_(None), Event.places > _TAKEN)).limit(most)
    return tuple(_row(*found) for found in session.execute(places))


def all_events(session: Session, tenant: int, today: date, most: int) -> tuple[EventRow, ...]:
    """From today on, the next one first."""
    return tuple(_row(*found) for found in session.execute(_events(tenant, today).limit(most)))


_TAKEN = (
    select(func.count())
    .select_from(Appointment)
    .where(Appointment.event_id == Event.id, Appointment.state.in_(AHEAD))
    .correlate(Event)
    .scalar_subquery()
)


def _events(tenant: int, today: date) -> Select[Event, int]:
    return select(Event, _TAKEN).where(Event.tenant_id == tenant, Event.day >= today).order_by(Event.day, Event.id)


def _row(event: Event, taken: int) -> EventRow:
    return EventRow(event.id, event.day, event.name_zh, event.name_en, event.places, taken, event.on)
