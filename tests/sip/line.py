"""One call as the person holding the telephone knows it."""

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.sip.media import Stream

if TYPE_CHECKING:
    from tests.sip.dialog import Dialog
    from tests.sip.uac import Phone


class Refused(Exception):
    """The call was not put through; `code` is the SIP status (486 busy, 404 unallocated, 487 cancelled …)."""

    def __init__(self, code: int) -> None:
        super().__init__(f"refused with {code}")
        self.code = code


# -- how a phone treats calls that come in -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answers:
    """Ring for `after` seconds, answer, say `speech` (µ-law); hang up after `talk` seconds (0: the other side does)."""

    after: float = 0.0
    speech: bytes = b""
    talk: float = 0.0


@dataclass(frozen=True, slots=True)
class Refuses:
    code: int = 486


@dataclass(frozen=True, slots=True)
class Redirects:
    """Send whoever calls to another number (302)."""

    number: str


@dataclass(frozen=True, slots=True)
class Rings:
    """Ring until the caller gives up."""


Manner = Answers | Refuses | Redirects | Rings


class Line:
    """One call. Times are seconds since the epoch.

    caller, callee   the numbers (user parts) as on the wire; `name` is the display name as received
    media            its audio: `media.heard` is what arrived
    log              every SIP message of the call: (time, "> INVITE" or "< 200 INVITE")
    """

    def __init__(self, phone: "Phone", media: Stream, *, caller: str, callee: str, name: str = "") -> None:
        self.phone, self.media = phone, media
        self.caller, self.callee, self.name = caller, callee, name
        self.log: list[tuple[float, str]] = []
        self.code = 0
        self.ringing = asyncio.Event()
        self.ended_by = ""
        self.invited_at = time.time()
        self.answered_at = 0.0
        self.ended_at = 0.0
        self.dialog: Dialog | None = None
        self._connected = asyncio.Event()
        self._ended = asyncio.Event()

    @property
    def is_up(self) -> bool:
        return self._connected.is_set() and not self._ended.is_set()

    async def answered(self, deadline: float = 5.0) -> "Line":
        """Wait until the call is up. Raises `Refused`, or TimeoutError."""
        either = [asyncio.ensure_future(event.wait()) for event in (self._connected, self._ended)]
        try:
            done, _ = await asyncio.wait(either, timeout=deadline, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in either:
                one.cancel()
        if not done:
            raise TimeoutError(f"{self.callee} did not answer within {deadline} s")
        if not self._connected.is_set():
            raise Refused(self.code)
        return self

    async def over(self, deadline: float = 30.0) -> str:
        """Wait for the end, "us" or "them" having ended it; then all audio is in `media.heard`."""
        await asyncio.wait_for(self._ended.wait(), deadline)
        return self.ended_by

    def press(self, keys: str, *, length: float = 0.1, gap: float = 0.1) -> None:
        """Press keys one after the other. Asterisk hears a key twice when the gap before it is under 45 ms."""
        self.media.press(keys, length, gap)

    def flood(self, keys: str) -> None:
        """All keys in one instant: a broken or hostile telephone."""
        self.media.flood(keys)

    def say(self, audio: bytes) -> None:
        """Speak µ-law audio."""
        self.media.say(audio)

    def transfer(self, number: str) -> None:
        """Send the other side on to another number."""
        if self.dialog is not None and self.is_up:
            self.dialog.refer(number)

    def hangup(self) -> None:
        """End the call in whatever state it is: BYE, CANCEL, or a refusal."""
        if self.dialog is not None and not self._ended.is_set():
            self.dialog.leave()

    # -- told by the dialog

    def note(self, what: str) -> None:
        self.log.append((time.time(), what))

    def connect(self, peer: tuple[str, int] | None) -> None:
        self.media.peer = peer or self.media.peer
        self.answered_at = time.time()
        self._connected.set()

    def end(self, by: str, code: int = 0) -> None:
        if self._ended.is_set():
            return
        self.ended_by, self.ended_at, self.code = by, time.time(), code or self.code
        self.media.close()
        self.phone.gone(self)
        self._ended.set()
