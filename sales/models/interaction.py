"""The touches of a customer in one line of time: visits, trades, move-in, complaints (S1-72)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class Interaction(Row, Base):
    """kind: call, visit, hold, deal, receipt, handover, ticket …; entity, entity_id: the row with the whole of it."""

    __tablename__ = "interaction"
    __table_args__ = (Index(None, "customer_id", "at"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(16))
    entity: Mapped[str | None] = mapped_column(String(32))
    entity_id: Mapped[int | None]
    text: Mapped[str | None] = mapped_column(String(255))
    call_id: Mapped[str | None] = mapped_column(String(26))
