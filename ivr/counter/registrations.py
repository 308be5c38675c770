"""Registrations by telephone: a visit, interest in pre-subscription, an event (node S, SPEC §4.8; S4-6)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from calls.call import Recorded

Kind = Literal["viewing", "presubscription", "event"]
Slot = Literal["morning", "afternoon", "evening"]

HOURS: Mapping[Slot, int] = {"morning": 10, "afternoon": 15, "evening": 19}  # of the day; when the office is open then


@dataclass(frozen=True, slots=True)
class Happening:
    """An event 活动 that callers may sign up for."""

    id: int
    day: date
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Registration:
    """What a caller wants. phone: where to reach them, in lang; day, slot of a viewing, event of an event."""

    call: str
    tenant: int
    project: int
    kind: Kind
    phone: str
    day: date
    slot: Slot | None = None
    event: int | None = None
    lang: str = "zh"


class Registrations(Protocol):
    """All may raise Unavailable."""

    async def full(self, tenant: int, project: int, first: date, last: date) -> Collection[tuple[date, Slot]]:
        """The times at which no more visitors can be received."""

    async def events(self, tenant: int, project: int) -> Sequence[Happening]:
        """Those to come that are not full, the next one first; at most nine."""

    async def make(self, wanted: Registration, name: Recorded | None) -> str | None:
        """Its number as digits; "" if the database is too slow for somebody on the telephone (it is kept all the same,
        and should the last place have gone, somebody calls them back);
        None if there is no place left. name: as the caller has said it. Made twice it is one."""


class NoRegistrations:
    """Nothing is kept: of a call that is only a rehearsal."""

    async def full(self, tenant: int, project: int, first: date, last: date) -> Collection[tuple[date, Slot]]:
        return ()

    async def events(self, tenant: int, project: int) -> Sequence[Happening]:
        return ()

    async def make(self, wanted: Registration, name: Recorded | None) -> str | None:
        return ""
