"""Receivables 应收 (SPEC §2.5.1): what is to be paid, when; never edited in place, adjusted by a line of its own."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.dunning import DunningLevel
from sales.states.receivable import FeeGroup, ReceivableState


class Receivable(Row, Base):
    """fee_type: 定金, 首期款, 楼款, 按揭款 … (code table "fee_type"); fee_group price sums to deal_fen (invariant 2).

    paid_fen is the sum of its allocations, kept with them. amount_fen is negative in an adjusting line only
    (`adjusts_id`: the line it corrects). due_date None: the building has not reached `milestone` yet.
    """

    __tablename__ = "receivable"
    __table_args__ = (
        UniqueConstraint("deal_id", "seq"),
        CheckConstraint("amount_fen >= 0 OR adjusts_id IS NOT NULL", name="amount"),
        CheckConstraint("paid_fen >= 0 AND (paid_fen <= amount_fen OR paid_fen = 0)", name="paid"),
        Index(None, "deal_id", "due_date"),
        Index(None, "state", "due_date"),
    )

    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"))
    seq: Mapped[int] = mapped_column(Integer)
    no: Mapped[str | None] = mapped_column(String(32))
    fee_type: Mapped[str] = mapped_column(String(16))
    fee_group: Mapped[FeeGroup] = mapped_column(one_of(FeeGroup, "fee_group"), default=FeeGroup.PRICE)
    due_date: Mapped[date | None]
    milestone: Mapped[str | None] = mapped_column(String(32))
    amount_fen: Mapped[int]
    paid_fen: Mapped[int] = mapped_column(default=0)
    state: Mapped[ReceivableState] = mapped_column(one_of(ReceivableState), default=ReceivableState.PLANNED)
    adjusts_id: Mapped[int | None] = mapped_column(ForeignKey("receivable.id"))
    approval_id: Mapped[int | None] = mapped_column(ForeignKey("approval.id"))
    dunning: Mapped[DunningLevel] = mapped_column(one_of(DunningLevel, "dunning"), default=DunningLevel.NONE)
    dunned_on: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(String(255))
