"""Sound files of ours: a recording is on the books with its hash, together with whatever it was made for."""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from billing.models import CallRow, RecordingRow
from calls.call import Recorded
from calls.clock import Clock
from db.refusal import Refused
from db.tenant import HOME
from db.work import Database, Unreachable

log = logging.getLogger(__name__)

T = TypeVar("T")
Unit = Callable[[Session, int, str], T]  # session, tenant of the call, sha256 of the file
PATIENCE = 1.0  # seconds a caller may wait for the database; after that it is waited for without the caller


class Recordings:
    """Keeps recordings: once `keep` was called, it is stored even if the database is away for now.

    `close` waits for what is still on its way.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._storing: set[asyncio.Task[Any]] = set()

    async def keep(
        self,
        call: str,
        recorded: Recorded,
        unit: Unit[T],
        told: Callable[[T], None] = lambda _: None,
        *,
        otherwise: Unit[object] | None = None,
    ) -> T | None:
        """Put the recording on the books and do `unit` in the same transaction; `told` hears what it returned.

        Returns it, too, or None if the database takes longer than a caller should wait, or the recording failed.
        `unit` may be done again for the same recording (after a resume), so it must bear that. What it refuses the
        caller hears; if they have gone on with a promise by then, `otherwise` is done instead.
        """
        if recorded.ended == "failed":
            return None
        promised = False

        async def store() -> T | None:
            try:
                return await self._store(call, recorded, unit, told)
            except Refused as refused:
                if not promised or otherwise is None:
                    raise
                log.warning("call %s was promised what is refused now: %s", call, refused)
                await self._store(call, recorded, otherwise, lambda _: None)
                return None

        task = asyncio.create_task(store(), name=f"recording of {call}")
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)
        await asyncio.wait([task], timeout=PATIENCE)
        if task.done():
            return task.result()
        promised = True
        return None

    async def close(self) -> None:
        if self._storing:
            await asyncio.wait(self._storing)

    async def _store(self, call: str, recorded: Recorded, unit: Unit[T], told: Callable[[T], None]) -> T:
        digest = await asyncio.to_thread(sha256, recorded.file)
        while True:
            try:
                result = await self._db.write(self._put, call, recorded, unit, digest)
            except Unreachable as error:
                log.warning("the recording %s waits for the database: %s", recorded.file, error)
                await asyncio.sleep(0.05)
            else:
                told(result)
                return result

    def _put(self, session: Session, call: str, recorded: Recorded, unit: Unit[T], digest: str) -> T:
        tenant = session.scalar(select(CallRow.tenant_id).where(CallRow.call_id == call)) or HOME
        recording = {
            "tenant_id": tenant,
            "call_id": call,
            "name": recorded.file.stem,
            "file": str(recorded.file),
            "seconds": recorded.seconds,
            "ended_by": recorded.ended,
            "made_at": self._clock.now(),
            "sha256": digest,
            "notice_played": False,
        }
        insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        session.execute(  # the ledger writes the same row from the fact, before or after us
            insert(RecordingRow)
            .values(recording)
            .on_conflict_do_update(index_elements=["call_id", "name"], set_={"sha256": digest})
        )
        return unit(session, tenant, digest)


def sha256(file: Path) -> str:
    """The hash of a file's content, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
