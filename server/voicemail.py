"""Voice mail, wired: the post, the lamps on the phones, mail, and what the clock does for messages."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

from asterisk.ari.address import Address
from asterisk.ari.rest import Rest
from billing.reconcile import Reconciliation
from billing.recordings import Recordings
from calls.facts import AnyFact, CallEnded
from calls.unavailable import Unavailable
from ivr.mailbox import services
from ivr.mailbox.post import Office as Office
from ivr.mailbox.post import Post
from server.due import Daily, Every
from server.lamps import Lamps
from server.mail import Mailer, Server
from server.scheduler import Job
from server.settings import Settings

log = logging.getLogger(__name__)

SEEN = ("caller", "us")  # ends of calls that one of ours has lived to see
CLOSED = 1.0  # seconds in which the exchange has closed the file of a recording, and a flow has filed it


class Voicemail:
    """`Voicemail(settings, office, recordings)`; `post` serves callers, `light` begins with all that goes on beside."""

    def __init__(self, settings: Settings, office: Office, recordings: Recordings) -> None:
        self.post = Post(office, recordings)
        self._settings, self._office = settings, office
        self._lost: set[str] = set()
        self._gathering: asyncio.Task[None] | None = None

    async def light(self, stack: AsyncExitStack, exchange: Address, run: Callable[[], str]) -> None:
        """run: names the run of the exchange, "" while there is none."""
        stack.push_async_callback(self.post.close)
        stack.push_async_callback(self._gathered)
        stack.callback(self._office.bus.subscribe(self._hear))
        rest = Rest(exchange)
        stack.push_async_callback(rest.close)
        lamps = Lamps(self._office.db, self._office.bus, rest, run)
        lamps.start()
        stack.push_async_callback(lamps.stop)

    def _hear(self, fact: AnyFact) -> None:
        """A call has ended that nobody saw the end of: it may have been leaving a message."""
        if isinstance(fact, CallEnded) and fact.by not in SEEN:
            self._lost.add(fact.call)
            if self._gathering is None or self._gathering.done():
                self._gathering = asyncio.create_task(self._gather(), name="messages of lost calls")

    async def _gather(self) -> None:
        try:
            while self._lost:
                await asyncio.sleep(CLOSED)
                lost, self._lost = self._lost, set()
                await self.post.gather(lost.__contains__)
        except Unavailable as away:
            log.warning("messages of lost calls wait for the clock: %s", away)

    async def _gathered(self) -> None:
        if self._gathering is not None:
            self._gathering.cancel()
            await asyncio.wait([self._gathering])

    def jobs(self, reconciliation: Reconciliation) -> tuple[Job, ...]:
        office, smtp = self._office, self._settings.smtp.get_secret_value()

        async def gather(_: datetime) -> object:
            ongoing = {call.call_id for call in await reconciliation.open_calls()}
            return await self.post.gather(lambda call: call not in ongoing) or None

        async def purge(_: datetime) -> object:
            files = await office.db.write(services.purge, office.clock.now())
            await asyncio.to_thread(_delete, files)
            return len(files) or None

        jobs = (Job("gather_messages", Every(60), gather), Job("purge_messages", Daily(4, 10), purge))
        if not smtp:
            return jobs
        server = Server(smtp, self._settings.smtp_from)
        mailer = Mailer(server, office.db, office.bus, office.clock, self._settings.language)

        async def mail(_: datetime) -> object:
            return await mailer.deliver()

        return (*jobs, Job("mail_messages", Every(60), mail))


def _delete(files: Sequence[str]) -> None:
    for file in files:
        Path(file).unlink(missing_ok=True)
