"""Code tables 代码表: the lists people choose from (SPEC §2.1). Items that were used are only deactivated."""

from sqlalchemy import Boolean, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class CodeTable(Row, Base):
    __tablename__ = "code_table"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    code: Mapped[str] = mapped_column(String(32))
    zh: Mapped[str] = mapped_column(String(64))
    en: Mapped[str] = mapped_column(String(64))


class CodeItem(Row, Base):
    """code: what the rows of business hold, e.g. "天河", "15-25k"."""

    __tablename__ = "code_item"
    __table_args__ = (UniqueConstraint("table_id", "code"),)

    table_id: Mapped[int] = mapped_column(ForeignKey("code_table.id"))
    code: Mapped[str] = mapped_column(String(32))
    zh: Mapped[str] = mapped_column(String(64))
    en: Mapped[str] = mapped_column(String(64))
    position: Mapped[int] = mapped_column(Integer)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    is_default: Mapped[bool] = mapped_column(Boolean, default=False)
