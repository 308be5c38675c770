"""Who runs a job of the clock: the claim row (job, slot) is unique, so of several nodes one runs a slot, once."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, String, UniqueConstraint, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key


class JobRun(Base):
    """slot: the moment the job was due, the same for every node. A row that stays "running" belongs to a node that
    died: its slot is not run again, the next one is."""

    __tablename__ = "job_run"
    __table_args__ = (
        UniqueConstraint("job", "slot"),
        CheckConstraint("result IN ('running', 'done', 'failed')", name="result"),
        CheckConstraint("(ended IS NULL) = (result = 'running')", name="ended"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    job: Mapped[str] = mapped_column(String(32))
    slot: Mapped[datetime]
    node: Mapped[str] = mapped_column(String(64))
    started: Mapped[datetime]
    ended: Mapped[datetime | None]
    duration_ms: Mapped[int | None] = mapped_column(Integer)
    result: Mapped[str] = mapped_column(String(8), default="running")
    note: Mapped[str | None] = mapped_column(String(1000))


def claim(session: Session, job: str, slot: datetime, node: str, now: datetime) -> bool:
    """Is this slot of the job ours? Told twice with the same words (after a broken connection), it stays ours."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(JobRun)
        .values(job=job, slot=slot, node=node, started=now, result="running")
        .on_conflict_do_nothing(index_elements=["job", "slot"])
    )
    run = session.scalars(select(JobRun).where(JobRun.job == job, JobRun.slot == slot)).one()
    return run.result == "running" and run.node == node and run.started == now


def finish(session: Session, job: str, slot: datetime, result: str, note: str, now: datetime, duration_ms: int) -> None:
    """How it ended: "done" or "failed", with what the work said. Told twice, it is the same."""
    session.execute(
        update(JobRun)
        .where(JobRun.job == job, JobRun.slot == slot)
        .values(result=result, note=note[:1000] or None, ended=now, duration_ms=duration_ms)
    )


def known(session: Session, job: str) -> bool:
    """Has this job ever run here?"""
    return session.scalar(select(JobRun.id).where(JobRun.job == job).limit(1)) is not None
