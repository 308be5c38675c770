"""Published flows in the database; every function is (part of) one unit of work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ivr.models import FlowVersion


def publish(session: Session, name: str, version: str, document: Mapping[str, Any], by: str, at: datetime) -> int:
    """Note that this version is in force from `at` on; return its number. Told twice, it is one row."""
    row = session.scalar(_one(name, version))
    if row is None:
        last = session.scalar(select(func.max(FlowVersion.number)).where(FlowVersion.name == name))
        row = FlowVersion(name=name, version=version, number=(last or 0) + 1, document=dict(document))
        session.add(row)
    row.published_at, row.published_by = at, by
    number: int = row.number
    return number


def document(session: Session, name: str, version: str) -> dict[str, Any] | None:
    row = session.scalar(_one(name, version))
    return row.document if row else None


def latest(session: Session, name: str) -> dict[str, Any] | None:
    """The version that came into force last."""
    rows = select(FlowVersion).where(FlowVersion.name == name)
    row = session.scalar(rows.order_by(FlowVersion.published_at.desc(), FlowVersion.number.desc()).limit(1))
    return row.document if row else None


def _one(name: str, version: str) -> Any:
    return select(FlowVersion).where(FlowVersion.name == name, FlowVersion.version == version)
