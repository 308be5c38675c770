"""`./run bench callers`: three hundred people at once in the shipped tree, for three minutes; and what a step costs.

What is measured, and how, is told in docs/developer/bench.md.
"""

import asyncio
import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from asterisk.instance.software import find
from bench import cpu, crowd, latency, sides, tones
from bench.addresses import Addresses
from bench.caller import Booth, Line, booth
from bench.crowd import Crowd
from bench.dialplan import WALK
from bench.paths import PATHS
from bench.paths import Path as Way
from bench.product import NUMBERS, Product, product
from bench.records import Record
from bench.report import Report, at_least, at_most
from bench.sides import Side
from sales.fixture import load_fixture
from server.control import ask

Tell = Callable[[str], None]

GOALS = {
    "keys_lost": at_most(0),
    "nodes_wrong": at_most(0),
    "channels_stuck": at_most(0),
    "memory_growth": at_most(0.05),
    "memory_shrink": at_most(0.05),
    "key_to_reply_p95_ms": at_most(60),
    "callers_at_once": at_least(300),
}
SERVICE = "02038880000"  # of fixture T
PAUSE = (2.0, 6.0)  # s of a listener between two keys or entries: the menus speak for ten to twenty
LISTENS = (2.0, 8.0)  # s to the last words, then the caller hangs up
WAITS_RATE = 4  # calls/s whose waits are measured meanwhile
SETTLED = 60.0  # s after which memory must be flat
GONE = 10.0  # s after the last hang-up for all to be cleared away


@dataclass(frozen=True, slots=True)
class Size:
    callers: int = 300
    seconds: float = 180.0
    walkers: int = 60
    walk_s: float = 30.0


QUICK = Size(callers=20, seconds=12.0, walkers=10, walk_s=6.0)


@dataclass(frozen=True, slots=True)
class Visit:
    """One call: what its caller meant to do, and what they did."""

    way: Way
    line: Line


class Town:
    """The callers: each takes a way, hangs up, and calls again from another number until time is up."""

    def __init__(self, callers: Booth, size: Size) -> None:
        self._booth, self._size = callers, size
        self._number = 13_700_000_000 + random.randrange(10**5) * 1000
        self.visits: list[Visit] = []
        self.at_once = self.most = 0

    async def live(self) -> None:
        dice = random.Random(self._number)
        async with asyncio.TaskGroup() as people:
            for _ in range(self._size.callers):
                people.create_task(self._person(random.Random(dice.random())))

    async def _person(self, dice: random.Random) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + self._size.seconds
        await asyncio.sleep(dice.uniform(0, min(20.0, self._size.seconds / 4)))
        while loop.time() < until:
            self._number += 1
            visit = Visit(dice.choice(PATHS), self._booth.call(SERVICE, str(self._number), deaf=True))
            self.visits.append(visit)
            self.at_once += 1
            self.most = max(self.most, self.at_once)
            await self._walk(visit, dice)
            self.at_once -= 1

    async def _walk(self, visit: Visit, dice: random.Random) -> None:
        line = visit.line
        await asyncio.wait_for(line.answered.wait(), GONE)
        for key in visit.way.keys:
            if key == " ":
                await asyncio.sleep(dice.uniform(*PAUSE))
            else:
                line.press(key)
        await asyncio.sleep(dice.uniform(*LISTENS))
        line.hang_up()
        await asyncio.wait_for(line.over.wait(), GONE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """calls; keys pressed; lost: keys that no record has; wrong: records with other steps, or none at all."""

    calls: int
    keys: int
    lost: int
    wrong: int
    examples: tuple[str, ...]


def judge(visits: Sequence[Visit], records: Sequence[Record]) -> Verdict:
    """Hold what is written against what was meant. Each call has a number of its own."""
    written = {record.caller: record for record in records}
    keys = lost = wrong = 0
    examples = []
    for visit in visits:
        meant, record = visit.way, written.get(visit.line.caller)
        keys += len(meant.pressed)
        lost += max(0, len(meant.pressed) - len(record.keys if record else ""))
        if record is None or tuple(record.steps) != tuple(meant.steps) or record.keys != meant.pressed:
            wrong += 1
            went = f"{record.keys}: {' '.join(record.steps)}" if record else "no record"
            examples.append(f"{meant.name}, meant {meant.pressed}: {' '.join(meant.steps)}; written {went}")
    return Verdict(len(visits), keys, lost, wrong, tuple(examples[:5]))


class Bench:
    """One run: the parts write their figures into `report`."""

    def __init__(self, size: Size, plain: Side, house: Product, addresses: Addresses, tell: Tell) -> None:
        self.size, self.plain, self.house, self.addresses, self.tell = size, plain, house, addresses, tell
        goals = GOALS if size is not QUICK else {name: goal for name, goal in GOALS.items() if name not in OF_SIZE}
        self.report = Report("callers", goals)

    async def live(self) -> None:
        """Everybody at once, and beside them a few whose waits are measured to the packet."""
        size, figures = self.size, self.report.figures
        self.tell(f"{size.callers} callers in the tree for {size.seconds:.0f} s")
        async with booth(self.addresses.callers, self.house.side.sip) as callers:
            town = Town(callers, size)
            living = asyncio.create_task(town.live())
            memory = asyncio.create_task(self._memory())
            await asyncio.sleep(size.seconds / 3)
            calls = round(size.seconds / 3 * WAITS_RATE)
            waits = await latency.waits(
                self.house.side, self.addresses.callers, rate=WAITS_RATE, calls=calls, first_caller=13_600_000_000
            )
            await living
            sizes = await memory
        await self.house.records.reach(SERVICE, len(town.visits))
        verdict = judge(town.visits, self.house.records.of(SERVICE))
        figures |= {
            "callers_at_once": town.most,
            "calls": verdict.calls,
            "keys": verdict.keys,
            "keys_lost": verdict.lost,
            "nodes_wrong": verdict.wrong,
            "channels_stuck": await self._stuck(),
            "key_to_stop_p95_ms": waits.p95("stop"),
            "key_to_reply_p95_ms": waits.p95("reply"),
            "waits_not_heard": waits.lost,
        }
        settled = sizes[min(len(sizes) - 1, round(min(SETTLED, size.seconds / 3)))]
        figures["memory_mb"] = settled / 2**20
        figures["memory_growth"] = max(sizes) / settled - 1
        figures["memory_shrink"] = 1 - sizes[-1] / settled
        self.report.notes += verdict.examples

    async def _memory(self) -> list[int]:
        """Resident bytes of the controller, once a second."""
        sizes = []
        for _ in range(round(self.size.seconds)):
            sizes.append(cpu.resident(self.house.side.controller))
            await asyncio.sleep(1)
        return sizes

    async def _stuck(self) -> int:
        """Calls that are still there although everybody has hung up."""
        status: Mapping[str, int] = {}
        for _ in range(round(GONE * 10)):
            status = await ask(self.house.home.control, "status")
            if not status["calls"] and not status["open"]:
                return await self.house.side.channels()
            await asyncio.sleep(0.1)
        return status["calls"]

    async def steps(self) -> None:
        """Processor time of a step in three menus, ours and in a dialplan written by hand."""
        for side, number in ((self.plain, WALK), (self.house.side, NUMBERS["bench_walk"])):
            self.tell(f"{side.name}: {self.size.walkers} callers walk through three menus")
            first = 13_500_000_000 + random.randrange(10**5) * 1000
            before = side.spent()
            walk = Crowd(self.size.walkers, self.size.walk_s, first)
            lines = await crowd.gather(walk, (side.sip, number, self.addresses.callers), self.tell)
            keys = sum(len(line.keys) for line in lines)
            exchange, controller = ((after - was) * 1e3 / keys for was, after in zip(before, side.spent(), strict=True))
            if side is self.plain:
                self.report.against["exchange_cpu_ms_per_step_dialplan"] = exchange
            else:
                self.report.figures["exchange_cpu_ms_per_step"] = exchange
                self.report.figures["controller_cpu_ms_per_step"] = controller
        figures = self.report.figures
        whole = figures["exchange_cpu_ms_per_step"] + figures["controller_cpu_ms_per_step"]
        self.report.ratios["cpu_per_step"] = whole / self.report.against["exchange_cpu_ms_per_step_dialplan"]


OF_SIZE = {"callers_at_once", "memory_growth", "memory_shrink"}  # a quick run says nothing about these


async def run(quick: bool, tell: Tell) -> Report:
    """All of it. Raises NotReady, asterisk.instance.software.NoSoftware."""
    size = QUICK if quick else Size()
    addresses = Addresses.of_this_run()
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="loupan-bench-")))
        menu, short = tones.make(home / "tones")
        plan = sides.plain_plan(addresses, menu, short, records=True)
        exchange = await stack.enter_async_context(sides.plain(home / "plain", find(tell), plan))
        house = await stack.enter_async_context(
            product(home / "house", addresses, menu, short, lambda session: load_fixture(session, "T"))
        )
        bench = Bench(size, sides.dialplan_side(exchange), house, addresses, tell)
        await bench.live()
        await bench.steps()
        return bench.report
