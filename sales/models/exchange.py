"""Exchanges 换房: the old deal ends and the new one begins in one transaction, the money moves (SPEC T16, R36)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class Exchange(Row, Base):
    """moved_fen: paid for the old room and moved to the new one; diff_fen: new price - old price."""

    __tablename__ = "deal_exchange"
    __table_args__ = (
        CheckConstraint("moved_fen >= 0", name="moved"),
        CheckConstraint("old_deal_id <> new_deal_id", name="deals"),
    )

    old_deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"), unique=True)
    new_deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"), unique=True)
    date: Mapped[date]
    reason: Mapped[str] = mapped_column(String(255))
    moved_fen: Mapped[int]
    diff_fen: Mapped[int]
    approval_id: Mapped[int | None] = mapped_column(ForeignKey("approval.id"))
    note: Mapped[str | None] = mapped_column(String(255))
