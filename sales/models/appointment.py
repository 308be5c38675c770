"""Appointments 预约登记: before any room is held (R09, S4-6)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.appointment import AppointmentKind, AppointmentState


class Appointment(Row, Base):
    """Without a customer while only name (perhaps spoken, in `recording`) and number are known. via: IVR, 座席 …"""

    __tablename__ = "appointment"
    __table_args__ = (
        UniqueConstraint("tenant_id", "no"),
        CheckConstraint("slot IN ('morning', 'afternoon', 'evening')", name="slot"),
        Index(None, "customer_id"),
        Index(None, "project_id", "visit_at", "slot"),
        Index(None, "tenant_id", "phone"),
        Index(None, "event_id"),
        Index(None, "call_id"),
    )

    no: Mapped[str] = mapped_column(String(32))
    kind: Mapped[AppointmentKind] = mapped_column(one_of(AppointmentKind, "kind"), default=AppointmentKind.VIEWING)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    name: Mapped[str | None] = mapped_column(String(64))
    phone: Mapped[str | None] = mapped_column(String(20))
    made: Mapped[date]
    via: Mapped[str] = mapped_column(String(16))
    layout_id: Mapped[int | None] = mapped_column(ForeignKey("layout.id"))
    budget_fen: Mapped[int | None]
    visit_at: Mapped[date]
    slot: Mapped[str | None] = mapped_column(String(16))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("salesperson.id"))
    state: Mapped[AppointmentState] = mapped_column(one_of(AppointmentState), default=AppointmentState.MADE)
    call_id: Mapped[str | None] = mapped_column(String(26))
    recording: Mapped[str | None] = mapped_column(String(255))
    note: Mapped[str | None] = mapped_column(String(255))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
