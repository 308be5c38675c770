"""Seats 座席 as the phones of the house work them, by feature code (SPEC §2.4.9; S4-29): done by `server.seats`."""

from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What became of what a seat asked for."""

    DONE = "done"
    LATER = "later"  # on the telephone: after the call
    NOT_IN = "not in"  # no seat is signed in at this phone
    WRONG = "wrong"  # number or PIN: nobody is told which
    LOCKED = "locked"  # too many wrong ones
    TAKEN = "taken"  # another seat is signed in at this phone, or this seat at another one
    REFUSED = "refused"  # not in this state


class Seats(Protocol):
    """All raise Unavailable while the database does not answer. phone: the extension from which it is asked."""

    async def sign_in(self, tenant: int, seat: str, pin: str, phone: str) -> Outcome: ...

    async def sign_out(self, tenant: int, phone: str) -> Outcome: ...

    async def get_ready(self, tenant: int, phone: str) -> Outcome: ...

    async def pause(self, tenant: int, phone: str, digit: str) -> Outcome:
        """digit: of the reason; REFUSED for one that means nothing."""


class NoSeats:
    """There are none."""

    async def sign_in(self, tenant: int, seat: str, pin: str, phone: str) -> Outcome:
        return Outcome.WRONG

    async def sign_out(self, tenant: int, phone: str) -> Outcome:
        return Outcome.NOT_IN

    async def get_ready(self, tenant: int, phone: str) -> Outcome:
        return Outcome.NOT_IN

    async def pause(self, tenant: int, phone: str, digit: str) -> Outcome:
        return Outcome.NOT_IN
