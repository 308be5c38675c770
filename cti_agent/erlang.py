"""How long callers wait for so many seats: Erlang's formulas, the yardstick of queues and of staffing. Pure.

Calls come at random (Poisson), are handled for a time (exponential), and wait in one line. Erlang C: nobody gives up.
Erlang A: callers lose patience (exponential). Load is in erlangs: calls a second times seconds of handling.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from math import exp

TAIL = 1e-13  # states of Erlang A that are less likely than this, beside those counted, are left out
MOST_SEATS = 100_000


@dataclass(frozen=True, slots=True)
class Load:
    """calls: a second; handling: mean seconds, wrap-up included; patience: mean seconds, None: without end."""

    calls: float
    handling: float
    patience: float | None = None

    def __post_init__(self) -> None:
        if self.calls < 0 or self.handling <= 0 or (self.patience is not None and self.patience <= 0):
            raise ValueError("calls must not be negative, handling and patience must be more than nothing")

    @property
    def erlangs(self) -> float:
        return self.calls * self.handling


@dataclass(frozen=True, slots=True)
class Service:
    """waits     the share of callers who wait at all
    asa       mean seconds of waiting, of all callers (those who give up included)
    abandoned the share that gives up
    occupancy the share of their time that seats handle calls
    """

    waits: float
    asa: float
    abandoned: float
    occupancy: float


def blocked(erlangs: float, seats: int) -> float:
    """Erlang B: the share of callers for whom no seat is free where nobody can wait.

    >>> blocked(1.0, 2)
    0.2
    """
    share = 1.0
    for n in range(1, seats + 1):
        share = erlangs * share / (n + erlangs * share)
    return share


def waits(erlangs: float, seats: int) -> float:
    """Erlang C: the share of callers who wait; 1 where seats cannot keep up.

    >>> round(waits(1.0, 2), 6)
    0.333333
    """
    if seats <= erlangs:
        return 1.0
    lost = blocked(erlangs, seats)
    return lost / (1 - erlangs / seats * (1 - lost))


def answered_within(load: Load, seats: int, seconds: float) -> float:
    """The share of callers answered within so many seconds, of all that call, without end of patience (Erlang C).

    >>> round(answered_within(Load(1 / 180, 180.0), 2, 20.0), 4)
    0.7017
    """
    if seats <= load.erlangs:
        return 0.0
    return 1 - waits(load.erlangs, seats) * exp(-(seats - load.erlangs) * seconds / load.handling)


def service(load: Load, seats: int) -> Service:
    """What callers and seats live through. Raises ValueError where nobody gives up and seats cannot keep up."""
    if load.patience is not None:
        return _impatient(load, seats, load.patience)
    if not load.calls:
        return Service(0.0, 0.0, 0.0, 0.0)
    if seats <= load.erlangs:
        raise ValueError(f"{seats} seats cannot keep up with {load.erlangs:.2f} erlangs: the queue grows without end")
    wait = waits(load.erlangs, seats)
    return Service(wait, wait * load.handling / (seats - load.erlangs), 0.0, load.erlangs / seats)


def _impatient(load: Load, seats: int, patience: float) -> Service:
    """Erlang A, by the likelihood of every number of callers that is there."""
    if not load.calls:
        return Service(0.0, 0.0, 0.0, 0.0)
    whole = waiting = queued = busy = 0.0
    for callers, weight in _states(load, seats, patience):
        whole += weight
        busy += weight * min(callers, seats)
        if callers >= seats:
            waiting += weight
            queued += weight * (callers - seats)
    mean_queue = queued / whole
    return Service(
        waits=waiting / whole,
        asa=mean_queue / load.calls,  # Little's law
        abandoned=mean_queue / patience / load.calls,
        occupancy=busy / whole / seats if seats else 0.0,
    )


def _states(load: Load, seats: int, patience: float) -> Iterator[tuple[int, float]]:
    """(callers there, weight), up from the likeliest state and down from it, until what is left does not count."""
    likeliest = min(int(load.erlangs), seats)

    def leaving(callers: int) -> float:
        """A second, of so many."""
        return min(callers, seats) / load.handling + max(0, callers - seats) / patience

    yield likeliest, 1.0
    weight = 1.0
    for callers in range(likeliest, 0, -1):
        weight *= leaving(callers) / load.calls
        if weight < TAIL:
            break
        yield callers - 1, weight
    weight = 1.0
    for callers in count(likeliest + 1):
        weight *= load.calls / leaving(callers)
        if weight < TAIL and leaving(callers) > load.calls:
            break
        yield callers, weight


def seats_for(load: Load, share: float, seconds: float, most_busy: float = 1.0) -> int:
    """The fewest seats that answer this share of callers within so many seconds (80 % in 20 s: 0.8, 20.0), none of them
    busy for more than `most_busy` of their time. As Erlang C: whoever plans for callers to give up loses them.

    Raises ValueError for a share that no number of seats reaches.

    >>> seats_for(Load(1 / 180, 180.0), 0.8, 20.0)
    3
    """
    if not 0 <= share < 1 or seconds < 0 or not 0 < most_busy <= 1:
        raise ValueError("a share is 0 to below 1, seconds are not negative, occupancy is above 0 and at most 1")
    if not load.calls:
        return 0
    seats = max(1, int(load.erlangs))
    while answered_within(load, seats, seconds) < share or load.erlangs / seats > most_busy:
        seats += 1
        if seats > MOST_SEATS:
            raise ValueError(f"more than {MOST_SEATS} seats")
    return seats
