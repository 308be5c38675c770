"""When a job of the clock is due. Pure: the slot of a moment is the same for every node and at every asking."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from calls.clock import BUSINESS

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many seconds, counted from the same moment everywhere."""

    seconds: int

    def slot(self, now: datetime) -> datetime:
        """The latest moment, not after `now`, at which it was due."""
        return now - (now - EPOCH) % timedelta(seconds=self.seconds)

    def trigger(self) -> BaseTrigger:
        return IntervalTrigger(seconds=self.seconds, start_date=EPOCH, timezone=BUSINESS)


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day at this time of the business day (Asia/Shanghai, which knows no summer time)."""

    hour: int
    minute: int = 0

    def slot(self, now: datetime) -> datetime:
        """The latest moment, not after `now`, at which it was due."""
        local = now.astimezone(BUSINESS)
        due = local.replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        return (due if due <= local else due - timedelta(days=1)).astimezone(UTC)

    def trigger(self) -> BaseTrigger:
        return CronTrigger(hour=self.hour, minute=self.minute, timezone=BUSINESS)


Due = Every | Daily
