"""Renames 更名: another buyer in the same deal (SPEC §2.3, T20)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class Rename(Row, Base):
    """relation: of the new customer to the old one; fee_fen: 更名费."""

    __tablename__ = "deal_rename"
    __table_args__ = (CheckConstraint("fee_fen >= 0", name="fee"),)

    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"), index=True)
    date: Mapped[date]
    from_customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    to_customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    relation: Mapped[str | None] = mapped_column(String(32))
    fee_fen: Mapped[int] = mapped_column(default=0)
    approval_id: Mapped[int | None] = mapped_column(ForeignKey("approval.id"))
    old_contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"))
    note: Mapped[str | None] = mapped_column(String(255))
