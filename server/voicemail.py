"""Voice mail, wired: the post, the lamps on the phones, mail, and what the clock does for messages."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

from asterisk.ari.address import Address
from asterisk.ari.rest import Rest
from billing.reconcile import Reconciliation
from billing.recordings import Recordings
from ivr.mailbox import services
from ivr.mailbox.post import Office as Office
from ivr.mailbox.post import Post
from server.due import Daily, Every
from server.lamps import Lamps
from server.lost_calls import LostCalls
from server.mail import Mailer, Server
from server.scheduler import Job
from server.settings import Settings


class Voicemail:
    """`Voicemail(settings, office, recordings)`; `post` serves callers, `light` begins with all that goes on beside."""

    def __init__(self, settings: Settings, office: Office, recordings: Recordings) -> None:
        self.post = Post(office, recordings)
        self._settings, self._office = settings, office

    async def light(self, stack: AsyncExitStack, exchange: Address, run: Callable[[], str]) -> None:
        """run: names the run of the exchange, "" while there is none."""
        stack.push_async_callback(self.post.close)
        await stack.enter_async_context(LostCalls(self._office.bus, self.post.gather))
        rest = Rest(exchange)
        stack.push_async_callback(rest.close)
        lamps = Lamps(self._office.db, self._office.bus, rest, run)
        lamps.start()
        stack.push_async_callback(lamps.stop)

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
