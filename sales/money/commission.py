"""What the sellers earn (SPEC §2.8, M06): progressive tiers over a month, split, released in two steps, clawed back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from db.words import Words
from sales.money import amount
from sales.money.rounding import half_up, part
from sales.states.commission import CommissionKind

TIER_RATE = Words("佣金比例", "The commission rate")
RELEASE = Words("签约发放比例", "The part released at signing")
OVERRIDE = Words("管理提成比例", "The manager's rate")
SHARE = Words("分成比例", "The seller's share")


class Basis(StrEnum):
    DEAL = "deal_fen"
    RECEIVED = "received_fen"


@dataclass(frozen=True)
class Tier:
    """`rate` for the part of the month's amount above `from_fen`."""

    from_fen: int
    rate: Decimal


@dataclass(frozen=True)
class Scheme:
    """How a seller is paid. `override_rate`: the manager's part of the group's sales; `referral_fen`: a sum a deal."""

    tiers: tuple[Tier, ...]
    release_at_signing: Decimal = Decimal("0.5")
    override_rate: Decimal = Decimal(0)
    referral_fen: int = 0
    basis: Basis = Basis.DEAL

    def __post_init__(self) -> None:
        starts = [tier.from_fen for tier in self.tiers]
        if not starts or starts[0] != 0 or any(a >= b for a, b in pairwise(starts)):
            raise amount.invalid("佣金档次必须从 0 开始并逐档递增", "Commission tiers begin at 0 and go up")
        for tier in self.tiers:
            amount.rate(tier.rate, TIER_RATE)
        amount.rate(self.release_at_signing, RELEASE)
        amount.rate(self.override_rate, OVERRIDE)
        amount.fen(self.referral_fen)


@dataclass(frozen=True)
class Share:
    """A seller's part of a deal."""

    seller: str
    share: Decimal


@dataclass(frozen=True)
class Sale:
    """A deal of the month, or what was received for it (the scheme's basis). `sold`: fully paid and registered."""

    deal: str
    signed: date
    amount_fen: int
    sellers: tuple[Share, ...]
    sold: bool = False
    referrer: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the commission sheet; a clawback is negative in all amounts. `cum_fen`: the seller's month so far."""

    kind: CommissionKind
    seller: str
    deal: str
    basis_fen: int
    cum_fen: int
    commission_fen: int
    released_fen: int

    @property
    def retained_fen(self) -> int:
        return self.commission_fen - self.released_fen


def earned(cum_fen: int, tiers: Sequence[Tier]) -> int:
    """The commission of a month that came to `cum_fen`, progressively, half up to the fen."""
    amount.fen(cum_fen)
    ends = [*(tier.from_fen for tier in tiers[1:]), None]
    total = Fraction(0)
    for tier, end in zip(tiers, ends, strict=True):
        top = cum_fen if end is None else min(cum_fen, end)
        total += max(top - tier.from_fen, 0) * Fraction(tier.rate)
    return half_up(total)


def split(fen: int, shares: Sequence[Decimal]) -> tuple[int, ...]:
    """`fen` by shares that sum to 1: each rounded down, the remainder to the first. Negative ones mirror them."""
    for share in shares:
        amount.rate(share, SHARE)
    if sum(shares) != 1:
        raise amount.invalid("销售人员的分成之和必须等于 1", "The sellers' shares must add up to 1")
    if fen < 0:
        return tuple(-each for each in split(-fen, shares))
    rest = [int(fen * Fraction(share)) for share in shares[1:]]
    return (fen - sum(rest), *rest)


def released(commission_fen: int, scheme: Scheme, sold: bool) -> int:
    """What may be paid out now: a part at signing, everything once the room is sold."""
    return commission_fen if sold else part(commission_fen, scheme.release_at_signing)


def month(scheme: Scheme, sales: Iterable[Sale]) -> tuple[Line, ...]:
    """The sellers' lines of one month in the order of signing, and the referrers' after each deal.

    A deal's amount is split among its sellers first, each part then counts in its seller's own month:
    commission = round(after) − round(before), so the lines of a month sum to the commission of its total.
    """
    cum: dict[str, int] = {}
    lines: list[Line] = []
    for sale in sorted(sales, key=lambda sale: (sale.signed, sale.deal)):
        amount.fen(sale.amount_fen)
        parts = split(sale.amount_fen, [share.share for share in sale.sellers])
        for share, fen in zip(sale.sellers, parts, strict=True):
            before = cum.get(share.seller, 0)
            after = cum[share.seller] = before + fen
            commission = earned(after, scheme.tiers) - earned(before, scheme.tiers)
            paid = released(commission, scheme, sale.sold)
            lines.append(Line(CommissionKind.SALE, share.seller, sale.deal, fen, after, commission, paid))
        if sale.referrer and scheme.referral_fen:
            paid = released(scheme.referral_fen, scheme, sale.sold)
            lines.append(
                Line(CommissionKind.REFERRAL, sale.referrer, sale.deal, sale.amount_fen, 0, scheme.referral_fen, paid)
            )
    return tuple(lines)


def override(scheme: Scheme, manager: str, lines: Iterable[Line], sold: frozenset[str]) -> tuple[Line, ...]:
    """The manager's part of each sale of the group, deal by deal, so that a refund takes back exactly its own."""
    amounts: dict[str, int] = {}
    for line in lines:
        if line.kind is CommissionKind.SALE:
            amounts[line.deal] = amounts.get(line.deal, 0) + line.basis_fen
    result = []
    cum = 0
    for deal, fen in amounts.items():
        cum += fen
        commission = part(fen, scheme.override_rate)
        paid = released(commission, scheme, deal in sold)
        result.append(Line(CommissionKind.OVERRIDE, manager, deal, fen, cum, commission, paid))
    return tuple(result)


def clawback(lines: Iterable[Line], deal: str) -> tuple[Line, ...]:
    """The negative lines of a refund, for the month of the refund: everything booked for that deal, one line a person.

    The retained part is never paid out and the released part comes back. Tiers of past months are not computed anew.
    """
    booked: dict[str, list[Line]] = {}
    for line in lines:
        if line.deal == deal:
            booked.setdefault(line.seller, []).append(line)
    return tuple(
        Line(
            CommissionKind.CLAWBACK,
            seller,
            deal,
            -sum(line.basis_fen for line in theirs if line.kind is CommissionKind.SALE),
            0,
            -sum(line.commission_fen for line in theirs),
            -sum(line.released_fen for line in theirs),
        )
        for seller, theirs in booked.items()
    )
