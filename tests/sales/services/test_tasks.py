"""Tasks: open until a person has closed them, with a word of what came of it."""

import pytest

from db.refusal import Code
from sales.models import Interaction, Task
from sales.services import tasks
from sales.services.tasks import CallBack, ask_call_back
from sales.states.task import TaskState
from tests.sales.services.office import Office

LIU = CallBack("+8613800000002", "zh", "01HQ0000000000000000000001")
CLOSED = {TaskState.DONE: tasks.finish, TaskState.CANCELLED: tasks.cancel}


async def made(office: Office) -> int:
    task, new = await office.does("agent", ask_call_back, LIU)
    assert new
    return task.id


@pytest.mark.parametrize("state", CLOSED)
async def test_every_pair(office: Office, state: TaskState) -> None:
    key = await made(office)
    office.later(minutes=5)
    closed = await office.does("agent", CLOSED[state], key, " 已联系 ")
    assert (closed.state, closed.result, closed.closed_at) == (state, "已联系", office.now)
    for again in CLOSED.values():
        await office.refused(Code.STATE, "agent", again, key, "再来")
    assert await made(office) != key, "the number is free for another request"


async def test_only_those_who_look_after_customers_may_and_they_say_what_came_of_it(office: Office) -> None:
    key = await made(office)
    await office.refused(Code.PERM, "auditor", tasks.finish, key, "已联系")
    await office.refused(Code.VALIDATION, "agent", tasks.finish, key, "  ")
    await office.refused(Code.NOT_FOUND, "agent", tasks.finish, key + 1, "已联系")
    assert (await office.get(Task, key)).state is TaskState.OPEN


async def test_it_stands_in_the_customers_line_of_time(office: Office) -> None:
    key = await made(office)
    await office.does("agent", tasks.finish, key, "客户改约周六")
    told = await office.all(Interaction, Interaction.kind == "task", Interaction.entity_id == key)
    assert [(row.customer_id, row.text) for row in told] == [
        (office.customers["C2"], "请求回电"),
        (office.customers["C2"], "客户改约周六"),
    ]


async def test_told_again_by_the_same_call_it_is_still_new(office: Office) -> None:
    first, _ = await office.does("agent", ask_call_back, LIU)
    second, new = await office.does("agent", ask_call_back, LIU)
    assert (second.id, new) == (first.id, True)
