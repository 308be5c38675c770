"""Tasks as those see them who do them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from sales.models import Customer, Task
from sales.states.task import TaskState


def tasks(
    session: Session, tenant: int, *, open_only: bool, skip: int, most: int
) -> tuple[tuple[Task, str | None], ...]:
    """The tasks with their customers' names: open ones the oldest first, all of them the newest first."""
    wanted = (
        select(Task, Customer.name)
        .outerjoin(Customer, Customer.id == Task.customer_id)
        .where(Task.tenant_id == tenant)
        .offset(skip)
        .limit(most)
    )
    if open_only:
        wanted = wanted.where(Task.state == TaskState.OPEN).order_by(Task.opened_at, Task.id)
    else:
        wanted = wanted.order_by(Task.opened_at.desc(), Task.id.desc())
    return tuple((row[0], row[1]) for row in session.execute(wanted))
