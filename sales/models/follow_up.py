"""Follow-ups 跟进: what was talked about with a customer, and when to talk again (S3-5, S1-69)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class FollowUp(Row, Base):
    """via: 电话, 来访, 微信 …; result: an item of the code table "follow_result"."""

    __tablename__ = "follow_up"
    __table_args__ = (Index(None, "customer_id", "at"), Index(None, "seller_id", "at"))

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("salesperson.id"))
    at: Mapped[datetime]
    via: Mapped[str] = mapped_column(String(16))
    content: Mapped[str] = mapped_column(String(2000))
    result: Mapped[str | None] = mapped_column(String(32))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    next_contact: Mapped[date | None]
    call_id: Mapped[str | None] = mapped_column(String(26))
