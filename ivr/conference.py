"""Conference rooms 电话会议 as flows see them (SPEC §4.8 M; S4-31): filled in by `server.conferences`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Door(StrEnum):
    """What a room's number and a PIN brought."""

    HOST = "host"
    GUEST = "guest"
    WRONG = "wrong"  # the number or the PIN: nobody is told which
    LOCKED = "locked"  # too many wrong ones


class Refusal(StrEnum):
    """Why somebody with the right PIN is not let in."""

    FULL = "full"
    SHUT = "shut"  # by its host


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who takes part. channel: of the exchange."""

    tenant: int
    number: str
    call: str
    channel: str
    host: bool = False

    @property
    def room(self) -> str:
        """Its name on the exchange."""
        return f"{self.tenant}-{self.number}"


class Conferences(Protocol):
    """All raise Unavailable while the database or the exchange does not answer; done twice is done once."""

    async def knock(self, tenant: int, number: str, pin: str, caller: str) -> Door:
        """Each attempt counts."""

    async def enter(self, who: Attendee) -> int | Refusal:
        """May they come in? How many are there with them."""

    async def left(self, who: Attendee) -> None:
        """They have gone; after the last one nothing of the conference is left."""

    async def present(self, who: Attendee) -> int:
        """How many are there."""

    async def shut(self, who: Attendee, on: bool) -> None:
        """Nobody else is let in."""

    async def hush(self, who: Attendee, on: bool) -> None:
        """Everybody but them is muted."""

    async def record(self, who: Attendee, on: bool) -> bool:
        """False: it could not be begun."""

    async def end(self, who: Attendee) -> None:
        """Everybody is put out."""


class NoConferences:
    """There are no rooms."""

    async def knock(self, tenant: int, number: str, pin: str, caller: str) -> Door:
        return Door.WRONG

    async def enter(self, who: Attendee) -> int | Refusal:
        return Refusal.SHUT

    async def left(self, who: Attendee) -> None:
        """Nobody was there."""

    async def present(self, who: Attendee) -> int:
        return 0

    async def shut(self, who: Attendee, on: bool) -> None:
        """There is no door."""

    async def hush(self, who: Attendee, on: bool) -> None:
        """There is nobody."""

    async def record(self, who: Attendee, on: bool) -> bool:
        return False

    async def end(self, who: Attendee) -> None:
        """It has not begun."""
