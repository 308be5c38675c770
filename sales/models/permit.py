"""Presale permits 预售许可证: what they cover may be released and contracted (SPEC §2.2)."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row

_ROOM = text("room_id IS NOT NULL")


class PresalePermit(Row, Base):
    """area_x100: the area it was issued for; None while unknown."""

    __tablename__ = "presale_permit"
    __table_args__ = (UniqueConstraint("project_id", "no"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    no: Mapped[str] = mapped_column(String(32))
    issued: Mapped[date | None]
    area_x100: Mapped[int | None]


class PermitCover(Row, Base):
    """One line of a permit: a whole building (room_id None), or one room of it. A room has one permit."""

    __tablename__ = "permit_cover"
    __table_args__ = (
        Index("one_permit", "room_id", unique=True, sqlite_where=_ROOM, postgresql_where=_ROOM),
        Index(None, "building_id", "room_id"),
        Index(None, "permit_id"),
    )

    permit_id: Mapped[int] = mapped_column(ForeignKey("presale_permit.id"))
    building_id: Mapped[int] = mapped_column(ForeignKey("building.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
