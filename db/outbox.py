"""The outbox: what others must be told, written with the change itself and delivered after the commit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key
from db.statement import Statement

_WAITING = text("delivered_at IS NULL")


class Outbox(Base):
    """`topic` e.g. "room.state"; `key` orders and names the subject, e.g. the room's id; payload: plain values."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_waiting", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    topic: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)


_OUTBOX: Any = Outbox.__table__
_INSERT = Statement.insert(Outbox)


def publish(
    session: Session, *, tenant: int, at: datetime, topic: str, key: object, payload: dict[str, Any] | None = None
) -> None:
    """Tell it once this session has committed; a roll-back tells nothing."""
    told = {"tenant_id": tenant, "topic": topic, "key": str(key), "payload": payload or {}, "at": at}
    _INSERT.run(session.connection(), told | {"delivered_at": None, "attempts": 0})


def waiting(session: Session, most: int = 100, *, topic: str = "") -> Sequence[Outbox]:
    """What is to be delivered, oldest first; of one topic or of all."""
    rows = select(Outbox).where(Outbox.delivered_at.is_(None)).order_by(Outbox.id).limit(most)
    return session.scalars(rows.where(Outbox.topic == topic) if topic else rows).all()


def delivered(session: Session, ids: Sequence[int], at: datetime) -> None:
    """These have been told: at least once, so whoever hears them must bear hearing one twice."""
    session.execute(
        update(_OUTBOX).where(_OUTBOX.c.id.in_(ids)).values(delivered_at=at, attempts=_OUTBOX.c.attempts + 1)
    )


def failed(session: Session, id: int) -> int:
    """It could not be told now; how often that has happened."""
    row = session.get_one(Outbox, id)
    row.attempts += 1
    return row.attempts
