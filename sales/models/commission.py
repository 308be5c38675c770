"""Commission 佣金: schemes, lines, closed periods (SPEC §2.8, M06)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.commission import CommissionKind, CommissionState


class CommissionScheme(Row, Base):
    """tiers: [[from_fen, "rate"], …] ascending, progressive; release_sign: the part released at signing."""

    __tablename__ = "commission_scheme"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code", "valid_from"),
        CheckConstraint("basis IN ('deal_fen', 'received_fen')", name="basis"),
    )

    code: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))
    basis: Mapped[str] = mapped_column(String(16), default="deal_fen")
    tiers: Mapped[list[Any]]
    release_sign: Mapped[Decimal]
    override_rate: Mapped[Decimal | None]
    referral_fen: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class CommissionLine(Row, Base):
    """A seller's commission of one deal in one month ("2024-03"), or what somebody gets who introduced the buyer
    (referrer_id); a clawback is negative, in the refund's month."""

    __tablename__ = "commission_line"
    __table_args__ = (
        UniqueConstraint("deal_id", "seller_id", "kind", "month"),
        UniqueConstraint("deal_id", "referrer_id", "kind", "month"),
        CheckConstraint("(seller_id IS NULL) <> (referrer_id IS NULL)", name="whose"),
        Index(None, "tenant_id", "month", "seller_id"),
    )

    seller_id: Mapped[int | None] = mapped_column(ForeignKey("salesperson.id"))
    referrer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"))
    kind: Mapped[CommissionKind] = mapped_column(one_of(CommissionKind, "kind"), default=CommissionKind.SALE)
    month: Mapped[str] = mapped_column(String(7))
    base_fen: Mapped[int]
    cum_fen: Mapped[int]
    amount_fen: Mapped[int]
    released_fen: Mapped[int] = mapped_column(default=0)
    state: Mapped[CommissionState] = mapped_column(one_of(CommissionState), default=CommissionState.OPEN)


class CommissionPeriod(Row, Base):
    """A closed month: its lines are frozen."""

    __tablename__ = "commission_period"
    __table_args__ = (UniqueConstraint("tenant_id", "month"),)

    month: Mapped[str] = mapped_column(String(7))
    closed_at: Mapped[datetime]
    closed_by: Mapped[str] = mapped_column(String(64))
