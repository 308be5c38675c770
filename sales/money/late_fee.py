"""What is overdue, for how long, and what that costs (SPEC R26, §2.5.8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from db.words import Words
from sales.money import amount
from sales.money.rounding import half_up

DAILY = Words("滞纳金日率", "The daily late fee rate")


@dataclass(frozen=True)
class Payment:
    """Money set against one receivable; a reversal is negative."""

    day: date
    amount_fen: int


@dataclass(frozen=True)
class Arrears:
    """One overdue receivable as of a day. All of it stands in one bucket: 1–30, 31–60, 61–90 days or more."""

    paid_fen: int
    overdue_fen: int
    days: int
    late_fee_fen: int

    @property
    def buckets(self) -> tuple[int, int, int, int]:
        b30, b60, b90, b90p = (self.overdue_fen if i == min((self.days - 1) // 30, 3) else 0 for i in range(4))
        return b30, b60, b90, b90p


def late_fee(amount_fen: int, due: date, payments: Iterable[Payment], as_of: date, daily: Decimal) -> int:
    """Σ over each day after `due`, up to and with `as_of`, of the balance at its end × `daily`; rounded once.

    The day after `due` is day 1; a payment lowers the balance of its own day.
    """
    amount.fen(amount_fen)
    amount.rate(daily, DAILY)
    changes = sorted((p for p in payments if p.day <= as_of), key=lambda payment: payment.day)
    first = due + timedelta(days=1)
    balance = amount_fen - sum(p.amount_fen for p in changes if p.day <= first)
    fen_days = 0
    day = first
    for payment in (p for p in changes if p.day > first):
        fen_days += max(balance, 0) * (payment.day - day).days
        balance -= payment.amount_fen
        day = payment.day
    if day <= as_of:
        fen_days += max(balance, 0) * ((as_of - day).days + 1)
    return half_up(fen_days * Fraction(daily))


def arrears(amount_fen: int, due: date, payments: Iterable[Payment], as_of: date, daily: Decimal) -> Arrears | None:
    """The receivable's row of R26; None when nothing is overdue on `as_of` (a line due that very day is not)."""
    paid = [payment for payment in payments if payment.day <= as_of]
    paid_fen = sum(payment.amount_fen for payment in paid)
    if due >= as_of or paid_fen >= amount_fen:
        return None
    fee = late_fee(amount_fen, due, paid, as_of, daily)
    return Arrears(paid_fen, amount_fen - paid_fen, (as_of - due).days, fee)
