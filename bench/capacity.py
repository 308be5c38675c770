"""How many calls a second each side carries: the sides alternate, so that both meet the same machine."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench.load import Outcome, load
from bench.sides import Side
from bench.stairs import STEPS, Stairs


@dataclass(frozen=True, slots=True)
class Race:
    """Limits found per side, in the order of the rounds."""

    limits: Mapping[str, Sequence[int]]

    def median(self, side: str) -> float:
        return float(median(self.limits[side]))

    def ratio(self, side: str, other: str) -> float:
        """The median of the ratios within a round; NaN if the other carried nothing."""
        pairs = [(a, b) for a, b in zip(self.limits[side], self.limits[other], strict=True) if b]
        return float(median(a / b for a, b in pairs)) if pairs else float("nan")


class Track:
    """Where sides are loaded. Keeps count of the calls: `made` and `ok` by number called.

    A search for a limit takes at most so many `trials` of so many `seconds`.
    """

    def __init__(self, source: str, tell: Callable[[str], None], trials: int, seconds: float = 3.0) -> None:
        self.source = source
        self.made: Counter[str] = Counter()
        self.ok: Counter[str] = Counter()
        self._tell = tell
        self._trials = trials
        self._seconds = seconds

    async def race(self, scenario: str, sides: Sequence[Side], start: Mapping[str, int], rounds: int) -> Race:
        """The limit of each side, `rounds` times over, every other round in the opposite order.

        start: where the search begins, by side; later rounds begin where the one before ended.
        """
        limits: dict[str, list[int]] = {side.name: [] for side in sides}
        begin = dict(start)
        for number in range(rounds):
            for side in sides if number % 2 == 0 else reversed(sides):
                limit = await self.climb(scenario, side, begin[side.name], stride=1 if number else 3)
                limits[side.name].append(limit)
                begin[side.name] = limit or begin[side.name] // 2
            self._tell(f"{scenario}, round {number + 1}: {limits}")
        return Race(limits)

    async def climb(self, scenario: str, side: Side, start: int, *, stride: int = 3) -> int:
        """One side's limit: the highest step where no call failed and 95 % were answered within 100 ms."""
        stairs = Stairs(STEPS, start, trials=self._trials, stride=stride)
        while (rate := stairs.next()) is not None:
            outcome = await self.trial(scenario, side, rate, self._seconds)
            stairs.heard(rate, outcome.carried)
        return stairs.limit

    async def trial(self, scenario: str, side: Side, rate: int, seconds: float) -> Outcome:
        number = side.number(scenario)
        outcome = await load(scenario, number, rate=rate, seconds=seconds, source=self.source, target=side.sip)
        self.made[number] += outcome.made
        self.ok[number] += outcome.ok
        self._tell(f"  {side.name} {scenario} {outcome}")
        if outcome.ok < outcome.made:
            await side.clear()
        return outcome
