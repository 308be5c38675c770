"""The states of a presubscription 认筹 (SPEC §2.4.17)."""

from enum import StrEnum

from db.table import Row, Table
from db.words import Words


class PresubscriptionState(StrEnum):
    REGISTERED = "registered"
    CONVERTED = "converted"
    REFUNDED = "refunded"
    LAPSED = "lapsed"


class PresubscriptionEvent(StrEnum):
    CONVERT = "convert"
    REFUND = "refund"
    LAPSE = "lapse"


PRESUBSCRIPTION = Table(
    noun=Words("认筹", "presubscription"),
    names={
        PresubscriptionState.REGISTERED: Words("已登记", "registered"),
        PresubscriptionState.CONVERTED: Words("已转认购", "converted"),
        PresubscriptionState.REFUNDED: Words("已退筹", "refunded"),
        PresubscriptionState.LAPSED: Words("已失效", "lapsed"),
    },
    verbs={
        PresubscriptionEvent.CONVERT: Words("转认购", "turn it into a subscription"),
        PresubscriptionEvent.REFUND: Words("退筹", "refund it"),
        PresubscriptionEvent.LAPSE: Words("失效", "let it lapse"),
    },
    start=(PresubscriptionState.REGISTERED,),
    rows=(
        Row(
            "Y1", PresubscriptionEvent.CONVERT, (PresubscriptionState.REGISTERED,), (PresubscriptionState.CONVERTED,),
            "T12", "sincerity money moved to the deal",
        ),
        Row(
            "Y2", PresubscriptionEvent.REFUND, (PresubscriptionState.REGISTERED,), (PresubscriptionState.REFUNDED,),
            "cashier", "sincerity money paid back",
        ),
        Row(
            "Y3", PresubscriptionEvent.LAPSE, (PresubscriptionState.REGISTERED,), (PresubscriptionState.LAPSED,),
            "batch over", "sincerity money by rule",
        ),
    ),
)  # fmt: skip
