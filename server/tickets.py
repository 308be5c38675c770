"""Complaints, suggestions and repairs by telephone, on the house's database: an `ivr.counter.tickets.Tickets`."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from billing.recordings import Recordings
from calls.call import Recorded
from calls.facts import TicketOpened
from calls.unavailable import Unavailable
from db.work import Unreachable
from dialplan.numbers import e164
from ivr.counter import drafts
from ivr.counter.tickets import Progress, Told
from ivr.mailbox.post import Office
from ivr.mailbox.sound import length
from ivr.steps.complaint import LEAST
from sales import queries
from sales.queries import TicketRow
from sales.services.acting import Acting
from sales.services.enquirers import TELEPHONE
from sales.services.tickets import Report, open_spoken
from sales.states.ticket import TicketKind, TicketState

log = logging.getLogger(__name__)

VIA = "IVR"
MOST_OWN = 3  # tickets of one caller that are told
SUBJECTS = {"complaint": "电话投诉", "suggestion": "电话建议", "repair": "电话报修"}
SPOKEN = {TicketState.FEEDBACK: "resolved"}  # how a state is told where it is not by its own name
T = TypeVar("T")


class HouseTickets:
    """`HouseTickets(office, recordings)`; `close` waits for what is still being noted."""

    def __init__(self, office: Office, keeper: Recordings) -> None:
        self._office, self._keeper = office, keeper
        self._noting: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        if self._noting:
            await asyncio.wait(self._noting)

    # -- telling -------------------------------------------------------------------------------------------------

    def expect(self, told: Told, name: str) -> None:
        file = self._office.recordings / f"{name}.wav"
        self._note(self._write(drafts.expect, told, file, self._office.clock.now()))

    def forget(self, call: str) -> None:
        self._note(self._write(drafts.forget, call))

    async def open(self, told: Told, recorded: Recorded, phone: str) -> str:
        number = e164(phone) or phone
        report = Report(
            kind=TicketKind(told.about),
            subject=SUBJECTS[told.about],
            phone=number[:20] or None,
            via=VIA,
            call_id=told.call,
            recording=recorded.file.stem,
        )
        acting = Acting(TELEPHONE, self._office.clock.now, tenant=told.tenant)

        def unit(session: Session, tenant: int, digest: str) -> str:
            drafts.forget(session, told.call)
            return acting(open_spoken)(session, report).ticket_no

        def tell(made: str) -> None:
            at = self._office.clock.now()
            self._office.bus.publish(TicketOpened(call=told.call, at=at, number=made, about=told.about))

        return _digits(await self._keeper.keep(told.call, recorded, unit, tell) or "")

    async def gather(self, over: Callable[[str], bool]) -> int:
        """Tickets from recordings whose end nobody lived to tell. over: is this call at its end? Returns how many."""
        gathered = 0
        for told, file in await self._read(drafts.abandoned, self._office.clock.now()):
            if not over(told.call):
                continue
            seconds = await asyncio.to_thread(length, file)
            if seconds < LEAST:
                await self._write(drafts.forget, told.call)
                continue
            log.warning("a ticket is made of a recording that nobody saw the end of: %s", file)
            await self.open(told, Recorded(file, seconds, "hangup"), told.caller)
            gathered += 1
        return gathered

    # -- asking --------------------------------------------------------------------------------------------------

    async def own(self, tenant: int, caller: str) -> Sequence[Progress]:
        phone = e164(caller)
        rows = await self._read(queries.tickets_of, tenant, phone, MOST_OWN) if phone else ()
        return [_progress(row) for row in rows]

    async def find(self, tenant: int, number: str, caller: str) -> Progress | None:
        row = await self._read(queries.ticket_by_no, tenant, f"T{number[:8]}-{number[8:]}", e164(caller) or "")
        return None if row is None else _progress(row)

    # -- the database --------------------------------------------------------------------------------------------

    async def _read(self, unit: Callable[..., T], *about: Any) -> T:
        try:
            return await self._office.db.read(unit, *about)
        except Unreachable as away:
            raise Unavailable(str(away)) from away

    async def _write(self, unit: Callable[..., T], *about: Any) -> T:
        try:
            return await self._office.db.write(unit, *about)
        except Unreachable as away:
            raise Unavailable(str(away)) from away

    def _note(self, work: Coroutine[Any, Any, Any]) -> None:
        """Behind the caller's back, in the order given."""
        before = tuple(self._noting)

        async def note() -> None:
            if before:
                await asyncio.wait(before)
            try:
                await work
            except Unavailable as away:
                log.warning("what is being told could not be noted: %s", away)

        task = asyncio.create_task(note(), name="tickets")
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)


def _digits(number: str) -> str:
    """As it is spoken and keyed.

    >>> _digits("T20240331-0001")
    '202403310001'
    """
    return "".join(sign for sign in number if sign.isdigit())


def _progress(row: TicketRow) -> Progress:
    state = SPOKEN.get(row.state, row.state.value)
    return Progress(_digits(row.ticket_no), state, row.department or "", row.answer or "", private=not row.mine)
