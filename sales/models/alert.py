"""Alerts 预警 (SPEC §2.9, M09): one per type and subject while it is open, by the database."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.alert import AlertLevel, AlertState

_OPEN = text("state IN ('open', 'acknowledged')")


class Alert(Row, Base):
    """type: a rule's name (hold_expiry, sign_due …); subject: what people call it (room code, contract number …)."""

    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "one_open_alert", "tenant_id", "type", "entity", "entity_id",
            unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
        Index(None, "tenant_id", "state", "due"),
        Index(None, "customer_id"),
    )  # fmt: skip

    type: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64))
    entity: Mapped[str] = mapped_column(String(32))
    entity_id: Mapped[int]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("salesperson.id"))
    due: Mapped[date | None]
    level: Mapped[AlertLevel] = mapped_column(one_of(AlertLevel, "level"))
    state: Mapped[AlertState] = mapped_column(one_of(AlertState), default=AlertState.OPEN)
    opened_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None]
