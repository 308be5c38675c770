"""Published versions of flows: a call keeps the version it began with (S4-1)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import ivr.board.models
import ivr.counter.models
import ivr.mailbox.models  # noqa: F401  (the tables of boards, of the counter and of voice mail)
from db.base import Base, Key


class FlowVersion(Base):
    """One published document. version: first 8 hex digits of its content's hash; number: 1, 2, 3 … within `name`.

    turn: the highest within `name` is the version in force; published once more, a version gets a new turn.
    door: how it was published last; source: the file it came from, if it was one.
    """

    __tablename__ = "flow_version"
    __table_args__ = (
        UniqueConstraint("name", "version"),
        UniqueConstraint("name", "turn"),
        CheckConstraint("door IN ('shipped', 'file', 'command')", name="door"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(8))
    number: Mapped[int] = mapped_column(Integer)
    turn: Mapped[int] = mapped_column(Integer)
    document: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(64))
    door: Mapped[str] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(Text)


class FlowDraft(Base):
    """A document somebody is working on, as it was written; it may still have mistakes. One for each flow."""

    __tablename__ = "flow_draft"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(64))
