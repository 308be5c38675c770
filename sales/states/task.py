"""The states of a task 待办任务: something a person has to do for somebody outside (S4-12)."""

from enum import StrEnum

from db.table import Row, Table
from db.words import Words


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskKind(StrEnum):
    CALL_BACK = "call_back"


class TaskEvent(StrEnum):
    FINISH = "finish"
    CANCEL = "cancel"


TASK = Table(
    noun=Words("任务", "task"),
    names={
        TaskState.OPEN: Words("待办", "open"),
        TaskState.DONE: Words("已完成", "done"),
        TaskState.CANCELLED: Words("已取消", "cancelled"),
    },
    verbs={TaskEvent.FINISH: Words("完成", "finish it"), TaskEvent.CANCEL: Words("取消", "cancel it")},
    start=(TaskState.OPEN,),
    rows=(
        Row("K1", TaskEvent.FINISH, (TaskState.OPEN,), (TaskState.DONE,), "a word of the result", "interaction"),
        Row("K2", TaskEvent.CANCEL, (TaskState.OPEN,), (TaskState.CANCELLED,), "reason", "log"),
    ),
)
