"""How often we listen to the exchange: to each word on a quiet line, in breaths on a busy one.

Every look at the socket costs as much as what is found there, and every burst that answers it wakes the exchange's
thread. So on a busy line what comes is left lying for a moment and heard together; the answers leave in one segment.
"""

import asyncio
from collections import deque
from typing import Protocol

BREATH = 0.0025  # seconds between two looks on a busy line: a key's answer has 3 ms in all
BUSY = 500.0  # messages a second; seventy callers a second at the door
MEMORY = 16  # messages from which the rate is taken


class Readable(Protocol):
    """What a pace needs of a transport."""

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def is_closing(self) -> bool: ...


class Pace:
    """`Pace(transport)`; `heard(now)` with every message. Reading is held up for a breath at most, never stopped."""

    def __init__(self, transport: Readable) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._lately: deque[float] = deque([0.0] * MEMORY, MEMORY)
        self._holding = False

    def heard(self, now: float) -> None:
        """A message has come at `now` (monotonic seconds)."""
        if not self._holding and now - self._lately[0] < MEMORY / BUSY and not self._transport.is_closing():
            self._holding = True
            self._transport.pause_reading()
            self._loop.call_later(BREATH, self._listen)
        self._lately.append(now)

    def _listen(self) -> None:
        self._holding = False
        if not self._transport.is_closing():
            self._transport.resume_reading()
