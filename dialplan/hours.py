"""Opening hours (S4-10): a week, and days that are different. Pure; the business clock is Asia/Shanghai."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from calls.clock import BUSINESS

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """Open from `opens` until just before `closes`, in minutes since midnight (closes up to 1440).

    closes ≤ opens means past midnight: 1320–120 is ten in the evening to two in the morning.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not (0 <= self.opens < DAY and 0 <= self.closes <= DAY):
            raise ValueError(f"opening hours must lie within a day: {self.opens}–{self.closes} minutes")

    @property
    def overnight(self) -> bool:
        return self.closes <= self.opens


@dataclass(frozen=True, slots=True)
class Calendar:
    """week: spans by ISO weekday, 1 (Monday) to 7; a weekday that is missing is closed.
    days: dates that replace their weekday altogether; no spans = closed (a holiday)."""

    week: Mapping[int, tuple[Span, ...]]
    days: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def spans(self, day: date) -> tuple[Span, ...]:
        return self.days[day] if day in self.days else self.week.get(day.isoweekday(), ())


def is_open(calendar: Calendar, at: datetime, zone: tzinfo = BUSINESS) -> bool:
    """Is `at` (aware) within the opening hours? A span past midnight belongs to the day on which it begins."""
    local = at.astimezone(zone)
    today, minute = local.date(), local.hour * 60 + local.minute
    return any(
        span.opens <= minute and (span.overnight or minute < span.closes) for span in calendar.spans(today)
    ) or any(span.overnight and minute < span.closes for span in calendar.spans(today - timedelta(days=1)))
