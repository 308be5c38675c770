"""Rooms (SPEC §2.2) and the states they may be in (SPEC §2.3)."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class RoomState(StrEnum):
    NOT_RELEASED = "not_released"
    NOT_FOR_SALE = "not_for_sale"
    AVAILABLE = "available"
    RESERVED = "reserved"
    BOOKED = "booked"
    SUBSCRIBED = "subscribed"
    CONTRACTED = "contracted"
    SOLD = "sold"


class Room(Row, Base):
    """`room_code` is six digits BBFFDD (building, floor, door): spoken, keyed, unique in its project."""

    __tablename__ = "room"
    __table_args__ = (
        UniqueConstraint("project_id", "room_code"),
        CheckConstraint("built_x100 > 0 AND inner_x100 <= built_x100", name="area"),
        CheckConstraint("floor BETWEEN -5 AND 99", name="floor"),
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
    decoration: Mapped[str | None] = mapped_column(String(16))
    built_x100: Mapped[int]
    inner_x100: Mapped[int]
    unit_fen: Mapped[int]
    list_fen: Mapped[int]
    filed_unit_fen: Mapped[int | None]
    permit_no: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[RoomState] = mapped_column(
        Enum(
            RoomState,
            native_enum=False,
            create_constraint=True,
            length=16,
            name="state",
            values_callable=lambda states: [state.value for state in states],
        ),
        default=RoomState.NOT_RELEASED,
    )
    state_since: Mapped[date | None]
    handover_date: Mapped[date | None]
