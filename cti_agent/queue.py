"""One queue: who waits, in which order, and to whom each is offered next (SPEC §2.4.10). Pure: moments come in.

Priority first, then whoever has waited longer. Somebody who belongs to a seat (their own seller, or the seat they
talked with last) waits ten seconds for it before anybody else is asked. Whoever has waited a minute is asked once what
they would rather do.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass

from cti_agent.pool import Pool, Ready, Skills, Strategy

MOST = 20  # who may wait in one queue
STICKY = 10.0  # seconds for which somebody waits for their own seat
OVERFLOW = 60.0  # seconds after which somebody is asked: a message, go on waiting, be called back


class Full(Exception):
    """No more may wait."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where somebody stands: the lower, the sooner."""

    priority: int  # negated
    since: float
    number: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller in the queue. priority: the higher, the sooner; skills: what a seat must have; own: the seat they belong
    to, "" = none; asked: what they would rather do, and it was to wait."""

    call: str
    since: float
    priority: int = 0
    skills: Skills = frozenset()
    own: str = ""
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """This call is to ring these seats: one, or everybody who can (ring all)."""

    call: str
    seats: tuple[str, ...]


class Queue:
    """`Queue(strategy, most, overflow)`: how many may wait, and after how many seconds they are asked.

    A seat that an offer names, and its caller, are out of here: the caller comes back by
    `back`, the seat by `ready`. So one call rings one seat once, and nobody is offered two."""

    def __init__(
        self, strategy: Strategy = Strategy.LONGEST_IDLE, most: int = MOST, overflow: float = OVERFLOW
    ) -> None:
        self.pool = Pool(strategy)
        self.most, self.overflow = most, overflow
        self._order: list[Place] = []
        self._at: dict[Place, Waiting] = {}
        self._place: dict[str, Place] = {}
        self._asked: set[str] = set()  # what they would rather do
        self._count = 0

    def __len__(self) -> int:
        return len(self._order)

    # -- callers

    def enter(self, caller: Waiting) -> None:
        """At the end of those of the same priority. Twice is once. Raises Full."""
        if caller.call in self._place:
            return
        if len(self._order) >= self.most:
            raise Full(f"{self.most} callers wait already")
        if caller.asked:
            self._asked.add(caller.call)
        self._stand(caller)

    def back(self, caller: Waiting) -> None:
        """Nobody has answered the offer: to where they stood before, which is theirs though the queue is full."""
        if caller.call not in self._place:
            self._stand(caller)

    def leave(self, call: str) -> Waiting | None:
        """They have hung up, or chosen something else; None: they do not wait."""
        self._asked.discard(call)
        return self._go(call)

    def position(self, call: str) -> int:
        """1 = the next; 0: they do not wait."""
        place = self._place.get(call)
        return 0 if place is None else self._order.index(place) + 1

    def waiting(self) -> tuple[Waiting, ...]:
        """In the order in which they are served."""
        return tuple(self._at[place] for place in self._order)

    def overdue(self, now: float) -> tuple[str, ...]:
        """Those who have waited so long and have not been asked yet what they would rather do; told once of each."""
        late = [one.call for one in self.waiting() if now - one.since >= self.overflow and one.call not in self._asked]
        self._asked.update(late)
        return tuple(late)

    # -- seats

    def ready(self, seat: Ready) -> None:
        self.pool.put(seat)

    def unready(self, seat: str) -> None:
        self.pool.take(seat)

    # -- together

    def offers(self, now: float) -> Iterator[Offer]:
        """Who is offered to whom, until there is nobody left to offer or to be offered."""
        for place in tuple(self._order):
            if not len(self.pool):
                return
            caller = self._at[place]
            if seats := self._seats_for(caller, now):
                self._go(caller.call)
                for seat in seats:
                    self.pool.take(seat)
                yield Offer(caller.call, seats)

    def due(self, now: float) -> float | None:
        """Seconds until `offers` or `overdue` may have something new although nothing has happened; None: never."""
        moments = [
            one.since + wait - now
            for one in self.waiting()
            for wait in ((STICKY,) if one.own else ()) + (() if one.call in self._asked else (self.overflow,))
        ]
        return min((left for left in moments if left > 0), default=None)

    def _seats_for(self, caller: Waiting, now: float) -> tuple[str, ...]:
        if caller.own:
            if self.pool.can(caller.own, caller.skills):
                return (caller.own,)
            if now - caller.since < STICKY:
                return ()
        if self.pool.strategy is Strategy.RING_ALL:
            return self.pool.all(caller.skills)
        seat = self.pool.next(caller.skills)
        return (seat,) if seat else ()

    def _go(self, call: str) -> Waiting | None:
        place = self._place.pop(call, None)
        if place is None:
            return None
        del self._order[bisect_left(self._order, place)]
        return self._at.pop(place)

    def _stand(self, caller: Waiting) -> None:
        self._count += 1
        place = Place(-caller.priority, caller.since, self._count)
        insort(self._order, place)
        self._at[place], self._place[caller.call] = caller, place
