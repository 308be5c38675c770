"""Fields the house adds to its own entities; the values are in their `custom` column (SPEC §2.1)."""

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class CustomField(Row, Base):
    __tablename__ = "custom_field"
    __table_args__ = (
        UniqueConstraint("tenant_id", "entity", "key"),
        CheckConstraint("type IN ('text', 'number', 'date', 'bool', 'code')", name="type"),
        CheckConstraint("type <> 'code' OR table_id IS NOT NULL", name="table"),
    )

    entity: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(32))
    zh: Mapped[str] = mapped_column(String(64))
    en: Mapped[str] = mapped_column(String(64))
    type: Mapped[str] = mapped_column(String(8))
    table_id: Mapped[int | None] = mapped_column(ForeignKey("code_table.id"))
    required: Mapped[bool] = mapped_column(Boolean, default=False)
    position: Mapped[int] = mapped_column(Integer, default=1)
