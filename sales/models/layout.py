"""Layouts 户型 of a project (SPEC §2.2); their pictures and plans are `Media`."""

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class Layout(Row, Base):
    __tablename__ = "layout"
    __table_args__ = (UniqueConstraint("project_id", "code"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    code: Mapped[str] = mapped_column(String(8))
    name_zh: Mapped[str] = mapped_column(String(32))
    name_en: Mapped[str] = mapped_column(String(64))
    bedrooms: Mapped[int] = mapped_column(Integer)
    halls: Mapped[int] = mapped_column(Integer, default=1)
    baths: Mapped[int] = mapped_column(Integer, default=1)
    kitchens: Mapped[int] = mapped_column(Integer, default=1)
    balconies: Mapped[int] = mapped_column(Integer, default=1)
    built_x100: Mapped[int]
    inner_x100: Mapped[int]
    base_unit_fen: Mapped[int | None]
    vr_url: Mapped[str | None] = mapped_column(String(255))
