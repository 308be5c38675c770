"""Registrations by telephone, on the house's database: an `ivr.counter.registrations.Registrations`."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from billing.recordings import Recordings
from calls.call import Recorded
from calls.clock import BUSINESS, Clock
from calls.unavailable import Unavailable
from db.refusal import Code, Refused
from db.work import Database, Unreachable
from dialplan.numbers import e164
from ivr.counter.registrations import HOURS, Happening, Registration, Slot
from sales.queries import appointment as queries
from sales.services.acting import Acting
from sales.services.appointments import Wish, make_spoken
from sales.services.enquirers import TELEPHONE
from sales.services.tasks import CallBack, ask_call_back
from sales.states.appointment import AppointmentKind

VIA = "IVR"
MOST_EVENTS = 9  # one key each
T = TypeVar("T")


class HouseRegistrations:
    """`HouseRegistrations(db, clock, recordings)`."""

    def __init__(self, db: Database, clock: Clock, keeper: Recordings) -> None:
        self._db, self._clock, self._keeper = db, clock, keeper

    async def full(self, tenant: int, project: int, first: date, last: date) -> Collection[tuple[date, Slot]]:
        found = await self._asked(queries.full_slots, tenant, project, first, last)
        return {(day, slot) for day, name in found for slot in HOURS if slot == name}

    async def events(self, tenant: int, project: int) -> Sequence[Happening]:
        today = self._clock.now().astimezone(BUSINESS).date()
        rows = await self._asked(queries.open_events, tenant, project, today, MOST_EVENTS)
        return [Happening(row.id, row.day, {"zh": row.name_zh, "en": row.name_en}) for row in rows]

    async def make(self, wanted: Registration, name: Recorded | None) -> str | None:
        acting = Acting(TELEPHONE, self._clock.now, tenant=wanted.tenant)
        phone = e164(wanted.phone) or wanted.phone
        wish = Wish(
            project=wanted.project,
            visit_at=wanted.day,
            slot=wanted.slot,
            name=None if phone or name else "未留姓名",
            phone=phone or None,
            kind=AppointmentKind(wanted.kind),
            via=VIA,
            call_id=wanted.call,
            recording=name.file.stem if name else None,
            event=wanted.event,
        )

        def unit(session: Session, *_: Any) -> str:
            return acting(make_spoken)(session, wish).no

        def call_back(session: Session, *_: Any) -> None:
            """Told that it is noted, and the last place is gone: a person has to say so."""
            if phone:
                acting(ask_call_back)(session, CallBack(phone[:20], wanted.lang, wanted.call))

        try:
            if name is not None:
                made = await self._keeper.keep(wanted.call, name, unit, otherwise=call_back)
            else:
                made = await self._db.write(unit)
        except Unreachable as away:
            raise Unavailable(str(away)) from away
        except Refused as refused:
            if refused.code is Code.LIMIT:
                return None
            raise
        return "".join(sign for sign in made or "" if sign.isdigit())

    async def _asked(self, unit: Callable[..., T], *about: Any) -> T:
        try:
            return await self._db.read(unit, *about)
        except Unreachable as away:
            raise Unavailable(str(away)) from away
