"""The seats that are ready, and which of them is next (SPEC §2.4.10). Pure: moments come in, names go out.

A choice among a thousand seats costs as much as one among ten: seats of the same skills stand in one heap, whose front
is the next of them; of the heaps that will do the best front wins.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from heapq import heappop, heappush

Skills = frozenset[str]
Rank = tuple[float, ...]  # the lower, the sooner


class Strategy(StrEnum):
    """Whose turn it is among those who can."""

    LONGEST_IDLE = "longest idle"
    ROUND_ROBIN = "round robin"
    LEAST_CALLS = "least calls"
    RING_ALL = "ring all"


@dataclass(frozen=True, slots=True)
class Ready:
    """A seat that is ready. since: when it became so; calls: taken in this shift; offered: when a call was offered to
    it last (0: never). Moments are seconds of one clock."""

    seat: str
    since: float
    skills: Skills = frozenset()
    calls: int = 0
    offered: float = 0.0


RANKS: Mapping[Strategy, Callable[[Ready], Rank]] = {
    Strategy.LONGEST_IDLE: lambda seat: (seat.since,),
    Strategy.ROUND_ROBIN: lambda seat: (seat.offered, seat.since),
    Strategy.LEAST_CALLS: lambda seat: (seat.calls, seat.since),
    Strategy.RING_ALL: lambda seat: (seat.since,),
}


class Pool:
    """`Pool(strategy)`. A seat is in it from `put` until `take`."""

    def __init__(self, strategy: Strategy = Strategy.LONGEST_IDLE) -> None:
        self.strategy = strategy
        self._rank = RANKS[strategy]
        self._seats: dict[str, tuple[Rank, int, Ready]] = {}
        self._heaps: dict[Skills, list[tuple[Rank, int, str]]] = {}
        self._count = 0

    def __len__(self) -> int:
        return len(self._seats)

    def __contains__(self, seat: str) -> bool:
        return seat in self._seats

    def put(self, seat: Ready) -> None:
        """It is ready; what was known of it before is forgotten."""
        self._count += 1
        rank = self._rank(seat)
        self._seats[seat.seat] = (rank, self._count, seat)
        heappush(self._heaps.setdefault(seat.skills, []), (rank, self._count, seat.seat))

    def take(self, seat: str) -> Ready | None:
        """It is not ready any more; None: it was not."""
        found = self._seats.pop(seat, None)
        return found[2] if found else None

    def can(self, seat: str, skills: Skills) -> bool:
        """Is that seat ready, and has it these skills?"""
        found = self._seats.get(seat)
        return found is not None and found[2].skills >= skills

    def next(self, skills: Skills = frozenset()) -> str | None:
        """Whose turn it is; it stays in the pool."""
        fronts = [front for able in tuple(self._heaps) if able >= skills and (front := self._front(able))]
        return min(fronts)[2] if fronts else None

    def all(self, skills: Skills = frozenset()) -> tuple[str, ...]:
        """Everybody who can, in the order of their turns."""
        able = [found for found in self._seats.values() if found[2].skills >= skills]
        return tuple(seat.seat for _, _, seat in sorted(able, key=lambda found: found[:2]))

    def __iter__(self) -> Iterator[Ready]:
        return (seat for _, _, seat in self._seats.values())

    def _front(self, skills: Skills) -> tuple[Rank, int, str] | None:
        """The next one of a heap. Who has been taken since, or put anew, is thrown away when it comes to the front."""
        heap = self._heaps[skills]
        while heap:
            _, count, seat = front = heap[0]
            found = self._seats.get(seat)
            if found is not None and found[1] == count:
                return front
            heappop(heap)
        del self._heaps[skills]
        return None
