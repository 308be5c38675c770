"""Strangers who called an advertised number, and whom they became (S4-190)."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class Enquirer(Row, Base):
    """phone: E.164, once a tenant: however often, from wherever at once somebody calls, one customer comes of it.
    did: the number called first; channel: where that was advertised; call_id: that call."""

    __tablename__ = "enquirer"
    __table_args__ = (UniqueConstraint("tenant_id", "phone"),)

    phone: Mapped[str] = mapped_column(String(20))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    did: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(32))
    call_id: Mapped[str] = mapped_column(String(26))
