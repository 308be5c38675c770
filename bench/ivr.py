"""`./run bench ivr`: the whole product beside Asterisk's own dialplan, alternating in one run on one machine.

What is measured, and how, is told in docs/developer/bench.md.
"""

import random
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from asterisk.instance.software import find
from bench import crowd, latency, load, sides, tones
from bench.addresses import Addresses
from bench.capacity import Track
from bench.product import NUMBERS, Product, product, walk_flow
from bench.records import SLACK
from bench.report import Report, at_least, at_most
from bench.sides import Side

Tell = Callable[[str], None]

GOALS = {
    "prompt_calls_per_s": at_least(0.90),
    "key_calls_per_s": at_least(0.85),
    "controller_cpu_ms_per_call": at_most(0.5),
    "records_missing": at_most(0),
    "records_wrong_duration": at_most(0),
    "key_to_stop_p95_ms": at_most(3),
    "invite_to_prompt_p95_ms": at_most(150),
    "crowd_keys_lost": at_most(0),
    "crowd_records_wrong": at_most(0),
}
NEEDS_A_LIMIT = {"prompt_calls_per_s", "key_calls_per_s", "controller_cpu_ms_per_call"}  # what a quick run cannot judge
RECIPE_CPU_MS = 0.13  # of the bare recipe, a prompt call, on the machine the goals were set on (SPEED.md A4)
UNRECORDED = "dialplan_without_records"
START = {  # where the search for a limit begins, on two cores
    "prompt": {"dialplan": 320, "ours": 285, UNRECORDED: 340, "recipe": 320, "asyncari": 70, "ari-client": 75},
    "key": {"dialplan": 180, "ours": 150},
}
MODEST = {scenario: dict.fromkeys(starts, 30) for scenario, starts in START.items()}
WAITS_RATE = 20  # calls/s at which waits are measured
LOAD_SHARE = 0.75  # of our limit: where processor time is taken


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: rounds of the search for the limit, of how many trials, how long each; seconds of the load
    under which processor time is taken; calls whose waits are measured; callers in menus, and for how long."""

    prompt_rounds: int = 4
    key_rounds: int = 3
    trials: int = 6
    trial_s: float = 3.0
    load_s: float = 8.0
    waits: int = 200
    crowd: int = 200
    crowd_s: float = 60.0
    rivals: tuple[str, ...] = ("recipe", "asyncari", "ari-client")
    start: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: START)


QUICK = Size(
    prompt_rounds=1,
    key_rounds=1,
    trials=1,
    trial_s=1.5,
    load_s=2.0,
    waits=20,
    crowd=20,
    crowd_s=6.0,
    rivals=(),
    start=MODEST,
)


class Bench:
    """One run: the parts write their figures into `report`."""

    def __init__(self, size: Size, plain: Side, house: Product, track: Track, tell: Tell) -> None:
        self.size, self.plain, self.house, self.track, self.tell = size, plain, house, track, tell
        judged = {name: goal for name, goal in GOALS.items() if size is not QUICK or name not in NEEDS_A_LIMIT}
        self.report = Report("ivr", judged)
        self._next_caller = 13_900_000_000 + random.randrange(10**5) * 1000

    async def limits(self, scenario: str, rounds: int) -> int:
        """Calls a second that each side carries; returns ours."""
        both = (self.plain, self.house.side)
        race = await self.track.race(scenario, both, self.size.start[scenario], rounds)
        name = f"{scenario}_calls_per_s"
        self.report.figures[f"{name}_ours"] = race.median("ours")
        self.report.against[f"{name}_dialplan"] = race.median("dialplan")
        self.report.ratios[name] = race.ratio("ours", "dialplan")
        self.report.notes.append(f"{scenario}, limits by round: {dict(race.limits)}")
        return int(race.median("ours"))

    async def beside(self, side: Side) -> None:
        """What another side carries, found once."""
        limit = await self.track.climb("prompt", side, self.size.start["prompt"][side.name])
        self.report.against[f"prompt_calls_per_s_{side.name}"] = limit
        self.report.ratios[f"prompt_calls_per_s_{side.name}_to_dialplan"] = (
            limit / self.report.against["prompt_calls_per_s_dialplan"]
        )

    async def cost(self, rate: int, recipe: Side) -> None:
        """Processor time per call under load, until the last record is written; ours is judged by what the recipe
        alone costs on this machine."""
        figures, number = self.report.figures, self.house.side.prompt
        figures["cpu_measured_at_calls_per_s"] = rate
        for side in (self.plain, recipe, self.house.side):
            before = side.spent()
            outcome = await self.track.trial("prompt", side, rate, self.size.load_s)
            if side is self.house.side:
                await self.house.records.reach(number, self.track.ok[number])
            exchange, controller = (
                (after - was) * 1e3 / max(outcome.ok, 1) for was, after in zip(before, side.spent(), strict=True)
            )
            if side is self.house.side:
                figures["exchange_cpu_ms_per_call"] = exchange
                figures["controller_cpu_ms_per_call"] = controller
            else:
                self.report.against[f"exchange_cpu_ms_per_call_{side.name}"] = exchange
            if side is recipe and controller:
                self.report.against["controller_cpu_ms_per_call_recipe"] = controller
                pace = RECIPE_CPU_MS / controller
        self.report.paced(["controller_cpu_ms_per_call"], pace)

    async def waits(self) -> None:
        """What callers wait for at 20 calls a second, and whether their records have the right durations."""
        calls = self.size.waits
        for side in (self.plain, self.house.side):
            self.tell(f"  {side.name}: the waits of {calls} callers")
            first = self._callers(calls)
            found = await latency.waits(side, self.track.source, rate=WAITS_RATE, calls=calls, first_caller=first)
            self.track.made[side.key] += calls
            self.track.ok[side.key] += sum(1 for line in found.lines if line.up)
            figures = {
                "invite_to_prompt_p95_ms": found.p95("first"),
                "key_to_stop_p95_ms": found.p95("stop"),
                "key_to_reply_p95_ms": found.p95("reply"),
                "waits_not_heard": float(found.lost),
            }
            if side is self.plain:
                self.report.against |= {f"{name}_dialplan": value for name, value in figures.items()}
            else:
                self.report.figures |= figures
                await self.house.records.reach(side.key, self.track.ok[side.key])
                self.report.figures["records_wrong_duration"] = self._wrong_durations(found)

    def _wrong_durations(self, found: latency.Waits) -> int:
        written = {record.caller: record.seconds for record in self.house.records.of(self.house.side.key)}
        lasted = {line.caller: line.gone - line.up for line in found.lines if line.up}
        return sum(
            (said := written.get(caller)) is None or abs(said - seconds) > SLACK for caller, seconds in lasted.items()
        )

    async def crowd(self) -> None:
        size, number = self.size, NUMBERS["bench_walk"]
        self.tell(f"{size.crowd} callers in menus for {size.crowd_s:.0f} s")
        lines = await crowd.gather(
            crowd.Crowd(size.crowd, size.crowd_s, self._callers(size.crowd)),
            (self.house.side.sip, number, self.track.source),
            self.tell,
        )
        await self.house.records.reach(number, sum(1 for line in lines if line.up))
        verdict = crowd.judge(lines, self.house.records.of(number), walk_flow())
        self.report.figures |= {
            "crowd_callers": verdict.calls,
            "crowd_keys": verdict.keys,
            "crowd_keys_lost": verdict.lost,
            "crowd_records_wrong": verdict.wrong + verdict.missing + verdict.extra + verdict.refused,
        }
        self.report.notes += [f"wrong record: {example}" for example in verdict.examples]

    async def ledger(self) -> None:
        """Is there one record for every call of the whole run?"""
        missing = extra = written = 0
        for number in (self.house.side.prompt, self.house.side.key):
            count = await self.house.records.reach(number, self.track.ok[number])
            written += count
            missing += max(0, self.track.ok[number] - count)
            extra += max(0, count - self.track.made[number])
        self.report.figures |= {"records_written": written, "records_missing": missing, "records_extra": extra}

    def _callers(self, count: int) -> int:
        """The first of `count` telephone numbers nobody has called from in this run."""
        first, self._next_caller = self._next_caller, self._next_caller + count
        return first


async def run(quick: bool, tell: Tell) -> Report:
    """All of it. Raises NoSipp, NotReady, asterisk.instance.software.NoSoftware."""
    load.can("prompt")
    size = QUICK if quick else Size()
    addresses = Addresses.of_this_run()
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="loupan-bench-")))
        menu, short = tones.make(home / "tones")
        tell("starting an exchange with a hand-written dialplan, and the whole product")
        software = find(tell)
        plans = [sides.plain_plan(addresses, menu, short, records=records) for records in (True, False)]
        exchange, unrecorded = [
            await stack.enter_async_context(sides.plain(home / f"plain{plan.records:d}", software, plan))
            for plan in plans
        ]
        house = await stack.enter_async_context(product(home / "house", addresses, menu, short))
        track = Track(addresses.callers, tell, size.trials, size.trial_s)
        bench = Bench(size, sides.dialplan_side(exchange), house, track, tell)
        limit = await bench.limits("prompt", size.prompt_rounds)
        try:
            load.can("key")
            await bench.limits("key", size.key_rounds)
        except load.NoSipp as reason:
            bench.report.notes.append(f"calls with a key press were not counted: {reason}")
        if size is not QUICK:
            await bench.beside(sides.dialplan_side(unrecorded))
        for name in size.rivals:
            async with sides.rival(name, exchange, menu, short) as rival:
                await bench.beside(rival)
        async with sides.rival("recipe", exchange, menu, short) as recipe:
            await bench.cost(max(20, round(limit * LOAD_SHARE)), recipe)
        await bench.waits()
        await bench.crowd()
        await bench.ledger()
        if quick:
            bench.report.notes.append(
                "a quick run shows that all works: it looks for no limit, and its figures are rough"
            )
        return bench.report
