"""The numbering plan in memory: asked for every call without a query, at most a second behind the tables."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from calls.clock import Clock
from db.tenant import HOME, Tenant
from db.watched import Fingerprint, Watched, keep_looking
from db.work import Database
from dialplan.extension import Extension, Forwards, Level
from dialplan.functions import off
from dialplan.hours import Calendar, Span, is_open
from dialplan.models import CalendarDay, CalendarHours, CalendarRow, Did, FollowMe, ServiceRow
from dialplan.models import Extension as ExtensionRow
from dialplan.service import NobodyAnswers, Numbers, Project, Route, Service, key

EVERY = 1.0  # seconds between looks at the tables
PHONES = ("seat", "phone")  # kinds of extensions that can be rung
_watched = Watched(Tenant, ServiceRow, Did, CalendarRow, CalendarHours, CalendarDay, ExtensionRow, FollowMe)

Offered = Mapping[int, tuple[Project, ...]]  # service id -> its projects, in menu order
Offer = Callable[[Session], Offered]


def nothing_offered(session: Session) -> Offered:
    return {}


class Directory:
    """`await directory.start()`, then `route(number)` and `open(service)` (it is an `ivr.desk.Hours`).

    offer: which projects a service speaks of; the sales desk knows (`sales.queries.projects_of_services`)

    While the database is away, the plan last read stays in force.
    """

    def __init__(self, db: Database, clock: Clock, offer: Offer = nothing_offered) -> None:
        self._db = db
        self._clock = clock
        self._offer = offer
        self._seen: tuple[Fingerprint, Offered] | None = None
        self._task: asyncio.Task[None] | None = None
        self.numbers = Numbers({}, {}, {})

    async def start(self) -> None:
        await self.refresh()
        self._task = asyncio.create_task(keep_looking(self.refresh, "the numbering plan", EVERY), name="directory")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def route(self, number: str) -> Route:
        """Who answers this number, in whatever form it comes; raises NobodyAnswers."""
        return self.numbers.route(number)

    def open(self, service: Service) -> bool:
        """Is it business time for this service now? A calendar that is gone is closed."""
        return self.open_at(service, self._clock.now())

    def open_at(self, service: Service, at: datetime) -> bool:
        """Will it be business time then?"""
        calendar = self.numbers.calendars.get(service.calendar)
        return calendar is not None and is_open(calendar, at)

    def tenant_of(self, number: str) -> int:
        """Whose number it is; a number nobody owns is the house's."""
        try:
            return self.route(number).service.tenant
        except NobodyAnswers:
            return HOME

    async def refresh(self) -> None:
        """Read the tables if anything in them has changed since they were read last."""
        self._seen, changed = await self._db.read(self._look, self._seen)
        if changed is not None:
            self.numbers = changed

    def _look(
        self, session: Session, seen: tuple[Fingerprint, Offered] | None
    ) -> tuple[tuple[Fingerprint, Offered], Numbers | None]:
        offered = self._offer(session)
        now = (_watched(session), offered)
        return (now, None) if now == seen else (now, read_numbers(session, offered))


def read_numbers(session: Session, offered: Offered) -> Numbers:
    """The whole plan, from the tables."""
    calendars = _calendars(session)
    services: dict[str, Service] = {}
    codes: dict[int, str] = {}
    for row, calendar, switches in session.execute(
        select(ServiceRow, CalendarRow.code, Tenant.feature_switches)
        .join(CalendarRow, CalendarRow.id == ServiceRow.calendar_id)
        .join(Tenant, Tenant.id == ServiceRow.tenant_id)
    ):
        codes[row.id] = row.code
        services[row.code] = Service(
            code=row.code,
            tenant=row.tenant_id,
            company={"zh": row.company_zh, "en": row.company_en},
            flow=row.flow,
            projects=offered.get(row.id, ()),
            operator=row.operator,
            calendar=calendar,
            off=off(switches),
            queue=row.queue,
        )
    dids = {key(number): codes[service] for number, service in session.execute(select(Did.number, Did.service_id))}
    suspended = session.scalars(select(Tenant.id).where(Tenant.state == "suspended"))
    return Numbers(services, dids, calendars, frozenset(suspended), _extensions(session))


def _extensions(session: Session) -> dict[tuple[int, str], Extension]:
    follow: dict[int, tuple[str, ...]] = {}
    for row in session.scalars(select(FollowMe).order_by(FollowMe.position)):
        follow[row.extension_id] = (*follow.get(row.extension_id, ()), row.number)
    rung = select(ExtensionRow).where(ExtensionRow.kind.in_(PHONES)).order_by(ExtensionRow.number)
    return {
        (row.tenant_id, row.number): Extension(
            tenant=row.tenant_id,
            number=row.number,
            name=row.name,
            dnd=row.dnd,
            forwards=Forwards(row.forward_always, row.forward_busy, row.forward_no_answer),
            follow=follow.get(row.id, ()),
            level=Level(row.permission),
        )
        for row in session.scalars(rung)
    }


def _calendars(session: Session) -> dict[str, Calendar]:
    codes = {row.id: row.code for row in session.execute(select(CalendarRow.id, CalendarRow.code))}
    weeks: dict[str, dict[int, tuple[Span, ...]]] = {code: {} for code in codes.values()}
    days: dict[str, dict[date, tuple[Span, ...]]] = {code: {} for code in codes.values()}
    for hours in session.scalars(select(CalendarHours).order_by(CalendarHours.opens)):
        week = weeks[codes[hours.calendar_id]]
        week[hours.weekday] = (*week.get(hours.weekday, ()), Span(hours.opens, hours.closes))
    for day in session.scalars(select(CalendarDay).order_by(CalendarDay.opens)):
        spans = days[codes[day.calendar_id]]
        more = () if day.opens is None or day.closes is None else (Span(day.opens, day.closes),)
        spans[day.day] = spans.get(day.day, ()) + more
    return {code: Calendar(weeks[code], days[code]) for code in codes.values()}
