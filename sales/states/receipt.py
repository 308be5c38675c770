"""The states and kinds of a receipt 收款 (SPEC §2.4.6)."""

from enum import StrEnum


class ReceiptState(StrEnum):
    DRAFT = "draft"
    POSTED = "posted"
    REVERSED = "reversed"


class ReceiptKind(StrEnum):
    """receipt SK, refund TK, transfer ZZ (two balanced rows)."""

    RECEIPT = "receipt"
    REFUND = "refund"
    TRANSFER = "transfer"
