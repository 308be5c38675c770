"""Message-waiting lamps (S4-30): what waits in the mailboxes, shown on their owners' phones.

The exchange has no way to be told of messages that are not its own but one: a call to its dialplan's context `lamp`,
which nobody hears (`dialplan.render`). It remembers what it was told, tells a phone that registers or subscribes, and
forgets it when it is started anew; then everything is told again.
"""

import asyncio
import logging
from collections.abc import Callable

from asterisk.ari import verbs
from asterisk.ari.rest import Asks, NoAnswer
from calls.bus import Bus
from calls.facts import AnyFact, MessageWaiting
from db.work import Database, Unreachable
from ivr.mailbox import queries
from ivr.mailbox.port import Counts

log = logging.getLogger(__name__)

EVERY = 5.0  # seconds between looks; a message that comes or goes is shown at once


class Lamps:
    """`Lamps(db, bus, rest, run)`. run: names the run of the exchange, "" while there is none."""

    def __init__(self, db: Database, bus: Bus, rest: Asks, run: Callable[[], str]) -> None:
        self._db, self._bus, self._rest, self._run = db, bus, rest, run
        self._told: dict[str, Counts] = {}
        self._told_in = ""
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._deafen: Callable[[], None] = lambda: None

    def start(self) -> None:
        self._deafen = self._bus.subscribe(self._hear)
        self._task = asyncio.create_task(self._watch(), name="lamps")

    async def stop(self) -> None:
        self._deafen()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def show(self) -> None:
        """Tell the exchange what it does not know yet. Raises NoAnswer, Unreachable."""
        run = self._run()
        if not run:
            return
        if run != self._told_in:
            self._told, self._told_in = {}, run
        lamps = await self._db.read(queries.lamps)
        for extension in self._told.keys() - lamps.keys():  # it owns no mailbox any more
            lamps = {**lamps, extension: Counts(0, 0)}
        for extension, counts in lamps.items():
            if self._told.get(extension) != counts:
                answer = await self._rest.ask(verbs.light(extension, counts.new, counts.saved))
                if not answer.ok:
                    log.warning("the lamp of %s could not be set: %d %s", extension, answer.status, answer.body)
                self._told[extension] = counts

    def _hear(self, fact: AnyFact) -> None:
        if isinstance(fact, MessageWaiting):
            self._changed.set()

    async def _watch(self) -> None:
        while True:
            try:
                await self.show()
            except (NoAnswer, Unreachable) as away:
                log.debug("the lamps stay as they are: %s", away)
            except Exception:
                log.exception("the lamps could not be set")
            try:
                await asyncio.wait_for(self._changed.wait(), EVERY)
            except TimeoutError:
                continue
            self._changed.clear()
