"""Is it business time for this service? (S4-10)"""

from collections.abc import Collection
from dataclasses import dataclass

from ivr.step import Exit, Step, kind
from ivr.visit import Visit

OPEN, CLOSED = "open", "closed"


@kind("hours", zh="营业时间判断")
@dataclass(frozen=True, slots=True)
class Hours(Step):
    """No fields: the service's calendar decides. The caller hears nothing."""

    def exits(self) -> Collection[Exit]:
        return (OPEN, CLOSED)

    def hasty(self) -> Collection[Exit]:
        return (OPEN, CLOSED)

    async def run(self, visit: Visit) -> Exit:
        return OPEN if visit.desk.hours.open(visit.service) else CLOSED
