"""Published versions of flows: a call keeps the version it began with (S4-1)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key


class FlowVersion(Base):
    """One published document. version: first 8 hex digits of its content's hash; number: 1, 2, 3 … within `name`."""

    __tablename__ = "flow_version"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(8))
    number: Mapped[int] = mapped_column(Integer)
    document: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(64))
