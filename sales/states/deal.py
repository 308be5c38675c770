"""The states of a deal 认购/交易 (SPEC §2.4.3)."""

from enum import StrEnum

from db.table import Row, Table
from db.words import Words


class DealState(StrEnum):
    SUBSCRIBED = "subscribed"
    CONTRACTED = "contracted"
    SOLD = "sold"
    REFUNDED = "refunded"
    EXCHANGED = "exchanged"
    LAPSED = "lapsed"


class DealEvent(StrEnum):
    SIGN = "sign"
    COMPLETE = "complete"
    REFUND = "refund"
    EXCHANGE = "exchange"
    LAPSE = "lapse"
    VOID_CONTRACT = "void_contract"
    REOPEN = "reopen"
    RENAME = "rename"


LIVE = (DealState.SUBSCRIBED, DealState.CONTRACTED, DealState.SOLD)

DEAL = Table(
    noun=Words("交易", "deal"),
    names={
        DealState.SUBSCRIBED: Words("认购", "subscribed"),
        DealState.CONTRACTED: Words("签约", "contracted"),
        DealState.SOLD: Words("已售", "sold"),
        DealState.REFUNDED: Words("已退房", "refunded"),
        DealState.EXCHANGED: Words("已换房", "exchanged"),
        DealState.LAPSED: Words("逾期作废", "lapsed"),
    },
    verbs={
        DealEvent.SIGN: Words("签约", "sign its contract"),
        DealEvent.COMPLETE: Words("结清", "complete it"),
        DealEvent.REFUND: Words("退房", "refund it"),
        DealEvent.EXCHANGE: Words("换房", "exchange its room"),
        DealEvent.LAPSE: Words("逾期作废", "let it lapse"),
        DealEvent.VOID_CONTRACT: Words("撤销签约", "void its contract"),
        DealEvent.REOPEN: Words("撤销结清", "reopen it"),
        DealEvent.RENAME: Words("更名", "rename its buyer"),
    },
    start=(DealState.SUBSCRIBED,),
    rows=(
        Row("D1", DealEvent.SIGN, (DealState.SUBSCRIBED,), (DealState.CONTRACTED,), "T13", "sign date"),
        Row("D2", DealEvent.COMPLETE, (DealState.CONTRACTED,), (DealState.SOLD,), "T14", "sold date"),
        Row("D3", DealEvent.REFUND, LIVE, (DealState.REFUNDED,), "T15", "end date, refund payable"),
        Row(
            "D4", DealEvent.EXCHANGE, (DealState.SUBSCRIBED, DealState.CONTRACTED), (DealState.EXCHANGED,),
            "T16", "end date, next deal",
        ),
        Row("D5", DealEvent.LAPSE, (DealState.SUBSCRIBED,), (DealState.LAPSED,), "T17", "end date, deposit forfeited"),
        Row(
            "D6", DealEvent.VOID_CONTRACT, (DealState.CONTRACTED,), (DealState.SUBSCRIBED,),
            "T18", "sign date cleared",
        ),
        Row("D7", DealEvent.REOPEN, (DealState.SOLD,), (DealState.CONTRACTED,), "T19", "sold date cleared"),
        Row("D8", DealEvent.RENAME, (DealState.SUBSCRIBED, DealState.CONTRACTED), (), "T20", "rename row, new buyer"),
    ),
)  # fmt: skip
