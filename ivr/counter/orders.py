"""A caller's own order (node O; S4-192): proven by the number called from and the last four signs of the id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

TAIL = 4  # signs of an identity card's number that are keyed; the last may be an X, keyed as a star


class Proof(StrEnum):
    """What became of a claim. Nobody learns from it whether a number is known."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"  # too many wrong ones from this number: it was not looked at


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody says: this is my order. caller: the number called from, "" = withheld; tail: like "0043" or "123X"."""

    call: str
    tenant: int
    caller: str
    tail: str


@dataclass(frozen=True, slots=True)
class Judged:
    """customers: ids of those whose number and id these are; families share a number, so there may be several."""

    proof: Proof
    customers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """A payment: of what day, how much of it is unpaid (fen)."""

    day: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Loan:
    """state: a value of `sales.states.mortgage.MortgageState`."""

    loan_fen: int
    state: str


@dataclass(frozen=True, slots=True)
class Order:
    """A deal as its buyer hears of it.

    state    subscribed, contracted, sold; anything else is an order that has ended
    since    the day of the subscription, or of the contract
    overdue  what should have been paid, the oldest first; next: what is to be paid next
    """

    project: Mapping[str, str]
    building: int
    floor: int
    door: str
    state: str
    since: date
    deal_fen: int
    received_fen: int
    overdue: tuple[Due, ...] = ()
    next: Due | None = None
    loan: Loan | None = None


class Orders(Protocol):
    """Both may raise Unavailable."""

    async def judge(self, claim: Claim) -> Judged:
        """Is it theirs? Each attempt counts, over all calls from that number."""

    async def of(self, tenant: int, customers: Sequence[int]) -> Sequence[Order]:
        """Their live orders, newest first; without any, the one that ended last; empty: they never had one."""


class NoOrders:
    """Nobody's orders: of a call that is only a rehearsal."""

    async def judge(self, claim: Claim) -> Judged:
        return Judged(Proof.WRONG)

    async def of(self, tenant: int, customers: Sequence[int]) -> Sequence[Order]:
        return ()
