"""Complaints, suggestions and repairs told by telephone, and what has become of them (node C; S4-7, 50–52)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from calls.call import Recorded

About = Literal["complaint", "suggestion", "repair"]


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody tells us something. caller: the number called from, "" = withheld."""

    call: str
    tenant: int
    about: About
    caller: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A ticket as a caller hears of it.

    number   its digits, without letter and dash
    state    new, accepted, assigned, processing, resolved, closed or rejected
    answer   what was found and done; "" = nothing yet
    private  the answer is not for the telephone it is asked from
    """

    number: str
    state: str
    department: str = ""
    answer: str = ""
    private: bool = False


class Tickets(Protocol):
    """All may raise Unavailable, except `expect` and `forget`, which never make the caller wait."""

    def expect(self, told: Told, name: str) -> None:
        """It is being recorded under this name: should we die before `open`, a ticket is made of it nevertheless."""

    def forget(self, call: str) -> None:
        """What was expected of this call is not to be kept: cancelled, or too short."""

    async def open(self, told: Told, recorded: Recorded, phone: str) -> str:
        """A ticket is ours from here on, with its recording; told twice it is one. phone: where to call back.

        Its number as digits, or "" if the database is too slow for somebody on the telephone: it is kept all the same.
        """

    async def own(self, tenant: int, caller: str) -> Sequence[Progress]:
        """What was registered from this number, newest first; at most three."""

    async def find(self, tenant: int, number: str, caller: str) -> Progress | None:
        """The ticket of these digits."""


class NoTickets:
    """Nothing is kept: of a call that is only a rehearsal."""

    def expect(self, told: Told, name: str) -> None:
        pass

    def forget(self, call: str) -> None:
        pass

    async def open(self, told: Told, recorded: Recorded, phone: str) -> str:
        return ""

    async def own(self, tenant: int, caller: str) -> Sequence[Progress]:
        return ()

    async def find(self, tenant: int, number: str, caller: str) -> Progress | None:
        return None
