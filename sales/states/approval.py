"""The states and kinds of an approval 审批 (SPEC §2.4.15)."""

from enum import StrEnum

from db.table import Row, Table
from db.words import Words


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


class ApprovalEvent(StrEnum):
    PASS_ON = "pass_on"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"


APPROVAL = Table(
    noun=Words("审批", "approval"),
    names={
        ApprovalState.PENDING: Words("待审批", "pending"),
        ApprovalState.APPROVED: Words("已批准", "approved"),
        ApprovalState.REJECTED: Words("已驳回", "rejected"),
        ApprovalState.WITHDRAWN: Words("已撤回", "withdrawn"),
    },
    verbs={
        ApprovalEvent.PASS_ON: Words("转下一步审批", "pass it on"),
        ApprovalEvent.APPROVE: Words("批准", "approve it"),
        ApprovalEvent.REJECT: Words("驳回", "reject it"),
        ApprovalEvent.WITHDRAW: Words("撤回", "withdraw it"),
    },
    start=(ApprovalState.PENDING,),
    rows=(
        Row("V1", ApprovalEvent.PASS_ON, (ApprovalState.PENDING,), (), "a further step follows", "next approver asked"),
        Row(
            "V2",
            ApprovalEvent.APPROVE,
            (ApprovalState.PENDING,),
            (ApprovalState.APPROVED,),
            "last step",
            "applicant told",
        ),
        Row(
            "V3", ApprovalEvent.REJECT, (ApprovalState.PENDING,), (ApprovalState.REJECTED,), "reason", "applicant told"
        ),
        Row("V4", ApprovalEvent.WITHDRAW, (ApprovalState.PENDING,), (ApprovalState.WITHDRAWN,), "applicant", "log"),
    ),
)
