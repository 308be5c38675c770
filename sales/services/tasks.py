"""Tasks 待办任务: what callers were promised, until a person has done it (S4-12)."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from admin.right import Right
from sales.models import Task
from sales.money import amount
from sales.queries.customer import customer_by_phone
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.step import step
from sales.services.touch import touch
from sales.states.task import TASK, TaskEvent, TaskKind, TaskState


@dataclass(frozen=True, slots=True)
class CallBack:
    """Somebody wants to be called. phone: E.164; call: in which they have said so."""

    phone: str
    lang: str
    call: str


def ask_call_back(desk: Desk, wanted: CallBack) -> tuple[Task, bool]:
    """The task, and whether it is a new one: whoever asks again before anybody has called is on the list already."""
    open_one = select(Task).where(
        Task.tenant_id == desk.tenant,
        Task.kind == TaskKind.CALL_BACK,
        Task.state == TaskState.OPEN,
        Task.phone == wanted.phone,
    )
    known = desk.session.scalars(open_one).first()
    if known is not None:
        return known, known.call_id == wanted.call  # told twice by a call that was taken up again it is still new
    customer = customer_by_phone(desk.session, desk.tenant, wanted.phone)
    row = Task(
        **desk.own,
        kind=TaskKind.CALL_BACK,
        state=TaskState.OPEN,
        phone=wanted.phone,
        customer_id=customer.id if customer else None,
        lang=wanted.lang,
        call_id=wanted.call,
        opened_at=desk.now,
    )
    try:
        with desk.session.begin_nested():
            desk.session.add(row)
    except IntegrityError:  # another call from there was faster
        return desk.session.scalars(open_one).one(), False
    desk.note("task.open", "task", row.id, None, {"kind": row.kind.value, "call": wanted.call})
    touch(desk, row.customer_id, "task", "task", row.id, "请求回电")
    return row, True


def finish(desk: Desk, task: int, result: str) -> Task:
    """完成, with a word of what came of it. E_PERM, E_NOT_FOUND, E_STATE, E_VALIDATION."""
    found = _close(desk, task, TaskEvent.FINISH, result)
    touch(desk, found.customer_id, "task", "task", found.id, result[:255])
    return found


def cancel(desk: Desk, task: int, reason: str) -> Task:
    """取消. E_PERM, E_NOT_FOUND, E_STATE, E_VALIDATION."""
    return _close(desk, task, TaskEvent.CANCEL, reason)


def _close(desk: Desk, task: int, event: TaskEvent, result: str) -> Task:
    desk.must(Right.CUSTOMER, Right.TICKET)
    if not result.strip():
        raise amount.invalid("请填写处理结果", "This takes a word of what came of it")
    found = fetch(desk, Task, task)
    step(desk, TASK, found, event, {"closed_at": desk.now, "result": result.strip()})
    desk.session.flush()
    return found
