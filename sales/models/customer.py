"""Customers, as far as the telephone needs them (SPEC §2.4.1)."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class Customer(Row, Base):
    """phone: E.164; not unique by design (families share one, SPEC §2.4.1: a soft warning).
    lang: "zh" or "en" if the customer is known to prefer it, "" = ask."""

    __tablename__ = "customer"
    __table_args__ = (
        Index(None, "tenant_id", "phone"),
        CheckConstraint("lang IN ('', 'zh', 'en')", name="lang"),
    )

    no: Mapped[str | None] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    gender: Mapped[str | None] = mapped_column(String(1))
    phone: Mapped[str] = mapped_column(String(20))
    lang: Mapped[str] = mapped_column(String(2), default="")
    registered: Mapped[date | None]
