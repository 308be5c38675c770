"""The states of an appointment 预约登记 (R09)."""

from enum import StrEnum

from db.table import Row, Table
from db.words import Words


class AppointmentState(StrEnum):
    MADE = "made"
    CONFIRMED = "confirmed"
    VISITED = "visited"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class AppointmentKind(StrEnum):
    """What was registered for (SPEC §4.2, node S)."""

    VIEWING = "viewing"
    PRESUBSCRIPTION = "presubscription"
    EVENT = "event"


class AppointmentEvent(StrEnum):
    CONFIRM = "confirm"
    MOVE = "move"
    VISIT = "visit"
    MISS = "miss"
    CANCEL = "cancel"


AHEAD = (AppointmentState.MADE, AppointmentState.CONFIRMED)

APPOINTMENT = Table(
    noun=Words("预约", "appointment"),
    names={
        AppointmentState.MADE: Words("已预约", "made"),
        AppointmentState.CONFIRMED: Words("已确认", "confirmed"),
        AppointmentState.VISITED: Words("已到访", "kept"),
        AppointmentState.NO_SHOW: Words("未到访", "missed"),
        AppointmentState.CANCELLED: Words("已取消", "cancelled"),
    },
    verbs={
        AppointmentEvent.CONFIRM: Words("确认", "confirm it"),
        AppointmentEvent.MOVE: Words("改期", "move it"),
        AppointmentEvent.VISIT: Words("登记到访", "register the visit"),
        AppointmentEvent.MISS: Words("登记未到", "mark it as missed"),
        AppointmentEvent.CANCEL: Words("取消", "cancel it"),
    },
    start=(AppointmentState.MADE,),
    rows=(
        Row(
            "B1",
            AppointmentEvent.CONFIRM,
            (AppointmentState.MADE,),
            (AppointmentState.CONFIRMED,),
            "called back",
            "log",
        ),
        Row("B2", AppointmentEvent.MOVE, AHEAD, (AppointmentState.MADE,), "slot free", "to be confirmed anew"),
        Row("B3", AppointmentEvent.VISIT, AHEAD, (AppointmentState.VISITED,), "", "visit row, stage visited"),
        Row("B4", AppointmentEvent.MISS, AHEAD, (AppointmentState.NO_SHOW,), "the day is over", "follow-up"),
        Row("B5", AppointmentEvent.CANCEL, AHEAD, (AppointmentState.CANCELLED,), "", "slot free again"),
    ),
)
