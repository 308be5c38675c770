"""The time of day, injected everywhere (SPEC §2.0): no code of ours asks the system clock directly."""

from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

BUSINESS = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    def now(self) -> datetime:
        """This moment, aware, in UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands where it is put; for tests, `./run flow try` and sample data."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at.astimezone(UTC)
