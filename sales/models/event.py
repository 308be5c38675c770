"""Events 活动 that people may sign up for: an opening day, a tasting, a lecture (SPEC §4.2, node S3)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class Event(Row, Base):
    """places: how many may come, None = as many as like; on: callers hear of it."""

    __tablename__ = "event"
    __table_args__ = (CheckConstraint("places > 0", name="places"), Index(None, "project_id", "day"))

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    day: Mapped[date]
    name_zh: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64))
    places: Mapped[int | None] = mapped_column(Integer)
    on: Mapped[bool] = mapped_column(default=True)
