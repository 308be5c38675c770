"""The journal 日记账 of an account, day by day (SPEC §2.5.4, S4-119)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, case, func, select

from sales.models import Account, Receipt
from sales.money import amount
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.states.receipt import ReceiptState

MOST_DAYS = 3660


@dataclass(frozen=True)
class Entry:
    """One day. closing = opening + in − out, and the next day's opening."""

    day: date
    opening_fen: int
    in_fen: int
    out_fen: int

    @property
    def closing_fen(self) -> int:
        return self.opening_fen + self.in_fen - self.out_fen


def journal(desk: Desk, account: int, first: date, last: date) -> list[Entry]:
    """Every day from first to last, days without money too. A reversal counts as money out on its own day.

    E_NOT_FOUND, E_VALIDATION.
    """
    found = fetch(desk, Account, account, lock=False)
    if not first <= last <= first + timedelta(days=MOST_DAYS):
        raise amount.invalid("日期区间无效", "These days are no span of time", first=str(first), last=str(last))
    moved: dict[date, Any] = {
        row.date: row for row in desk.session.execute(_moved(account).where(Receipt.date <= last))
    }
    opening = found.opening_fen + sum(int(row[1]) - int(row[2]) for day, row in moved.items() if day < first)
    return list(_days(moved, opening, (first, last)))


def _moved(account: int) -> Select[*tuple[Any, ...]]:
    into = func.sum(case((Receipt.amount_fen > 0, Receipt.amount_fen), else_=0))
    out = func.sum(case((Receipt.amount_fen < 0, -Receipt.amount_fen), else_=0))
    return (
        select(Receipt.date, into.label("money_in"), out.label("money_out"))
        .where(Receipt.account_id == account, Receipt.state != ReceiptState.DRAFT)
        .group_by(Receipt.date)
    )


def _days(moved: Mapping[date, Any], opening: int, span: tuple[date, date]) -> Iterator[Entry]:
    day, last = span
    while day <= last:
        row = moved.get(day)
        entry = Entry(day, opening, 0 if row is None else int(row[1]), 0 if row is None else int(row[2]))
        yield entry
        opening, day = entry.closing_fen, day + timedelta(days=1)
