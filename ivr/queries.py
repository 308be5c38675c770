"""Flows in the database, drafts and published ones; every function is (part of) one unit of work."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.work import clean
from ivr.flow import Document, version
from ivr.models import FlowDraft, FlowVersion
from ivr.publication import Door, InForce, Publication


def publish(session: Session, document: Document, how: Publication) -> int:
    """Put a document in force; return its number. A version that is in force already stays as it is, one that was
    before gets another turn."""
    name, mark = document["flow"], version(document)
    rows = list(session.scalars(select(FlowVersion).where(FlowVersion.name == name).with_for_update()))
    row = next((row for row in rows if row.version == mark), None)
    last = max((row.turn for row in rows), default=0)
    if row is None:
        number = max((row.number for row in rows), default=0) + 1
        row = FlowVersion(name=name, version=mark, number=number, document=dict(document))
        session.add(row)
    elif row.turn == last:
        return row.number
    row.turn = last + 1
    row.published_at, row.published_by = how.at, clean(how.by, 64)
    row.door, row.source = how.door, how.source
    session.flush()
    return row.number


def document(session: Session, name: str, version: str) -> dict[str, Any] | None:
    row = session.scalar(select(FlowVersion).where(FlowVersion.name == name, FlowVersion.version == version))
    return row.document if row else None


def versions(session: Session, name: str) -> list[FlowVersion]:
    """All that have been published under this name, the one in force first."""
    return list(session.scalars(select(FlowVersion).where(FlowVersion.name == name).order_by(FlowVersion.turn.desc())))


def in_force(session: Session) -> dict[str, InForce]:
    """Name → the version that was published last."""
    last = select(FlowVersion.name, func.max(FlowVersion.turn).label("turn")).group_by(FlowVersion.name).subquery()
    columns = (FlowVersion.name, FlowVersion.version, FlowVersion.turn, FlowVersion.door, FlowVersion.source)
    rows = session.execute(
        select(*columns).join(last, (FlowVersion.name == last.c.name) & (FlowVersion.turn == last.c.turn))
    )
    return {name: InForce(name, version, turn, Door(door), source) for name, version, turn, door, source in rows}


def marks(session: Session) -> set[tuple[str, str]]:
    """(name, version) of everything that was ever published."""
    return {(name, version) for name, version in session.execute(select(FlowVersion.name, FlowVersion.version))}


def draft(session: Session, name: str) -> FlowDraft | None:
    return session.scalar(select(FlowDraft).where(FlowDraft.name == name))


def save_draft(session: Session, name: str, text: str, by: str, at: datetime) -> None:
    row = draft(session, name)
    if row is None:
        row = FlowDraft(name=name)
        session.add(row)
    row.text, row.saved_by, row.saved_at = text, clean(by, 64), at


def drop_draft(session: Session, name: str) -> bool:
    """False: there was none."""
    row = draft(session, name)
    if row is not None:
        session.delete(row)
    return row is not None
