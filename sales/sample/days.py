"""The story's calendar: it is told of two years that end on 2024-03-31, and moved as a whole to end on another day."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sales.services.desk import ZONE

BEGINNING = date(2022, 4, 1)
END = date(2024, 3, 31)
CLOSING = time(21)


@dataclass(frozen=True)
class Days:
    """Days of the story as days of the world. The same story for any `as_of`, so its gates hold for any.

    as_of: the last day of the sample. Moved by whole weeks, Sundays stay Sundays.
    """

    as_of: date

    def real(self, story: date) -> date:
        return story + (self.as_of - END)

    def at(self, story: date, clock: time) -> datetime:
        return datetime.combine(self.real(story), clock, ZONE)

    @property
    def end(self) -> datetime:
        """Closing time of the last day."""
        return self.at(END, CLOSING)


@dataclass
class Watch:
    """The clock of the simulation: it stands until the next act sets it. `now` is what a `Database` is opened with."""

    at: datetime = field(default_factory=lambda: datetime.combine(BEGINNING, time(8), ZONE))

    def now(self) -> datetime:
        return self.at


def last_sunday(today: date) -> date:
    """The last Sunday, not after today: the end of a sample whose weekdays are those of the story."""
    return today - timedelta(days=today.isoweekday() % 7)
