"""What is being told at this moment; every function is (part of) one unit of work."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ivr.counter.models import TicketDraft
from ivr.counter.tickets import Told


def expect(session: Session, told: Told, recording: Path, at: datetime) -> None:
    """One for each call: a recording that is begun anew takes the place of the one before."""
    draft = {"call_id": told.call, "tenant_id": told.tenant, "about": told.about, "caller": told.caller[:64]}
    session.merge(TicketDraft(**draft, file=str(recording), at=at))


def forget(session: Session, call: str) -> None:
    session.execute(delete(TicketDraft).where(TicketDraft.call_id == call))


def abandoned(session: Session, before: datetime) -> Sequence[tuple[Told, Path]]:
    """Recordings begun before that moment of which nobody has told the end."""
    rows = session.scalars(select(TicketDraft).where(TicketDraft.at < before))
    return [(Told(row.call_id, row.tenant_id, row.about, row.caller), Path(row.file)) for row in rows]  # type: ignore[arg-type]
