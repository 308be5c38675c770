"""Tables of the ledger (SPEC §2.11).

Rows of calls are added and completed by `billing.ledger` alone and never corrected by hand, so they carry their own
moments instead of the columns of an edited form. Rows of one call are bound by `call_id`, its ULID, and not by
foreign keys: facts of a call may reach the database before the row of the call does, and none may be turned away.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Float, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key

CallId = String(26)
_OPEN = text("ended IS NULL")


class CallRow(Base):
    """One telephone call; open while `ended` and `result` are NULL. `result`: see `calls.record.Result`."""

    __tablename__ = "call"
    __table_args__ = (
        Index("ix_call_open", "exchange", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_call_caller", "tenant_id", "caller_norm", "started"),
        CheckConstraint("(ended IS NULL) = (result IS NULL)", name="one_end"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[int]
    call_id: Mapped[str] = mapped_column(CallId, unique=True)
    linkedid: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(64))
    exchange: Mapped[str] = mapped_column(String(128))
    controller: Mapped[str] = mapped_column(String(64))
    direction: Mapped[str] = mapped_column(String(8))
    caller: Mapped[str] = mapped_column(String(64))
    caller_norm: Mapped[str] = mapped_column(String(64))
    caller_name: Mapped[str] = mapped_column(String(128))
    callee: Mapped[str] = mapped_column(String(64))
    callee_norm: Mapped[str] = mapped_column(String(64))
    service: Mapped[str] = mapped_column(String(32))
    flow: Mapped[str] = mapped_column(String(64))
    flow_version: Mapped[str] = mapped_column(String(16))
    customer_id: Mapped[int | None]
    lang: Mapped[str] = mapped_column(String(2))
    started: Mapped[datetime] = mapped_column(index=True)
    answered: Mapped[datetime | None]
    ended: Mapped[datetime | None]
    duration_s: Mapped[int | None] = mapped_column(Integer)
    billsec: Mapped[int | None] = mapped_column(Integer)
    disposition: Mapped[str | None] = mapped_column(String(16))
    result: Mapped[str | None] = mapped_column(String(16))
    last_node: Mapped[str] = mapped_column(String(64))
    cause: Mapped[int | None] = mapped_column(Integer)
    ended_by: Mapped[str | None] = mapped_column(String(32))
    keys: Mapped[int] = mapped_column(Integer)
    helps: Mapped[int] = mapped_column(Integer)
    invalids: Mapped[int] = mapped_column(Integer)
    csat: Mapped[int | None] = mapped_column(Integer)


class CallLeg(Base):
    """One channel of a call: the caller's, and one for every party that was called for the caller."""

    __tablename__ = "call_leg"
    __table_args__ = (UniqueConstraint("call_id", "uniqueid"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[int]
    call_id: Mapped[str] = mapped_column(CallId)
    uniqueid: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(16))
    number: Mapped[str] = mapped_column(String(64))
    started: Mapped[datetime]
    answered: Mapped[datetime | None]
    ended: Mapped[datetime | None]
    cause: Mapped[int | None] = mapped_column(Integer)
    dialstatus: Mapped[str] = mapped_column(String(16))


class CallEvent(Base):
    """A fact about a call as it was published; secret keys are masked. `digest` is the fact's identity: told twice,
    by whomever, it is stored once. Facts of a call are read in the order of `id`: as they became known."""

    __tablename__ = "call_event"
    __table_args__ = (UniqueConstraint("call_id", "digest"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[int]
    call_id: Mapped[str] = mapped_column(CallId)
    digest: Mapped[int]
    ts: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(16))
    data: Mapped[dict[str, Any]]


class Cdr(Base):
    """What is rated: one per leg, written when the leg has ended."""

    __tablename__ = "cdr"
    __table_args__ = (UniqueConstraint("call_id", "uniqueid"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[int]
    call_id: Mapped[str] = mapped_column(CallId)
    uniqueid: Mapped[str] = mapped_column(String(64))
    direction: Mapped[str] = mapped_column(String(8))
    caller: Mapped[str] = mapped_column(String(64))
    callee: Mapped[str] = mapped_column(String(64))
    number_class: Mapped[str | None] = mapped_column(String(16))
    started: Mapped[datetime] = mapped_column(index=True)
    answered: Mapped[datetime | None]
    ended: Mapped[datetime]
    duration_s: Mapped[int] = mapped_column(Integer)
    billsec: Mapped[int] = mapped_column(Integer)
    disposition: Mapped[str] = mapped_column(String(16))
    seat: Mapped[str | None] = mapped_column(String(16))
    department: Mapped[str | None] = mapped_column(String(32))
    account_code: Mapped[str | None] = mapped_column(String(32))


class RecordingRow(Base):
    """A sound file of ours. `sha256` is known once the file has been read through."""

    __tablename__ = "recording"
    __table_args__ = (UniqueConstraint("call_id", "name"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[int]
    call_id: Mapped[str] = mapped_column(CallId)
    name: Mapped[str] = mapped_column(String(128))
    file: Mapped[str] = mapped_column(Text)
    seconds: Mapped[float] = mapped_column(Float)
    ended_by: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime]
    sha256: Mapped[str | None] = mapped_column(String(64))
    policy: Mapped[str | None] = mapped_column(String(32))
    notice_played: Mapped[bool] = mapped_column(Boolean)
