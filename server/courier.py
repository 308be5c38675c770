"""The courier brings home what the dialplan did alone: the lines and messages its fallback leaves in files."""

import asyncio
import logging
from pathlib import Path

from billing.reconcile import Reconciliation

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds between looks at the file


class Courier:
    """Reads `<spool>/fallback.jsonl` from its beginning at every start (calls told of before are left as they are),
    then follows it."""

    def __init__(self, file: Path, reconciliation: Reconciliation) -> None:
        self._file = file
        self._reconciliation = reconciliation
        self._read = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._follow(), name="courier")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def fetch(self) -> None:
        """Bring home the whole lines written since the last time."""
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
