"""Tickets 工单: complaints, suggestions, repairs, enquiries (SPEC §2.4.8)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.ticket import TicketKind, TicketState


class Ticket(Row, Base):
    """escalation 0, 1 (department head), 2 (manager); satisfaction 1 to 5."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("tenant_id", "ticket_no"),
        CheckConstraint("escalation BETWEEN 0 AND 2", name="escalation"),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction"),
        Index(None, "customer_id", "state"),
        Index(None, "tenant_id", "state", "resolve_due"),
        Index(None, "tenant_id", "phone"),
        Index("one_ticket_per_recording", "call_id", "recording", unique=True),
    )

    ticket_no: Mapped[str] = mapped_column(String(32))
    kind: Mapped[TicketKind] = mapped_column(one_of(TicketKind, "kind"))
    state: Mapped[TicketState] = mapped_column(one_of(TicketState), default=TicketState.NEW)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    phone: Mapped[str | None] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(128))
    content: Mapped[str | None] = mapped_column(String(4000))
    via: Mapped[str | None] = mapped_column(String(16))
    call_id: Mapped[str | None] = mapped_column(String(26))
    recording: Mapped[str | None] = mapped_column(String(255))
    department: Mapped[str | None] = mapped_column(String(64))
    handler: Mapped[str | None] = mapped_column(String(64))
    opened_at: Mapped[datetime]
    answer_due: Mapped[datetime | None]
    resolve_due: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    opinion: Mapped[str | None] = mapped_column(String(2000))
    reject_reason: Mapped[str | None] = mapped_column(String(255))
    reopened: Mapped[int] = mapped_column(Integer, default=0)
    escalation: Mapped[int] = mapped_column(Integer, default=0)
    satisfaction: Mapped[int | None] = mapped_column(Integer)


class TicketStep(Row, Base):
    """What was done with a ticket, by whom."""

    __tablename__ = "ticket_step"
    __table_args__ = (Index(None, "ticket_id", "at"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(16))
    from_state: Mapped[TicketState | None] = mapped_column(one_of(TicketState, "from_state"))
    to_state: Mapped[TicketState] = mapped_column(one_of(TicketState, "to_state"))
    actor: Mapped[str] = mapped_column(String(64))
    note: Mapped[str | None] = mapped_column(String(2000))
