"""Calls whose end nobody told: after the exchange restarted, a controller died, or the dialplan worked alone."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from billing import history
from billing.fallback import Tale, read_tale
from billing.history import OpenCall
from billing.ledger import Ledger
from calls.bus import Bus
from calls.call import Recorded
from calls.facts import CallEnded
from calls.record import is_message
from db.work import Database

log = logging.getLogger(__name__)

EARLIER = timedelta(minutes=1)  # clocks of the exchange and the controller may differ by so much


class Messages(Protocol):
    """Where the fallback's messages go."""

    async def take(self, call: str, recorded: Recorded, caller: str) -> bool:
        """A message for the operator, from this number; True if it was not there before."""


@dataclass(slots=True)
class Imported:
    """new: calls no controller ever saw; closed: calls of ours that ended in the fallback; refused: bad lines."""

    new: int = 0
    closed: int = 0
    messages: int = 0
    refused: int = 0


class Reconciliation:
    def __init__(self, db: Database, bus: Bus, ledger: Ledger, messages: Messages) -> None:
        self._db = db
        self._bus = bus
        self._ledger = ledger
        self._messages = messages

    async def open_calls(self, exchange: str | None = None) -> list[OpenCall]:
        """The calls without an end, of one run of the exchange or of all."""
        await self._ledger.flush()
        return await self._db.read(history.open_calls, exchange)

    async def close_open(
        self,
        exchange: str | None,
        cause: int,
        by: str,
        *,
        at: datetime | None = None,
        only: Collection[str] | None = None,
    ) -> list[str]:
        """End the open calls of a run of the exchange (None: of any), or `only` these; return their ids.

        at: when they ended; None = when each was last seen. The end is published like any other, so screens see it.
        """
        closing = [call for call in await self.open_calls(exchange) if only is None or call.call_id in only]
        for call in closing:
            self._bus.publish(CallEnded(call=call.call_id, at=at or call.last_seen, cause=cause, by=by))
        await self._ledger.flush()
        return [call.call_id for call in closing]

    async def import_fallback(self, lines: Iterable[str]) -> Imported:
        """Take over what the dialplan did alone; a call told of before is left as it is."""
        imported = Imported()
        tales: dict[str, Tale] = {}
        for line in lines:
            try:
                if line.strip():
                    tale = read_tale(line)
                    tales.setdefault(tale.linkedid, tale)
            except ValueError as error:
                imported.refused += 1
                log.warning("a line of the fallback cannot be read (%s): %.300r", error, line)
        await self._ledger.flush()
        if not tales:
            return imported
        ids = [*tales, *(tale.state_call for tale in tales.values() if tale.state_call)]
        since = min(tale.start for tale in tales.values()) - EARLIER
        known = await self._db.read(history.known, ids, since)
        for tale in tales.values():
            await self._take(tale, known.get(tale.state_call) or known.get(tale.linkedid), imported)
        await self._ledger.flush()
        return imported

    async def _take(self, tale: Tale, known: history.Known | None, imported: Imported) -> None:
        call = known.call_id if known else tale.own_id
        if known is None:
            imported.new += 1
            for fact in tale.beginning(call):
                self._ledger.hear(fact)
        if (made := tale.recording(call)) and is_message(made):
            self._ledger.hear(made)
            kept = Recorded(file=Path(made.file), seconds=made.seconds, ended=made.ended)
            imported.messages += await self._messages.take(call, kept, tale.caller)
        if known is None or not known.ended:
            imported.closed += known is not None
            for fact in tale.ending(call):
                self._ledger.hear(fact)
