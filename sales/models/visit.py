"""Visits 来访 to the sales office."""

from datetime import date

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class Visit(Row, Base):
    """Who came when, and who received them."""

    __tablename__ = "visit"
    __table_args__ = (Index(None, "customer_id", "date"), Index(None, "project_id", "date"))

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("salesperson.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    date: Mapped[date]
    people: Mapped[int] = mapped_column(Integer, default=1)
    transport: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str | None] = mapped_column(String(1000))
