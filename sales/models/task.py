"""Tasks 待办任务: what callers were promised and a person has to do (S4-12)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.task import TaskKind, TaskState

_ONE = text("state = 'open' AND kind = 'call_back'")


class Task(Row, Base):
    """phone: whom it is for, in which lang; call_id: in which call it was promised; result: what came of it."""

    __tablename__ = "task"
    __table_args__ = (
        Index("one_open_call_back", "tenant_id", "phone", unique=True, sqlite_where=_ONE, postgresql_where=_ONE),
        Index(None, "tenant_id", "state", "opened_at"),
        Index(None, "customer_id"),
    )

    kind: Mapped[TaskKind] = mapped_column(one_of(TaskKind, "kind"))
    state: Mapped[TaskState] = mapped_column(one_of(TaskState), default=TaskState.OPEN)
    phone: Mapped[str] = mapped_column(String(20))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    lang: Mapped[str] = mapped_column(String(2))
    call_id: Mapped[str | None] = mapped_column(String(26))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    result: Mapped[str | None] = mapped_column(String(255))
