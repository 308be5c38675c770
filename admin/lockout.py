"""When a login is locked (SPEC §2.1): five wrong passwords, fifteen minutes. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MOST = 5
FOR = timedelta(minutes=15)


@dataclass(frozen=True)
class Tries:
    """failed: wrong passwords in a row; until: locked up to here."""

    failed: int = 0
    until: datetime | None = None

    def locked(self, now: datetime) -> bool:
        return self.until is not None and now < self.until

    def wrong(self, now: datetime) -> "Tries":
        """After a wrong password. What was locked and is over begins to count anew."""
        failed = 1 if self.until is not None and now >= self.until else self.failed + 1
        return Tries(failed, now + FOR if failed >= MOST else None)
