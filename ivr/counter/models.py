"""Tables of the counter that are no business of the sales desk."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class TicketDraft(Base):
    """Something being told to us: should nobody of ours live to see its end, a ticket is made of it. One a call."""

    __tablename__ = "ticket_draft"

    call_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    file: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(String(16))
    caller: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)
