"""Tables of what is recorded by telephone: bulletin boards, takes of them and of prompts, and the PINs that let in."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, Float, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class PinRow(Row, Base):
    """What opens a door by telephone. door: a board's number, or "*61" (prompts); pin: see `ivr.mailbox.pin`."""

    __tablename__ = "phone_pin"
    __table_args__ = (UniqueConstraint("tenant_id", "door"),)

    door: Mapped[str] = mapped_column(String(16))
    pin: Mapped[str] = mapped_column(String(128))


class BoardRow(Row, Base):
    """A bulletin board. One that was deleted keeps its row and its takes: nothing that was said is lost."""

    __tablename__ = "board"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        CheckConstraint("position BETWEEN 1 AND 9", name="position"),
    )

    number: Mapped[str] = mapped_column(String(8))
    name_zh: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64))
    is_on: Mapped[bool] = mapped_column(Boolean, default=True)
    position: Mapped[int] = mapped_column(Integer, default=1)
    starts_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class TakeRow(Row, Base):
    """One recording, never changed: the newest that is not withdrawn is the one heard. number: 1, 2, 3 … of its
    subject ("board 6001", "prompt welcome") in its language; created_by: the number it was recorded from."""

    __tablename__ = "take"
    __table_args__ = (
        UniqueConstraint("tenant_id", "subject", "lang", "number"),
        CheckConstraint("lang IN ('zh', 'en')", name="lang"),
    )

    subject: Mapped[str] = mapped_column(String(64))
    lang: Mapped[str] = mapped_column(String(2))
    number: Mapped[int] = mapped_column(Integer)
    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id"), index=True)
    call_id: Mapped[str] = mapped_column(String(26))
    file: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    seconds: Mapped[float] = mapped_column(Float)
    listens: Mapped[int] = mapped_column(Integer, default=0)
    withdrawn_at: Mapped[datetime | None]
