"""The people on the telephone: what they do, and what they hear."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fake.channel import Channel


@dataclass(slots=True)
class Sound:
    """One file as it was heard. began, ended: time.monotonic(); ended 0 = still playing; whole: to its natural end."""

    media: str
    began: float
    ended: float = 0.0
    whole: bool = False


class Caller:
    """A caller on a fake call. `heard` is everything that was played to them, in order."""

    def __init__(self, channel: "Channel") -> None:
        self.channel = channel
        self.heard: list[Sound] = []
        self.fallback = ""  # why they ended in the fallback: TIMEOUT, FAILED, ORPHANED; "" = they did not
        self.music = False
        self.ringback = False
        self.cause = 0
        self.cut_off = False  # the exchange ended the call, not the caller
        self.speaking_until = 0.0
        self._changed = asyncio.Event()
        self._over = asyncio.Event()

    # -- what they do

    def press(self, keys: str) -> None:
        for key in keys:
            self.channel.key(key)

    def hangup(self, cause: int = 16) -> None:
        self.channel.hangup(cause, by_far_end=True)

    def speak(self, seconds: float) -> None:
        """Talk for so long: keeps a recording with a limit of silence open."""
        self.speaking_until = time.monotonic() + seconds

    # -- what they notice

    @property
    def is_up(self) -> bool:
        return not self._over.is_set()

    @property
    def state(self) -> str:
        """The call's CCSTATE on the channel."""
        return self.channel.variables.get("SHARED(CCSTATE)", "")

    @property
    def media(self) -> list[str]:
        return [sound.media for sound in self.heard]

    async def hears(self, text: str, deadline: float = 5.0, *, times: int = 1) -> Sound:
        """Wait until something whose name contains `text` has begun to play, for the `times`-th time."""
        found: list[Sound] = []

        def there() -> bool:
            found[:] = [sound for sound in self.heard if text in sound.media]
            return len(found) >= times

        await self.until(there, deadline, f"to hear {text!r}; heard {self.media}")
        return found[times - 1]

    async def until(self, condition: Callable[[], bool], deadline: float = 5.0, what: str = "") -> None:
        """Wait until `condition()` is true after something changed for this caller. Raises AssertionError."""
        try:
            async with asyncio.timeout(deadline):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"waited {deadline} s in vain {what}") from None

    async def over(self, deadline: float = 5.0) -> int:
        """Wait for the end of the call; its cause."""
        try:
            await asyncio.wait_for(self._over.wait(), deadline)
        except TimeoutError:
            raise AssertionError(f"the call did not end in {deadline} s; heard {self.media}") from None
        return self.cause

    # -- told by the channel

    def begin(self, media: str) -> Sound:
        sound = Sound(media, time.monotonic())
        self.heard.append(sound)
        self.notice()
        return sound

    def notice(self) -> None:
        self._changed.set()

    def end(self, cause: int, by_far_end: bool) -> None:
        self.cause, self.cut_off = cause, not by_far_end
        self._over.set()
        self.notice()


# -- parties that calls are put through to -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answers:
    """Rings for `after` seconds, answers, leaves after `talk` seconds (0 = when told to)."""

    after: float = 0.0
    talk: float = 0.0


@dataclass(frozen=True, slots=True)
class Refuses:
    """Q.850 cause and SIP status: (17, 486) busy, (1, 404) unallocated, (34, 503) congested, (21, 403) rejected."""

    cause: int = 17
    status: int = 486


@dataclass(frozen=True, slots=True)
class Rings:
    """Rings until the caller gives up or the time is over."""


Manner = Answers | Refuses | Rings
