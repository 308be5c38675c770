"""Salespersons 销售人员, their groups, and the rooms they may sell (SPEC §2.1, S4-84, S1-50)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class SalesGroup(Row, Base):
    __tablename__ = "sales_group"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    code: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))


class Salesperson(Row, Base):
    """code: two to six digits, keyed on the telephone. pin_hash: of the PIN that goes with it, never the PIN."""

    __tablename__ = "salesperson"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        CheckConstraint("state IN ('on', 'leave', 'left')", name="state"),
        CheckConstraint("role IN ('seller', 'manager', 'leader')", name="role"),
    )

    code: Mapped[str] = mapped_column(String(6))
    name: Mapped[str] = mapped_column(String(64))
    gender: Mapped[str | None] = mapped_column(String(1))
    phone: Mapped[str | None] = mapped_column(String(20))
    employee_no: Mapped[str | None] = mapped_column(String(32))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("sales_group.id"), index=True)
    scheme_id: Mapped[int | None] = mapped_column(ForeignKey("commission_scheme.id"))
    extension: Mapped[str | None] = mapped_column(String(16))
    role: Mapped[str] = mapped_column(String(16), default="seller")
    pin_hash: Mapped[str | None] = mapped_column(String(160))
    state: Mapped[str] = mapped_column(String(16), default="on")


class RoomAssignment(Row, Base):
    """A seller or a group may sell a project, a building or one room of it, between two days (both included)."""

    __tablename__ = "room_assignment"
    __table_args__ = (
        CheckConstraint("(seller_id IS NULL) <> (group_id IS NULL)", name="subject"),
        Index(None, "seller_id", "project_id"),
        Index(None, "group_id", "project_id"),
    )

    seller_id: Mapped[int | None] = mapped_column(ForeignKey("salesperson.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("sales_group.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
