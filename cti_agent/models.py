"""Queues, seats, and the log of what seats did (SPEC §2.4.9, §2.4.10)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cti_agent.pool import Strategy
from cti_agent.seat import SeatState
from db.base import Base, Key, Row

_STATES = ", ".join(f"'{state}'" for state in SeatState)
_SIGNED = text("phone <> ''")
_STRATEGIES = ", ".join(f"'{one}'" for one in Strategy if one is not Strategy.RING_ALL)


class QueueRow(Row, Base):
    """A queue. Seconds: ring one seat, until the caller is asked what they would rather do, wrap-up after a talk.
    by_language: only seats that have the caller's language among their skills."""

    __tablename__ = "queue"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        CheckConstraint(f"strategy IN ({_STRATEGIES})", name="strategy"),
        CheckConstraint("most BETWEEN 1 AND 1000", name="most"),
        CheckConstraint("ring_s BETWEEN 5 AND 120", name="ring_s"),
        CheckConstraint("overflow_s BETWEEN 10 AND 3600", name="overflow_s"),
        CheckConstraint("wrapup_s BETWEEN 0 AND 3600", name="wrapup_s"),
    )

    code: Mapped[str] = mapped_column(String(32))
    name_zh: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64))
    strategy: Mapped[str] = mapped_column(String(16), default=Strategy.LONGEST_IDLE)
    most: Mapped[int] = mapped_column(Integer, default=20)
    ring_s: Mapped[int] = mapped_column(Integer, default=15)
    overflow_s: Mapped[int] = mapped_column(Integer, default=60)
    wrapup_s: Mapped[int] = mapped_column(Integer, default=30)
    by_language: Mapped[bool] = mapped_column(Boolean, default=False)


class SeatRow(Row, Base):
    """A seat and where it stands; see `cti_agent.seat.Seat`. leg: the channel by which its call reached it."""

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        Index("one_seat_a_phone", "tenant_id", "phone", unique=True, sqlite_where=_SIGNED, postgresql_where=_SIGNED),
    )

    number: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))
    skills: Mapped[list[Any]] = mapped_column(default=list)
    phone: Mapped[str] = mapped_column(String(16), default="")
    state: Mapped[str] = mapped_column(String(16), default=SeatState.OFFLINE)
    reason: Mapped[str] = mapped_column(String(32), default="")
    since: Mapped[datetime | None]
    idle_since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    call: Mapped[str] = mapped_column(String(26), default="")
    leg: Mapped[str] = mapped_column(String(64), default="")
    wanted: Mapped[str] = mapped_column(String(16), default="")
    wanted_reason: Mapped[str] = mapped_column(String(32), default="")
    calls: Mapped[int] = mapped_column(Integer, default=0)
    offered_at: Mapped[datetime | None]


class SeatQueue(Base):
    """This seat serves this queue."""

    __tablename__ = "seat_queue"

    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"), primary_key=True, autoincrement=False)
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"), primary_key=True, autoincrement=False)


class SeatLog(Base):
    """From when until when a seat was in a state; ended None: it still is."""

    __tablename__ = "seat_log"
    __table_args__ = (Index(None, "seat_id", "began"), Index(None, "began"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32))
    began: Mapped[datetime]
    ended: Mapped[datetime | None]
    call: Mapped[str] = mapped_column(String(26))
