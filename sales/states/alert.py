"""The states and levels of an alert 预警 (SPEC §2.4.16, M09)."""

from enum import StrEnum

from db.table import Row, Table
from db.words import Words


class AlertState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    EXPIRED = "expired"


class AlertLevel(StrEnum):
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class AlertEvent(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    RAISE = "raise"
    RESOLVE = "resolve"
    EXPIRE = "expire"


_STANDING = (AlertState.OPEN, AlertState.ACKNOWLEDGED)

ALERT = Table(
    noun=Words("预警", "alert"),
    names={
        AlertState.OPEN: Words("未处理", "open"),
        AlertState.ACKNOWLEDGED: Words("已确认", "acknowledged"),
        AlertState.RESOLVED: Words("已解除", "resolved"),
        AlertState.EXPIRED: Words("已失效", "expired"),
    },
    verbs={
        AlertEvent.ACKNOWLEDGE: Words("确认", "acknowledge it"),
        AlertEvent.RAISE: Words("升级", "raise its level"),
        AlertEvent.RESOLVE: Words("解除", "resolve it"),
        AlertEvent.EXPIRE: Words("失效", "let it expire"),
    },
    start=(AlertState.OPEN,),
    rows=(
        Row("W1", AlertEvent.ACKNOWLEDGE, (AlertState.OPEN,), (AlertState.ACKNOWLEDGED,), "", "who saw it and when"),
        Row("W2", AlertEvent.RAISE, _STANDING, (AlertState.OPEN,), "level grows (M09)", "told again"),
        Row("W3", AlertEvent.RESOLVE, _STANDING, (AlertState.RESOLVED,), "the cause is gone", "closed by the clock"),
        Row("W4", AlertEvent.EXPIRE, _STANDING, (AlertState.EXPIRED,), "the subject has ended", "closed by the clock"),
    ),
)
