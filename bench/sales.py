"""`./run bench sales`: the sales desk on both engines, in a fight for rooms and when somebody waits for an answer."""

import asyncio
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from sqlalchemy.orm import Session

from bench import asking, fight, kernel
from bench.cluster import Cluster
from bench.report import Goal, Report, at_least, at_most
from bench.stock import NOW, Stock, fill
from bench.table import import_table
from calls.clock import FixedClock
from db.cipher import KEY_BYTES, Cipher
from db.upgrade import upgrade
from db.work import Database
from sales.invariants import check
from sales.sample import Wanted
from server import seed

Tell = Callable[[str], None]

ENGINES = ("sqlite", "postgresql")
GOALS: dict[str, Goal] = {
    "sqlite_bare_attempts_per_s": at_least(3000),
    "postgresql_bare_attempts_per_s": at_least(1000),
    "sqlite_reserve_attempts_per_s": at_least(800),
    "postgresql_reserve_attempts_per_s": at_least(400),
    **{f"{engine}_double_sales": at_most(0) for engine in ENGINES},
    **{f"{engine}_errors": at_most(0) for engine in ENGINES},
    **{f"{engine}_search_p95_ms": at_most(10) for engine in ENGINES},
    **{f"{engine}_card_p95_ms": at_most(5) for engine in ENGINES},
    **{f"{engine}_full_scans": at_most(0) for engine in ENGINES},
    **{f"{engine}_import_s": at_most(10) for engine in ENGINES},
    **{f"{engine}_seed_s": at_most(60) for engine in ENGINES},
    **{f"{engine}_seed_breaches": at_most(0) for engine in ENGINES},
}
OF_SPEED = ("per_s", "_ms", "_import_s", "_seed_s")  # judged by the pace of this machine (bench/kernel.py)
OF_SIZE = ("per_s", "_ms", "_s", "_scans", "_breaches")  # a small house says nothing about these


@dataclass(frozen=True)
class Size:
    rooms: int = 100_000
    customers: int = 50_000
    fought: int = 3_000
    rounds: int = 3
    questions: int = 400
    lines: int = 5_000


QUICK = Size(rooms=5_000, customers=2_000, fought=300, rounds=1, questions=40, lines=200)


async def run(quick: bool, tell: Tell) -> Report:
    """quick: all of it on a small house; only whether it is right is judged, not how fast."""
    goals = {name: goal for name, goal in GOALS.items() if not (quick and name.endswith(OF_SIZE))}
    report, size = Report("sales", goals), QUICK if quick else Size()
    work = Path(tempfile.mkdtemp(prefix="loupan-bench-"))
    cluster = await asyncio.to_thread(Cluster, durable=True)
    try:
        bench = Bench(report, size, cluster, work, tell)
        for engine in ENGINES:
            paces = [await bench.pace(engine)]
            await bench.fights(engine)
            paces.append(await bench.pace(engine))
            await bench.questions(engine)
            if not quick:
                await bench.seed(engine)
            bench.judge(engine, [*paces, await bench.pace(engine)])
    finally:
        await asyncio.to_thread(cluster.remove)
        shutil.rmtree(work)
    return report


class Bench:
    """One run: the parts write their figures into `report`."""

    def __init__(self, report: Report, size: Size, cluster: Cluster, work: Path, tell: Tell) -> None:
        self.report, self.size, self.cluster, self.work, self.tell = report, size, cluster, work, tell

    async def pace(self, engine: str) -> float:
        """Attempts a second of the smallest unit of work there is."""
        url = await self._empty(engine, f"kernel-{time.monotonic_ns()}")
        if engine == "sqlite":
            return await kernel.sqlite(Path(url.removeprefix("sqlite:///")))
        return await kernel.postgresql(url)

    def judge(self, engine: str, kernels: Sequence[float]) -> None:
        """Hold what was timed against the goals as the machine they were set on would have done it."""
        made = median(kernels)
        self.report.against[f"{engine}_kernel_attempts_per_s"] = made
        self.report.ratios[f"{engine}_pace"] = pace = made / kernel.SET_ON[engine]
        ours = [name for name in self.report.figures if name.startswith(engine)]
        self.report.paced([name for name in ours if name.endswith(OF_SPEED)], pace)

    async def fights(self, engine: str) -> None:
        """The bare transaction, the driver alone beside it, then the whole service over the same rooms."""
        url = await self._empty(engine, "fight")
        async with Database.open(url, FixedClock(NOW).now) as db:
            await upgrade(db)
            stock = await fill(db, self.size.fought, self.size.fought * fight.ATTEMPTS, trade=False)
            self.tell(f"{engine}: {fight.SELLERS} sellers, {self.size.fought} rooms")
            bare, over = await self._rounds(db, stock, fight.bare(db))
            alone = await self._alone(engine, url, stock)
            await db.store(fight.free_again)
            whole, twice = await self._rounds(db, stock, fight.whole(db, stock), fight.twice)
        figures, ratios = self.report.figures, self.report.ratios
        figures[f"{engine}_bare_attempts_per_s"] = fight.usual(bare)
        figures[f"{engine}_reserve_attempts_per_s"] = fight.usual(whole)
        figures[f"{engine}_double_sales"] = over + twice
        figures[f"{engine}_errors"] = sum(len(outcome.errors) for outcome in (*bare, *whole))
        self.report.against[f"{engine}_driver_attempts_per_s"] = alone
        ratios[f"{engine}_bare_to_driver"] = fight.usual(bare) / alone
        ratios[f"{engine}_reserve_to_driver"] = fight.usual(whole) / alone
        self.report.notes += [f"{engine}: {error}" for error in fight.unexpected([*bare, *whole])]

    async def _rounds(
        self, db: Database, stock: Stock, attempt: fight.Try, judge: Callable[[Session], int] | None = None
    ) -> tuple[list[fight.Outcome], int]:
        """Some fights over the same rooms, and how many rooms were given twice or to nobody in all of them."""
        outcomes, wrong = [], 0
        for _ in range(self.size.rounds):
            outcome = await fight.fight(stock, attempt)
            wrong += abs(await db.read(fight.held) - outcome.won)
            if judge is not None:
                wrong += await db.read(judge)
            outcomes.append(outcome)
            await db.store(fight.free_again)
        return outcomes, wrong

    async def questions(self, engine: str) -> None:
        """Searches and cards in a full house, then a sheet of new rooms into it."""
        url = await self._empty(engine, "questions")
        async with Database.open(url, FixedClock(NOW).now) as db:
            await upgrade(db)
            began = time.perf_counter()
            stock = await fill(db, self.size.rooms, self.size.customers)
            self.tell(f"{engine}: {self.size.rooms} rooms are in after {time.perf_counter() - began:.0f} s")
            chance = random.Random(2)
            searches = asking.searches(chance)
            cards = asking.cards(stock, chance)
            numbers = asking.names(stock, chance)
            figures = self.report.figures
            for name, questions in (("search", searches), ("card", cards), ("number", numbers)):
                waited = await asking.waits(db, questions, self.size.questions)
                figures[f"{engine}_{name}_p95_ms"] = asking.p95([ms for each in waited.values() for ms in each])
                if len(waited) > 1:
                    each = ", ".join(f"{shape} {asking.p95(times):.1f}" for shape, times in waited.items())
                    self.report.notes.append(f"{engine}, p95 in ms by what is searched: {each}")
            found = [line for questions in (searches, cards, numbers) for line in await asking.scans(db, questions, 8)]
            figures[f"{engine}_full_scans"] = len(found)
            self.report.notes += [f"{engine} reads a whole table for {line}" for line in found]
            self.tell(f"{engine}: a sheet of {self.size.lines} lines")
            figures[f"{engine}_import_s"] = await import_table(db, self.work / "rooms.xlsx", self.size.lines)

    async def seed(self, engine: str) -> None:
        """The sample development through the real services, and what of it breaks an invariant."""
        url = await self._empty(engine, "seed")
        self.tell(f"{engine}: the sample development")
        began = time.perf_counter()
        await seed.fill(url, Wanted(20240331, NOW.date()), Cipher(bytes(KEY_BYTES)), Console(quiet=True))
        self.report.figures[f"{engine}_seed_s"] = time.perf_counter() - began
        async with Database.open(url, FixedClock(NOW).now) as db:
            broken = await db.write(check)
        self.report.figures[f"{engine}_seed_breaches"] = len(broken)
        self.report.notes += [f"{engine}, seed: {row.number} {row.table} {row.id}: {row.en}" for row in broken[:20]]

    async def _empty(self, engine: str, name: str) -> str:
        if engine == "sqlite":
            return f"sqlite:///{self.work / name}.db"
        return self.cluster.url(await self.cluster.create())

    async def _alone(self, engine: str, url: str, stock: Stock) -> float:
        if engine == "sqlite":
            return await asyncio.to_thread(fight.sqlite_alone, self.work / "fight.db", stock)
        return await fight.postgres_alone(url, stock)
