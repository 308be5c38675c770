"""Attempts to prove by telephone that an order is the caller's own (node O)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key


class OrderClaim(Base):
    """One that was wrong, or is being looked at: an attempt counts from its beginning. phone: E.164, "" = withheld."""

    __tablename__ = "order_claim"
    __table_args__ = (Index(None, "tenant_id", "phone", "at"), Index(None, "tenant_id", "at"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    phone: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
