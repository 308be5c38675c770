"""Every change of a room's state; the database refuses to change or delete a line (SPEC §2.2, room_seq)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key, one_of
from sales.states.room import RoomState


class RoomStateLog(Base):
    """event: the transition's name in SPEC §2.3 (reserve, expire, sign …); T6 and T20 stay in their state."""

    __tablename__ = "room_state_log"
    __table_args__ = (Index(None, "room_id", "id"), Index(None, "tenant_id", "at"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    from_state: Mapped[RoomState] = mapped_column(one_of(RoomState, "from_state"))
    to_state: Mapped[RoomState] = mapped_column(one_of(RoomState, "to_state"))
    event: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(64))
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"))
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id"))
    at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(255))
