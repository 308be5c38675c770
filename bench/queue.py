"""The queue's own code lived through: a million calls against Erlang's formulas, and how fast it decides.

No clock, no exchange: calls come, are handled and give up at moments drawn by chance (a seed), and the queue decides.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush

from bench.report import Report, at_least, at_most
from cti_agent.erlang import Load, Service, answered_within, service
from cti_agent.pool import Ready, Strategy
from cti_agent.queue import Queue, Waiting

Tell = Callable[[str], None]

SEED = 20240331
SEATS, HANDLING, PATIENCE, SOON = 20, 180.0, 90.0, 20.0
PATIENT = Load(17.0 / HANDLING, HANDLING)  # 17 erlangs at 20 seats: a third of the callers waits
HASTY = Load(21.0 / HANDLING, HANDLING, PATIENCE)  # more than 20 seats can do: some give up
GOALS = {
    "erlang_c_off": at_most(0.02),
    "erlang_a_off": at_most(0.02),
    "decisions_per_s": at_least(50_000),
}
SKILLS = ("sales", "after-sale", "finance")


@dataclass(slots=True)
class Lived:
    """calls, of whom so many waited, gave up, were answered soon; seconds waited and talked, of all; until: the end."""

    calls: int = 0
    waited: int = 0
    gave_up: int = 0
    soon: int = 0
    seconds: float = 0.0
    busy: float = 0.0
    until: float = 0.0

    def service(self) -> Service:
        shares = self.waited / self.calls, self.seconds / self.calls, self.gave_up / self.calls
        return Service(*shares, occupancy=self.busy / self.until / SEATS)


def live(load: Load, calls: int, seats: int = SEATS) -> Lived:
    """So many calls through the queue. Events are (moment, number, what, who)."""
    chance, lived = random.Random(SEED), Lived()
    queue = Queue(Strategy.LONGEST_IDLE, most=1_000_000)
    events: list[tuple[float, int, str, str]] = []
    for n in range(seats):
        queue.ready(Ready(f"{n}", -float(n + 1)))
    came: dict[str, float] = {}
    heappush(events, (chance.expovariate(load.calls), 0, "comes", "0"))
    while events:
        now, number, what, who = heappop(events)
        match what:
            case "comes":
                lived.calls += 1
                came[who] = now
                queue.enter(Waiting(who, now))
                if load.patience is not None:
                    heappush(events, (now + chance.expovariate(1 / load.patience), number, "gives up", who))
                if lived.calls < calls:
                    heappush(events, (now + chance.expovariate(load.calls), number + 1, "comes", f"{number + 1}"))
            case "gives up":
                if queue.leave(who) is None:
                    continue  # answered long ago
                lived.gave_up += 1
                lived.waited += 1
                lived.seconds += now - came.pop(who)
            case _:
                queue.ready(Ready(who, now))
        for offer in queue.offers(now):
            wait, talk = now - came.pop(offer.call), chance.expovariate(1 / load.handling)
            lived.waited += wait > 0
            lived.soon += wait <= SOON
            lived.seconds += wait
            lived.busy += talk
            heappush(events, (now + talk, number, "is free", offer.seats[0]))
        lived.until = now
    return lived


def off(lived: Lived, load: Load) -> dict[str, float]:
    """How far the life is from the formula, each figure as a share of the formula's."""
    was, is_to_be = lived.service(), service(load, SEATS)
    found = {
        "waits": was.waits / is_to_be.waits - 1,
        "asa": was.asa / is_to_be.asa - 1,
        "occupancy": was.occupancy / is_to_be.occupancy - 1,
    }
    if load.patience is None:
        return found | {"answered within 20 s": lived.soon / lived.calls / answered_within(load, SEATS, SOON) - 1}
    return found | {"abandoned": was.abandoned / is_to_be.abandoned - 1}


def decisions(seats: int, seconds: float) -> float:
    """Offers a second: all seats are ready, each with one of eight sets of skills; calls that need one come one by one,
    and the seat that takes a call is ready again at once."""
    chance, queue = random.Random(SEED), Queue(most=1_000_000)
    sets = [frozenset(name for bit, name in enumerate(SKILLS) if n >> bit & 1) for n in range(8)]
    skills = [sets[chance.randrange(8)] for _ in range(seats)]
    for n in range(seats):
        queue.ready(Ready(f"{n}", float(n), skills[n]))
    made, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for _ in range(100):
            made += 1
            queue.enter(Waiting(f"{made}", float(made), skills=skills[made % seats]))
            for offer in queue.offers(float(made)):
                seat = offer.seats[0]
                queue.ready(Ready(seat, float(seats + made), skills[int(seat)]))
    return made / (time.perf_counter() - began)


async def run(quick: bool, tell: Tell) -> Report:
    """A quick run says nothing about the formulas: too few calls."""
    goals = {name: goal for name, goal in GOALS.items() if not (quick and name.endswith("_off"))}
    return await asyncio.to_thread(_run, Report("queue", goals), quick, tell)


def _run(report: Report, quick: bool, tell: Tell) -> Report:
    calls = 20_000 if quick else 1_000_000
    for name, load in (("erlang_c", PATIENT), ("erlang_a", HASTY)):
        tell(f"{calls:,} calls against {name.replace('_', ' ')}")
        found = off(live(load, calls), load)
        report.figures[f"{name}_off"] = max(map(abs, found.values()))
        report.notes.append(f"{name}: " + ", ".join(f"{what} {value:+.2%}" for what, value in found.items()))
    tell("decisions with 1,000 seats")
    report.figures["decisions_per_s"] = decisions(1_000, 1.0 if quick else 5.0)
    return report
