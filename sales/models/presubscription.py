"""Presubscriptions 认筹: a place in the queue against sincerity money 诚意金 (SPEC §2.4.17, S3-16)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.presubscription import PresubscriptionState


class Presubscription(Row, Base):
    """queue_no: 1, 2, 3 … within a batch, ascending."""

    __tablename__ = "presubscription"
    __table_args__ = (
        UniqueConstraint("project_id", "batch", "queue_no"),
        CheckConstraint("money_fen >= 0", name="money"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    batch: Mapped[str] = mapped_column(String(16))
    queue_no: Mapped[int] = mapped_column(Integer)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("salesperson.id"))
    layout_id: Mapped[int | None] = mapped_column(ForeignKey("layout.id"))
    money_fen: Mapped[int]
    state: Mapped[PresubscriptionState] = mapped_column(
        one_of(PresubscriptionState), default=PresubscriptionState.REGISTERED
    )
    registered: Mapped[date]
    end_date: Mapped[date | None]
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id"))
    note: Mapped[str | None] = mapped_column(String(255))
