"""Invoices 发票 (SPEC §2.4.6, R33)."""

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.invoice import InvoiceState


class Invoice(Row, Base):
    """A red invoice takes another back: its amount is negative and `red_of_id` names it."""

    __tablename__ = "invoice"
    __table_args__ = (UniqueConstraint("tenant_id", "no"), UniqueConstraint("red_of_id"))

    no: Mapped[str] = mapped_column(String(32))
    date: Mapped[date]
    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"), index=True)
    title: Mapped[str | None] = mapped_column(String(128))
    amount_fen: Mapped[int]
    state: Mapped[InvoiceState] = mapped_column(one_of(InvoiceState), default=InvoiceState.ISSUED)
    red_of_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    note: Mapped[str | None] = mapped_column(String(255))
