"""What is to be done when: acts in the order of their moments, each at its own moment of the watch."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from sales.sample.days import BEGINNING, Days, Watch

Act = Callable[[], None]
Tell = Callable[[date], None]


class Agenda:
    """An act may put further acts on it; what would lie before now is done next, what lies after the end never."""

    def __init__(self, days: Days, watch: Watch) -> None:
        self.days = days
        self._watch = watch
        self._acts: list[tuple[datetime, int, Act]] = []
        self._count = 0

    @property
    def today(self) -> date:
        """The day of the story."""
        return BEGINNING + (self._watch.at.date() - self.days.real(BEGINNING))

    @property
    def today_real(self) -> date:
        """The day of the world."""
        return self._watch.at.date()

    def put(self, story: date, act: Act, clock: time = time(10)) -> None:
        self._put(self.days.at(story, clock), act)

    def after(self, days: int, act: Act) -> None:
        """In so many days, at this time of the day."""
        self._put(self._watch.at + timedelta(days=days), act)

    def run(self, tell: Tell) -> None:
        """All of it, to the end of the story. `tell`: the day, whenever another one begins."""
        day: date | None = None
        while self._acts and self._acts[0][0] <= self.days.end:
            at, _, act = heapq.heappop(self._acts)
            self._watch.at = max(at, self._watch.at)
            if at.date() != day:
                day = at.date()
                tell(day)
            act()

    def _put(self, at: datetime, act: Act) -> None:
        self._count += 1  # acts of one moment keep the order in which they were put
        heapq.heappush(self._acts, (at, self._count, act))
