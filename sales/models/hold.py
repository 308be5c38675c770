"""Holds 保留: a room kept for somebody for a while (SPEC §2.4.5). At most one active per room, by the database."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.hold import HoldKind, HoldState

_ACTIVE = text("state = 'active'")


class Hold(Row, Base):
    """expires_at None: only a manager's hold may be without. money_fen: what was received for it (保留金, 订金).

    A trigger refuses an active hold on a room with a live deal: convert the hold first, then write the deal.
    """

    __tablename__ = "hold"
    __table_args__ = (
        UniqueConstraint("tenant_id", "no"),
        CheckConstraint("kind = 'manager' OR customer_id IS NOT NULL", name="customer"),
        CheckConstraint("kind = 'manager' OR expires_at IS NOT NULL", name="expiry"),
        CheckConstraint("money_fen >= 0", name="money"),
        CheckConstraint("extensions >= 0", name="extensions"),
        Index("one_live_hold", "room_id", unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
        Index("ix_hold_expiry", "expires_at", sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
        Index(None, "customer_id", "state"),
        Index(None, "seller_id", "state"),
        Index(None, "room_id"),
    )

    no: Mapped[str | None] = mapped_column(String(32))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    kind: Mapped[HoldKind] = mapped_column(one_of(HoldKind, "kind"))
    state: Mapped[HoldState] = mapped_column(one_of(HoldState), default=HoldState.ACTIVE)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("salesperson.id"))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    extensions: Mapped[int] = mapped_column(Integer, default=0)
    money_fen: Mapped[int] = mapped_column(default=0)
    prev_hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(255))
    note: Mapped[str | None] = mapped_column(String(255))
