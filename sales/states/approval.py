"""The states and kinds of an approval 审批 (SPEC §2.4.15)."""

from enum import StrEnum


class ApprovalState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ApprovalKind(StrEnum):
    """deferral: the deposit is paid later (T12); late_fee: 滞纳金 is waived (SPEC §2.5.8)."""

    DISCOUNT = "discount"
    REFUND = "refund"
    EXCHANGE = "exchange"
    RENAME = "rename"
    ADJUST = "adjust"
    VOID = "void"
    PRICE_LIST = "price_list"
    EXTEND = "extend"
    DEFERRAL = "deferral"
    LATE_FEE = "late_fee"
