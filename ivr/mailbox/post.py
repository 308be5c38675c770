"""The post: the port of voice mail, over the database (`ivr.mailbox.port.Messages`)."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from sqlalchemy.orm import Session

from calls.bus import Bus
from calls.call import Recorded
from calls.clock import Clock
from calls.facts import Alarm, MessageWaiting
from calls.record import SHORTEST_MESSAGE
from calls.unavailable import Unavailable
from db.work import Database, Unreachable
from ivr.mailbox import pin, queries, services
from ivr.mailbox.port import Attempt, Box, Counts, Heard, Letter, Opening
from ivr.mailbox.port import Session as Listening
from ivr.mailbox.services import Filed
from ivr.mailbox.sound import joined, length
from ivr.mailbox.state import Event

log = logging.getLogger(__name__)

T = TypeVar("T")


class Keeper(Protocol):
    """Who puts recordings on the books (`billing.recordings.Recordings`)."""

    async def keep(
        self,
        call: str,
        recorded: Recorded,
        unit: Callable[[Session, int, str], Sequence[Filed]],
        told: Callable[[Sequence[Filed]], None],
    ) -> Sequence[Filed] | None: ...


@dataclass(frozen=True, slots=True)
class Office:
    """What the post works with. recordings: where the exchange keeps what it records."""

    db: Database
    bus: Bus
    clock: Clock
    recordings: Path


class Post:
    """`Post(office, keeper)`; `close` waits for what is still being noted."""

    def __init__(self, office: Office, keeper: Keeper) -> None:
        self._office = office
        self._keeper = keeper
        self._noting: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        if self._noting:
            await asyncio.wait(self._noting)

    async def find(self, tenant: int, mailbox: str) -> Box | None:
        return await self._read(queries.box, tenant, mailbox)

    # -- leaving -------------------------------------------------------------------------------------------------

    def expect(self, letter: Letter, name: str) -> None:
        file = self._office.recordings / f"{name}.wav"
        self._note(self._write(services.expect, letter, file, self._office.clock.now()))

    def forget(self, call: str) -> None:
        self._note(self._write(services.forget, call))

    async def keep(self, letter: Letter, recorded: Recorded) -> None:
        await self._keep(letter, recorded)

    async def take(self, call: str, recorded: Recorded, caller: str) -> bool:
        """A message for the operator that the exchange took alone; True if it was not there before."""

        def unit(session: Session, tenant: int, digest: str) -> Sequence[Filed]:
            letter = Letter(call, tenant, queries.OPERATOR, caller)
            return services.file(session, letter, recorded, digest, self._office.clock.now())

        filed = await self._keeper.keep(call, recorded, unit, partial(self._tell, call))
        return filed is None or any(one.fresh for one in filed)

    async def gather(self, over: Callable[[str], bool]) -> int:
        """File the recordings whose end nobody lived to tell. over: is this call at its end? Returns how many."""
        now, gathered = self._office.clock.now(), 0
        for letter, file in await self._read(services.abandoned, now):
            if not over(letter.call):
                continue
            seconds = await asyncio.to_thread(length, file)
            if seconds < SHORTEST_MESSAGE or await self._read(queries.filed, letter.call, file.stem):
                await self._write(services.forget, letter.call)
                continue
            log.warning("a message is filed that nobody saw the end of: %s", file)
            await self._keep(letter, Recorded(file, seconds, "hangup"))
            gathered += 1
        return gathered

    async def _keep(self, letter: Letter, recorded: Recorded) -> None:
        def unit(session: Session, tenant: int, digest: str) -> Sequence[Filed]:
            return services.file(session, letter, recorded, digest, self._office.clock.now())

        await self._keeper.keep(letter.call, recorded, unit, partial(self._tell, letter.call))

    def _tell(self, call: str, filed: Sequence[Filed]) -> None:
        for one in filed:
            if one.fresh:
                self._waiting(call, one.mailbox, one.counts)

    # -- its owner -----------------------------------------------------------------------------------------------

    async def own(self, tenant: int, extension: str) -> str:
        return await self._read(queries.owned, tenant, extension) if extension else ""

    async def unlock(self, attempt: Attempt) -> Opening:
        begun = await self._write(services.begin, attempt, self._office.clock.now())
        if begun.locked:
            return Opening.LOCKED
        key, name = f"mailbox {attempt.mailbox}", attempt.mailbox
        if await asyncio.to_thread(pin.fits, attempt.pin, begun.pin):
            await self._write(services.opened, attempt)
            self._alarm(key, f"mailbox {name} was opened with its PIN", cleared=True)
            return Opening.OPEN
        if begun.fishing:
            self._alarm("mailbox PINs", "very many wrong PINs of late: somebody tries out mailboxes")
        now = self._office.clock.now()
        if await self._read(queries.locked, attempt.tenant, attempt.mailbox, attempt.caller, now):
            caller = attempt.caller or "a withheld number"
            self._alarm(key, f"mailbox {name} is locked after wrong PINs; the last one from {caller}")
            return Opening.LOCKED
        return Opening.WRONG

    async def counts(self, tenant: int, mailbox: str) -> Counts:
        return await self._read(queries.counts, tenant, mailbox)

    async def first(self, session: Listening) -> Heard | None:
        return await self._read(queries.first, session)

    async def at(self, session: Listening, message: int) -> Heard | None:
        return await self._read(queries.at, session, message)

    async def beside(self, session: Listening, message: int, step: Literal[1, -1]) -> Heard | None:
        return await self._read(queries.beside, session, message, step)

    async def change(self, session: Listening, message: int, event: Event) -> None:
        counts = await self._write(services.change, session, message, event, self._office.clock.now())
        self._waiting(session.call, session.mailbox, counts)

    async def greet(self, tenant: int, mailbox: str, recorded: Recorded | None) -> None:
        sound, seconds = (str(recorded.file.with_suffix("")), recorded.seconds) if recorded else ("", 0.0)
        await self._write(services.greet, tenant, mailbox, sound, seconds)

    async def new_pin(self, tenant: int, mailbox: str, new: str) -> None:
        await self._write(services.set_pin, tenant, mailbox, await asyncio.to_thread(pin.sealed, new))

    async def forward(self, session: Listening, message: int, letter: Letter, comment: Recorded | None) -> None:
        heard = await self._read(queries.at, session, message)
        if heard is None:
            return
        original = Recorded(Path(f"{heard.sound}.wav"), heard.seconds, "key")
        whole = original if comment is None else await asyncio.to_thread(joined, comment, original)
        await self._keep(replace(letter, urgent=heard.urgent), whole)

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
                log.warning("what is being recorded could not be noted: %s", away)

        task = asyncio.create_task(note(), name="post")
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    # -- telling -------------------------------------------------------------------------------------------------

    def _waiting(self, call: str, mailbox: str, counts: Counts) -> None:
        at = self._office.clock.now()
        self._office.bus.publish(MessageWaiting(call=call, at=at, mailbox=mailbox, new=counts.new, saved=counts.saved))

    def _alarm(self, key: str, text: str, *, cleared: bool = False) -> None:
        self._office.bus.publish(Alarm(key=key, text=text, at=self._office.clock.now(), cleared=cleared))
