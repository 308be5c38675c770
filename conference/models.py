"""The table of conference rooms."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class RoomRow(Row, Base):
    """A conference room. most: who may be there at once; is_shut: its host lets nobody else in, until it is empty.
    One that was deleted keeps its row: calls tell of it."""

    __tablename__ = "conference_room"
    __table_args__ = (UniqueConstraint("tenant_id", "number"), CheckConstraint("most BETWEEN 2 AND 200", name="most"))

    number: Mapped[str] = mapped_column(String(8))
    name_zh: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64))
    most: Mapped[int] = mapped_column(Integer)
    is_shut: Mapped[bool] = mapped_column(Boolean, default=False)
    deleted_at: Mapped[datetime | None]
