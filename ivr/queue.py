"""Queues 排队 as flows see them (SPEC §2.4.10): filled in by `server.queues`."""

from dataclasses import dataclass, field
from typing import Protocol

from calls.call import Call


@dataclass(frozen=True, slots=True)
class Queuer:
    """A caller who wants a person. since: Unix seconds from which on they wait, 0 = from now."""

    tenant: int
    queue: str
    lang: str
    call: Call = field(compare=False)
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Offer:
    """A seat is theirs: its phone is to be rung for so many seconds."""

    phone: str
    ring: float


@dataclass(frozen=True, slots=True)
class Overdue:
    """They have waited so long that they are asked what they would rather do."""


News = Offer | Overdue | None


class Queues(Protocol):
    """A caller who waits is told that there is news by `Call.nudge`."""

    def exists(self, tenant: int, queue: str) -> bool: ...

    def enter(self, who: Queuer, *, ringing: bool = False) -> float:
        """Wait; since when they do (Unix seconds: who was here before in this call has their place). 0: the queue is
        full. ringing: a seat's phone rings for them already (another controller saw to that)."""

    def news(self, call: str) -> News:
        """What there is to do for this caller; each thing is told once."""

    def position(self, call: str) -> int:
        """1: the next; 0: they do not wait."""

    def back(self, call: str) -> None:
        """The seat offered did not answer: to their place again."""

    def leave(self, call: str, how: str) -> None:
        """They do not wait any more. how: "answered", "overdue", "cancelled", "hung up"."""


class NoQueues:
    """There are none: everybody goes to the operator's phone."""

    def exists(self, tenant: int, queue: str) -> bool:
        return False

    def enter(self, who: Queuer, *, ringing: bool = False) -> float:
        return 0.0

    def news(self, call: str) -> News:
        return None

    def position(self, call: str) -> int:
        return 0

    def back(self, call: str) -> None:
        """Nobody was offered."""

    def leave(self, call: str, how: str) -> None:
        """Nobody waited."""
