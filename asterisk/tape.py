"""A recording of the caller: from the tone to a key, silence, the limit or the hang-up."""

import asyncio
import os
from math import ceil
from pathlib import Path

from asterisk import state
from asterisk.ari import verbs
from asterisk.ari.rest import Answer, NoAnswer
from asterisk.ari.verbs import Request
from asterisk.line import Line
from calls.call import Recorded
from calls.facts import RecordingMade

LATE = 5.0  # seconds a recording may take longer than its limit
AFTERWARDS = 1.0  # seconds after a hang-up in which the exchange closes the file
HEADER, RATE = 44, 16_000  # bytes: a wav file's head, one second of 8 kHz 16-bit mono


class Tape:
    """`Tape(line)`: what is being recorded on it, if anything."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._name = ""
        self._request: Request | None = None
        self._started = False
        self._failed = ""
        self._key = ""
        self._seconds = 0

    @property
    def running(self) -> bool:
        return bool(self._name)

    async def record(self, name: str, most: float, silence: float) -> Recorded:
        line = self._line
        line.write(state.RECORDING, (name,), most)
        request = verbs.record(line.channel, name, most=ceil(most), silence=ceil(silence))
        line.send(request, self._answered)
        return await self._run(name, request, most)

    async def ride(self, name: str, most: float) -> Recorded | None:
        """Go on with the recording another controller began; what ended in the gap is taken as it is."""
        try:
            live = (await self._line.trunk.aside.ask(verbs.live_recording(name))).ok
        except NoAnswer:
            live = False
        if live:
            return await self._run(name, None, most)
        return self._tell(name, "silence") if seconds_in(self._file(name)) > 0 else None

    async def _run(self, name: str, request: Request | None, most: float) -> Recorded:
        line = self._line
        self._name, self._request, self._started = name, request, request is None
        self._failed = self._key = ""
        self._seconds = 0
        try:
            overdue = not await line.until(lambda: not self._name, most + LATE) and line.cause is None
            if self._name and line.cause is not None:
                await line.until(lambda: not self._name, AFTERWARDS, gone_too=True)
        except asyncio.CancelledError:
            self._stop()
            raise
        finally:
            self._name = ""
            line.done()
        if overdue:
            line.send(verbs.stop_recording(name))
        if self._failed:
            return self._tell(name, "failed")
        if line.cause is not None:
            return self._tell(name, "hangup")
        if self._key:
            return self._tell(name, "key")
        return self._tell(name, "limit" if overdue or self._seconds >= most else "silence")

    def _tell(self, name: str, ended: str) -> Recorded:
        """What is on the disk counts, not what was said of it."""
        line, office, file = self._line, self._line.trunk.office, self._file(name)
        seconds = seconds_in(file)
        if seconds <= 0 and ended != "hangup":
            ended = "failed"
        if ended == "failed":
            line.trouble(f"nothing could be recorded ({self._failed or 'the file is empty'}): {name}")
        elif seconds < self._seconds / 2 - 1:
            line.trouble(f"only {seconds:.1f} of {self._seconds} s are on the disk: {name}")
        result = Recorded(file, seconds, ended, self._key)
        office.bus.publish(
            RecordingMade(call=line.call, at=office.now(), name=name, file=str(file), seconds=seconds, ended=ended)
        )
        return result

    def _file(self, name: str) -> Path:
        return self._line.trunk.office.recordings / f"{name}.wav"

    def _stop(self) -> None:
        name, self._name = self._name, ""
        if name and self._line.cause is None:
            self._line.send(verbs.stop_recording(name))

    # -- told by the mailbox -------------------------------------------------------------------------------------

    def key(self, key: str) -> None:
        """The exchange ends the recording by itself; we only remember by what."""
        if not self._key:
            self._key = key

    def finished(self, name: str, seconds: int) -> None:
        if name == self._name:
            self._name, self._seconds = "", seconds
            self._line.wake()

    def failed(self, name: str, cause: str) -> None:
        if name == self._name:
            self._name, self._failed = "", cause or "the exchange gave no cause"
            self._line.wake()

    def _answered(self, answer: Answer) -> None:
        if answer.ok:
            self._started = True
        elif answer.gone:
            self._line.trunk.look(self._line, lambda: self._refused(answer))
        elif answer.status:
            self._refused(answer)

    def _refused(self, answer: Answer) -> None:
        if not self._started:
            self.failed(self._name, f"refused with {answer.status}")

    async def reconcile(self) -> None:
        """After a gap in the link: has it ended meanwhile, or never begun?"""
        name, request = self._name, self._request
        if not name or (await self._line.trunk.aside.ask(verbs.live_recording(name))).ok or name != self._name:
            return
        if self._started or request is None or seconds_in(self._file(name)) > 0:
            self.finished(name, 0)
        else:
            self._line.send(request, self._answered)


def seconds_in(file: Path) -> float:
    """The audio in an 8 kHz wav file, by its size; 0 if there is none."""
    try:
        return max(0, os.stat(file).st_size - HEADER) / RATE
    except OSError:
        return 0.0
