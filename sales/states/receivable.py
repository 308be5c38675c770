"""The states of a receivable 应收 (SPEC §2.4.6)."""

from enum import StrEnum

from db.table import Row, Table
from db.words import Words


class ReceivableState(StrEnum):
    PLANNED = "planned"
    ACTIVE = "active"
    PARTIAL = "partial"
    PAID = "paid"
    CANCELLED = "cancelled"
    ADJUSTED = "adjusted"


class FeeGroup(StrEnum):
    """price 楼款 is what the deal costs, collected 代收费 is passed on to others."""

    PRICE = "price"
    COLLECTED = "collected"


class ReceivableEvent(StrEnum):
    ACTIVATE = "activate"
    PAY_PART = "pay_part"
    PAY_ALL = "pay_all"
    UNPAY_PART = "unpay_part"
    UNPAY_ALL = "unpay_all"
    CANCEL = "cancel"
    ADJUST = "adjust"


_OPEN = (ReceivableState.PLANNED, ReceivableState.ACTIVE, ReceivableState.PARTIAL)

RECEIVABLE = Table(
    noun=Words("应收款", "receivable"),
    names={
        ReceivableState.PLANNED: Words("计划", "planned"),
        ReceivableState.ACTIVE: Words("应收", "due to be paid"),
        ReceivableState.PARTIAL: Words("部分收款", "partly paid"),
        ReceivableState.PAID: Words("已收清", "paid"),
        ReceivableState.CANCELLED: Words("已取消", "cancelled"),
        ReceivableState.ADJUSTED: Words("已调整", "adjusted"),
    },
    verbs={
        ReceivableEvent.ACTIVATE: Words("生效", "activate it"),
        ReceivableEvent.PAY_PART: Words("部分收款", "pay a part of it"),
        ReceivableEvent.PAY_ALL: Words("收清", "pay it off"),
        ReceivableEvent.UNPAY_PART: Words("冲销部分收款", "reverse a part of its payment"),
        ReceivableEvent.UNPAY_ALL: Words("冲销全部收款", "reverse all of its payment"),
        ReceivableEvent.CANCEL: Words("取消", "cancel it"),
        ReceivableEvent.ADJUST: Words("调整", "adjust it"),
    },
    start=(ReceivableState.PLANNED, ReceivableState.ACTIVE),
    rows=(
        Row(
            "A1", ReceivableEvent.ACTIVATE, (ReceivableState.PLANNED,), (ReceivableState.ACTIVE,),
            "T13", "late fee runs",
        ),
        Row(
            "A2", ReceivableEvent.PAY_PART, (ReceivableState.ACTIVE, ReceivableState.PARTIAL),
            (ReceivableState.PARTIAL,), "0 < Σ allocations < amount", "allocation",
        ),
        Row(
            "A3", ReceivableEvent.PAY_ALL, (ReceivableState.ACTIVE, ReceivableState.PARTIAL), (ReceivableState.PAID,),
            "Σ allocations = amount", "allocation; T14 may follow",
        ),
        Row(
            "A4", ReceivableEvent.UNPAY_PART, (ReceivableState.PARTIAL, ReceivableState.PAID),
            (ReceivableState.PARTIAL,), "a receipt is reversed, others stay", "negative allocation; T19 may follow",
        ),
        Row(
            "A5", ReceivableEvent.UNPAY_ALL, (ReceivableState.PARTIAL, ReceivableState.PAID), (ReceivableState.ACTIVE,),
            "a receipt is reversed, none stays", "negative allocation; T19 may follow",
        ),
        Row(
            "A6", ReceivableEvent.CANCEL, _OPEN, (ReceivableState.CANCELLED,),
            "refund, exchange or adjustment", "money paid goes to refund payable or the new deal",
        ),
        Row(
            "A7", ReceivableEvent.ADJUST, _OPEN, (ReceivableState.ADJUSTED,),
            "approved; never edited in place", "difference line",
        ),
    ),
)  # fmt: skip
