"""A page of many rows."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from db.refusal import Code, Refused

T = TypeVar("T")

MOST = 500  # rows on one page


@dataclass(frozen=True, slots=True)
class Page:
    """`size` rows after the first `offset`. Raises Refused(E_VALIDATION) for sizes outside 1 … 500."""

    size: int = 50
    offset: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.size <= MOST or self.offset < 0:
            raise Refused(
                Code.VALIDATION,
                f"每页1至{MOST}行，起点不能为负。",
                f"A page has 1 to {MOST} rows and does not begin before the first.",
                size=self.size,
                offset=self.offset,
            )


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """The rows of one page, and how many there are in all."""

    rows: tuple[T, ...]
    total: int
