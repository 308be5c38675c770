"""Sound files of ours, and the messages callers leave (`ivr.desk.Messages`)."""

import asyncio
import hashlib
import logging
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from billing.models import CallRow, Message, RecordingRow
from calls.call import Recorded
from calls.clock import Clock
from db.tenant import HOME
from db.work import Database, Unreachable

log = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds a caller may wait for the database; after that it is waited for without the caller


class Recordings:
    """Keeps messages: once `keep` was called, the message is stored even if the database is away for now.

    `close` waits for what is still on its way.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._storing: set[asyncio.Task[bool]] = set()

    async def keep(self, call: str, recorded: Recorded, mailbox: str) -> None:
        """A message left by a caller is ours from here on.

        Nothing is kept of a recording that failed. Told twice (after a resume), it is one message.
        """
        await self.take(call, recorded, mailbox)

    async def take(self, call: str, recorded: Recorded, mailbox: str) -> bool:
        """As `keep`; True if it was not kept before."""
        if recorded.ended == "failed":
            return False
        task = asyncio.create_task(self._store(call, recorded, mailbox), name=f"message of {call}")
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)
        done, _ = await asyncio.wait([task], timeout=PATIENCE)
        return task.result() if done else True

    async def close(self) -> None:
        if self._storing:
            await asyncio.wait(self._storing)

    async def _store(self, call: str, recorded: Recorded, mailbox: str) -> bool:
        digest = await asyncio.to_thread(sha256, recorded.file)
        while True:
            try:
                return await self._db.write(self._put, call, recorded, mailbox, digest)
            except Unreachable as error:
                log.warning("the message %s waits for the database: %s", recorded.file, error)
                await asyncio.sleep(0.05)

    def _put(self, session: Session, call: str, recorded: Recorded, mailbox: str, digest: str) -> bool:
        name = recorded.file.stem
        tenant = session.scalar(select(CallRow.tenant_id).where(CallRow.call_id == call)) or HOME
        kept = session.scalar(select(Message.id).where(Message.call_id == call, Message.recording == name))
        recording = {
            "tenant_id": tenant,
            "call_id": call,
            "name": name,
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
        if kept is None:
            session.add(
                Message(tenant_id=tenant, call_id=call, recording=name, mailbox=mailbox, seconds=recorded.seconds)
            )
        return kept is None


def sha256(file: Path) -> str:
    """The hash of a file's content, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
