"""Rooms (SPEC §2.2): what they are, what they cost, and who has them."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.room import RoomState

__all__ = ["Room", "RoomState"]


def _own(context: DefaultExecutionContext, name: str) -> int:
    """A new room is in no price list yet: its own price is asked."""
    told: dict[str, int] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return told[name]


class Room(Row, Base):
    """`room_code` is six digits BBFFDD (building, floor, door): spoken, keyed, unique in its project.

    The pointers say who has the room: the active hold while it is reserved or booked, the live deal from the
    subscription on, the owner once it is handed over. `state` is changed by the services only, each time with a row
    in room_state_log.

    asked_unit_fen, asked_fen: what is asked for it, the price of its building's effective price list or, without one,
    its own unit_fen and list_fen. Triggers keep them, so that rooms can be searched by price with an index.
    """

    __tablename__ = "room"
    __table_args__ = (
        UniqueConstraint("project_id", "room_code"),
        CheckConstraint("built_x100 > 0 AND inner_x100 <= built_x100", name="area"),
        CheckConstraint("floor BETWEEN -5 AND 99", name="floor"),
        CheckConstraint("unit_fen >= 0 AND list_fen >= 0", name="price"),
        # one way only: a database of the first release has rooms that were sold before deals were kept
        CheckConstraint("state_hold_id IS NULL OR state IN ('reserved', 'booked')", name="hold"),
        CheckConstraint("state_deal_id IS NULL OR state IN ('subscribed', 'contracted', 'sold')", name="deal"),
        # each ends with the floor, so that who looks for a floor as well reads the index only
        Index("ix_room_by_layout", "project_id", "state", "layout_id", "asked_fen", "floor"),
        Index("ix_room_by_price", "project_id", "state", "asked_fen", "floor"),
        Index("ix_room_by_area", "project_id", "state", "built_x100", "floor"),
        Index("ix_room_by_floor", "project_id", "state", "floor", "asked_fen"),
        Index("ix_room_by_orientation", "project_id", "state", "orientation", "asked_fen", "floor"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    building_id: Mapped[int] = mapped_column(ForeignKey("building.id"), index=True)
    layout_id: Mapped[int] = mapped_column(ForeignKey("layout.id"), index=True)
    unit_no: Mapped[int] = mapped_column(Integer, default=1)
    floor: Mapped[int] = mapped_column(Integer)
    door: Mapped[str] = mapped_column(String(4))
    room_code: Mapped[str] = mapped_column(String(6))
    usage: Mapped[str] = mapped_column(String(16), default="住宅")
    house_class: Mapped[str | None] = mapped_column(String(16))
    orientation: Mapped[str] = mapped_column(String(2))
    view: Mapped[str | None] = mapped_column(String(16))
    decoration: Mapped[str | None] = mapped_column(String(16))
    built_x100: Mapped[int]
    inner_x100: Mapped[int]
    unit_fen: Mapped[int]
    list_fen: Mapped[int]
    asked_unit_fen: Mapped[int] = mapped_column(default=lambda context: _own(context, "unit_fen"))
    asked_fen: Mapped[int] = mapped_column(default=lambda context: _own(context, "list_fen"))
    filed_unit_fen: Mapped[int | None]
    permit_id: Mapped[int | None] = mapped_column(ForeignKey("presale_permit.id"), index=True)
    state: Mapped[RoomState] = mapped_column(one_of(RoomState), default=RoomState.NOT_RELEASED)
    state_since: Mapped[date | None]
    state_hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id", use_alter=True))
    state_deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id", use_alter=True))
    owner_customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    handover_date: Mapped[date | None]
    custom: Mapped[dict[str, Any]] = mapped_column(default=dict)

    @property
    def shared_x100(self) -> int:
        """The part of the shared area 公摊 that is counted into the built area."""
        return self.built_x100 - self.inner_x100
