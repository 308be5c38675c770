"""Refunds 退房: a deal ended, money given back less the penalty (SPEC §2.3, T15; R35)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class Refund(Row, Base):
    """refund_fen = paid_fen - penalty_fen, never negative: the database holds to it (invariant 4)."""

    __tablename__ = "deal_refund"
    __table_args__ = (
        CheckConstraint("refund_fen = paid_fen - penalty_fen AND refund_fen >= 0", name="money"),
        CheckConstraint("paid_fen >= 0 AND penalty_fen >= 0", name="parts"),
    )

    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"), unique=True)
    date: Mapped[date]
    reason: Mapped[str] = mapped_column(String(255))
    paid_fen: Mapped[int]
    penalty_fen: Mapped[int] = mapped_column(default=0)
    refund_fen: Mapped[int]
    approver: Mapped[str | None] = mapped_column(String(64))
    approval_id: Mapped[int | None] = mapped_column(ForeignKey("approval.id"))
    cancellation_no: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str | None] = mapped_column(String(255))
