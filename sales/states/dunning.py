"""The levels of dunning 催款 (SPEC §2.4.6)."""

from enum import StrEnum

from db.table import Row, Table
from db.words import Words


class DunningLevel(StrEnum):
    NONE = "none"
    LEVEL1 = "level1"
    LEVEL2 = "level2"
    LEGAL = "legal"
    SETTLED = "settled"


class DunningEvent(StrEnum):
    REMIND = "remind"
    REMIND_AGAIN = "remind_again"
    SUE = "sue"
    SETTLE = "settle"


_DUNNED = (DunningLevel.LEVEL1, DunningLevel.LEVEL2, DunningLevel.LEGAL)

DUNNING = Table(
    noun=Words("催款", "dunning"),
    names={
        DunningLevel.NONE: Words("未催", "not begun"),
        DunningLevel.LEVEL1: Words("一次催款", "at its first letter"),
        DunningLevel.LEVEL2: Words("二次催款", "at its second letter"),
        DunningLevel.LEGAL: Words("法律程序", "with the lawyers"),
        DunningLevel.SETTLED: Words("已结清", "settled"),
    },
    verbs={
        DunningEvent.REMIND: Words("发第一次催款通知", "send the first letter"),
        DunningEvent.REMIND_AGAIN: Words("发第二次催款通知", "send the second letter"),
        DunningEvent.SUE: Words("转法律程序", "hand it to the lawyers"),
        DunningEvent.SETTLE: Words("结清", "settle it"),
    },
    start=(DunningLevel.NONE,),
    rows=(
        Row("U1", DunningEvent.REMIND, (DunningLevel.NONE,), (DunningLevel.LEVEL1,), "overdue", "letter CK, R34"),
        Row(
            "U2",
            DunningEvent.REMIND_AGAIN,
            (DunningLevel.LEVEL1,),
            (DunningLevel.LEVEL2,),
            "still overdue",
            "letter CK",
        ),
        Row("U3", DunningEvent.SUE, (DunningLevel.LEVEL2,), (DunningLevel.LEGAL,), "manager", "file handed over"),
        Row("U4", DunningEvent.SETTLE, _DUNNED, (DunningLevel.SETTLED,), "nothing overdue or waived", "alert closed"),
    ),
)
