"""What a mortgage costs (node Q8), as the house reckons it (SPEC §2.6)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol

from dialplan.service import Project

Method = Literal["equal instalment", "equal principal"]  # 等额本息, 等额本金


@dataclass(frozen=True, slots=True)
class LoanWish:
    """price_fen: of the home; down: the percentage paid by the buyer, 20 to 90; years: 1 to 30."""

    price_fen: int
    down: int
    years: int
    method: Method


@dataclass(frozen=True, slots=True)
class Loan:
    """first_fen and last_fen: the repayments of the first and the last month; annual: the rate, 0.0395 is 3.95 %."""

    loan_fen: int
    annual: Decimal
    first_fen: int
    last_fen: int
    interest_fen: int


class Loans(Protocol):
    async def reckon(self, project: Project, wish: LoanWish) -> Loan | None:
        """None: rounded down as loans of this project are, nothing would be lent. Raises Unavailable."""


class NoLoans:
    """A house that reckons none."""

    async def reckon(self, project: Project, wish: LoanWish) -> Loan | None:
        return None
