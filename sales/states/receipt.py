"""The states and kinds of a receipt 收款 (SPEC §2.4.6)."""

from enum import StrEnum

from db.table import Row, Table
from db.words import Words


class ReceiptState(StrEnum):
    DRAFT = "draft"
    POSTED = "posted"
    REVERSED = "reversed"


class ReceiptKind(StrEnum):
    """receipt SK, refund TK, transfer ZZ (two balanced rows)."""

    RECEIPT = "receipt"
    REFUND = "refund"
    TRANSFER = "transfer"


class ReceiptEvent(StrEnum):
    POST = "post"
    REVERSE = "reverse"


RECEIPT = Table(
    noun=Words("收款单", "receipt"),
    names={
        ReceiptState.DRAFT: Words("草稿", "a draft"),
        ReceiptState.POSTED: Words("已入账", "posted"),
        ReceiptState.REVERSED: Words("已冲销", "reversed"),
    },
    verbs={
        ReceiptEvent.POST: Words("入账", "post it"),
        ReceiptEvent.REVERSE: Words("冲销", "reverse it"),
    },
    start=(ReceiptState.DRAFT,),
    rows=(
        Row(
            "P1", ReceiptEvent.POST, (ReceiptState.DRAFT,), (ReceiptState.POSTED,),
            "number drawn", "allocations, journal",
        ),
        Row(
            "P2", ReceiptEvent.REVERSE, (ReceiptState.POSTED,), (ReceiptState.REVERSED,),
            "approval", "new negative row pointing to the original",
        ),
    ),
)  # fmt: skip
