"""The courier brings home what the dialplan did alone: the lines and messages its fallback leaves in files."""

import asyncio
import fcntl
import logging
import os
from pathlib import Path

from billing.reconcile import Reconciliation

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds between looks at the file


class Courier:
    """Reads `<spool>/fallback.jsonl` from its beginning at every start (calls told of before are left as they are),
    then follows it. Of several controllers at one exchange one at a time does so; should it die, another goes on."""

    def __init__(self, file: Path, reconciliation: Reconciliation) -> None:
        self._file = file
        self._reconciliation = reconciliation
        self._read = 0
        self._turn = asyncio.Lock()
        self._lock: int | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._follow(), name="courier")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def fetch(self) -> None:
        """Bring home the whole lines written since the last time, if that is ours to do."""
        async with self._turn:
            if self._on_duty():
                await self._fetch()

    async def _fetch(self) -> None:
        try:
            if self._file.stat().st_size < self._read:
                self._read = 0  # somebody has begun the file anew
            with self._file.open("rb") as stream:
                stream.seek(self._read)
                fresh = stream.read()
        except FileNotFoundError:
            return
        whole, end, _ = fresh.rpartition(b"\n")
        if not end:
            return
        done = await self._reconciliation.import_fallback(whole.decode("utf-8", "replace").splitlines())
        self._read += len(whole) + 1
        if done.new or done.closed or done.messages:
            log.warning(
                "the fallback served %d new calls, ended %d of ours, and took %d messages",
                done.new, done.closed, done.messages,
            )  # fmt: skip

    async def _follow(self) -> None:
        while True:
            try:
                await self.fetch()
            except Exception:
                log.exception("what the fallback left could not be brought home; it is tried again")
            await asyncio.sleep(EVERY)

    def _on_duty(self) -> bool:
        """Is the file ours to read? The lock ends with the process that holds it."""
        if self._lock is None:
            lock = os.open(self._file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                return False
            self._lock = lock
        return True
