"""Buildings of a project (SPEC §2.2)."""

from datetime import date

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class Building(Row, Base):
    """`code`: two digits, the first two of its rooms' codes. `completed`: 现房, sold without a presale permit."""

    __tablename__ = "building"
    __table_args__ = (UniqueConstraint("project_id", "code"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    code: Mapped[str] = mapped_column(String(2))
    name_zh: Mapped[str] = mapped_column(String(32))
    name_en: Mapped[str] = mapped_column(String(32))
    units: Mapped[int] = mapped_column(Integer, default=1)
    floors: Mapped[int] = mapped_column(Integer)
    structure: Mapped[str | None] = mapped_column(String(32))
    progress: Mapped[str | None] = mapped_column(String(32))
    progress_date: Mapped[date | None]
    completed: Mapped[date | None]
    handover_date: Mapped[date | None]
