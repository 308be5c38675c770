"""Doors that a PIN opens by telephone: attempts count as those on mailboxes do, and share their locks."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from calls.bus import Bus
from calls.clock import Clock
from calls.facts import Alarm
from calls.unavailable import Unavailable
from db.work import Database, Unreachable
from ivr.board.models import PinRow
from ivr.board.port import Entry
from ivr.mailbox.models import PinFailure
from ivr.mailbox.pin import LOCK, WRONG_OF_CALLER, WRONG_OF_MAILBOX, fits, locked_until, sealed


class Pins:
    """An `ivr.board.port.Doors`."""

    def __init__(self, db: Database, bus: Bus, clock: Clock) -> None:
        self._db, self._bus, self._clock = db, bus, clock

    async def enter(self, tenant: int, door: str, pin: str, caller: str) -> Entry:
        entry, _ = await self.choose(tenant, door, pin, caller, "")
        return entry

    async def choose(self, tenant: int, door: str, pin: str, caller: str, *sides: str) -> tuple[Entry, str]:
        """One PIN for a door with several sides ("": the door itself): the right one, and the side it opens."""
        now = self._clock.now()
        try:
            if not await self._db.write(attempt, tenant, door, caller, now):
                return Entry.LOCKED, ""
            for side in sides:
                kept = await self._db.read(pin_of, tenant, door + side)
                if await asyncio.to_thread(fits, pin, kept):
                    await self._db.write(forgive, tenant, door, caller)
                    return Entry.RIGHT, side
            locked = await self._db.read(is_locked, tenant, door, caller, now)
        except Unreachable as away:
            raise Unavailable(str(away)) from away
        if locked:
            text = f"too many wrong PINs for {door}, the last from {caller or 'a withheld number'}; locked until"
            until = (now + LOCK).isoformat(timespec="minutes")
            self._bus.publish(Alarm(key=f"pin {door}", text=f"{text} {until}", at=now))
        return Entry.WRONG, ""


def attempt(session: Session, tenant: int, door: str, caller: str, now: datetime) -> bool:
    """Count an attempt before it is looked at; False: locked."""
    if is_locked(session, tenant, door, caller, now):
        return False
    session.add(PinFailure(tenant_id=tenant, mailbox=door, caller=caller, at=now))
    return True


def pin_of(session: Session, tenant: int, door: str) -> str:
    """As it is kept; "" = none."""
    return session.scalar(select(PinRow.pin).where(PinRow.tenant_id == tenant, PinRow.door == door)) or ""


def forgive(session: Session, tenant: int, door: str, caller: str) -> None:
    """It was the right one: what went wrong before was a slip."""
    of_caller = (PinFailure.tenant_id == tenant, PinFailure.caller == caller)
    session.execute(delete(PinFailure).where(*of_caller, PinFailure.mailbox == door))


def is_locked(session: Session, tenant: int, door: str, caller: str, now: datetime) -> bool:
    """Three wrong ones lock the door for everybody, six the caller out of all doors."""
    recent = (
        select(PinFailure.at)
        .where(PinFailure.tenant_id == tenant, PinFailure.at > now - 2 * LOCK)
        .order_by(PinFailure.at)
    )
    return _still(session.scalars(recent.where(PinFailure.mailbox == door)), WRONG_OF_MAILBOX, now) or _still(
        session.scalars(recent.where(PinFailure.caller == caller)), WRONG_OF_CALLER, now
    )


def _still(wrong: Iterable[datetime], most: int, now: datetime) -> bool:
    until = locked_until(wrong, most)
    return until is not None and until > now


def set_pin(session: Session, tenant: int, door: str, pin: str) -> None:
    """A new PIN for a door; nobody is kept out by what happened under the old one."""
    row = session.scalar(select(PinRow).where(PinRow.tenant_id == tenant, PinRow.door == door))
    if row is None:
        row = PinRow(tenant_id=tenant, door=door)
        session.add(row)
    row.pin = sealed(pin)
    session.execute(delete(PinFailure).where(PinFailure.tenant_id == tenant, PinFailure.mailbox == door))
