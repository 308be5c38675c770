"""How many seats are needed, half hour by half hour, from the calls there were (Erlang C). Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cti_agent.erlang import Load, answered_within, seats_for

SLOT = 30  # minutes


@dataclass(frozen=True, slots=True)
class Target:
    """This share of callers answered within so many seconds (80/20), no seat busier than `most_busy` of its time."""

    share: float = 0.8
    seconds: float = 20.0
    most_busy: float = 0.9


@dataclass(frozen=True, slots=True)
class Slot:
    """at: "HH:MM", where it begins; calls: on a mean day; share: answered in time with so many seats, as expected."""

    at: str
    calls: float
    seats: int
    share: float
    occupancy: float


def plan(arrivals: Iterable[datetime], days: int, handling: float, target: Target) -> list[Slot]:
    """arrivals: when callers came into the queue, in the time of the place, within so many days; handling: mean
    seconds of talk and wrap-up. Slots in which nobody called are left out.

    >>> from datetime import UTC, datetime
    >>> [one] = plan([datetime(2024, 4, 1, 10, n, tzinfo=UTC) for n in range(10)], 1, 180.0, Target())
    >>> one.at, one.calls, one.seats, round(one.share, 2)
    ('10:00', 10.0, 3, 0.93)
    """
    if days < 1:
        raise ValueError("a plan needs a day at least")
    found = Counter(at.hour * 60 // SLOT + at.minute // SLOT for at in arrivals)
    slots = []
    for slot, many in sorted(found.items()):
        load = Load(many / days / (SLOT * 60), handling)
        seats = seats_for(load, target.share, target.seconds, target.most_busy)
        begin = f"{slot * SLOT // 60:02}:{slot * SLOT % 60:02}"
        share = answered_within(load, seats, target.seconds)
        slots.append(Slot(begin, many / days, seats, share, load.erlangs / seats))
    return slots
