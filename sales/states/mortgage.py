"""The states of a mortgage 按揭 (SPEC §2.4.7)."""

from enum import StrEnum

from db.table import Row, Table
from db.words import Words


class MortgageState(StrEnum):
    DOCS_PENDING = "docs_pending"
    ELIGIBLE = "eligible"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    DISBURSED = "disbursed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class RepaymentMethod(StrEnum):
    """等额本息 and 等额本金 (SPEC §2.6)."""

    EQUAL_INSTALMENT = "equal_instalment"
    EQUAL_PRINCIPAL = "equal_principal"


class LoanKind(StrEnum):
    """商业, 公积金, 组合 (SPEC §2.5.7)."""

    COMMERCIAL = "commercial"
    PROVIDENT = "provident"
    COMBINED = "combined"


class MortgageEvent(StrEnum):
    QUALIFY = "qualify"
    DISQUALIFY = "disqualify"
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    RETRY = "retry"
    DISBURSE = "disburse"
    CANCEL = "cancel"


_UNPAID = (
    MortgageState.DOCS_PENDING,
    MortgageState.ELIGIBLE,
    MortgageState.SUBMITTED,
    MortgageState.APPROVED,
    MortgageState.REJECTED,
)

MORTGAGE = Table(
    noun=Words("按揭", "mortgage"),
    names={
        MortgageState.DOCS_PENDING: Words("待资料", "waiting for documents"),
        MortgageState.ELIGIBLE: Words("符合条件", "eligible"),
        MortgageState.SUBMITTED: Words("已送审", "submitted to the bank"),
        MortgageState.APPROVED: Words("已批", "approved"),
        MortgageState.DISBURSED: Words("已放款", "disbursed"),
        MortgageState.REJECTED: Words("被拒", "rejected"),
        MortgageState.CANCELLED: Words("已取消", "cancelled"),
    },
    verbs={
        MortgageEvent.QUALIFY: Words("转为符合条件", "find it eligible"),
        MortgageEvent.DISQUALIFY: Words("退回待资料", "send it back for documents"),
        MortgageEvent.SUBMIT: Words("送审", "submit it to the bank"),
        MortgageEvent.APPROVE: Words("批准", "approve it"),
        MortgageEvent.REJECT: Words("拒绝", "reject it"),
        MortgageEvent.RETRY: Words("重新准备资料", "collect documents again"),
        MortgageEvent.DISBURSE: Words("放款", "disburse it"),
        MortgageEvent.CANCEL: Words("取消", "cancel it"),
    },
    start=(MortgageState.DOCS_PENDING,),
    rows=(
        Row(
            "M1", MortgageEvent.QUALIFY, (MortgageState.DOCS_PENDING,), (MortgageState.ELIGIBLE,),
            "automatic (R29): contract signed, all non-loan active receivables paid, documents complete",
            "alert closed",
        ),
        Row(
            "M2", MortgageEvent.DISQUALIFY, (MortgageState.ELIGIBLE,), (MortgageState.DOCS_PENDING,),
            "automatic: R29 is no longer true (a receipt reversed, the contract voided)", "log",
        ),
        Row("M3", MortgageEvent.SUBMIT, (MortgageState.ELIGIBLE,), (MortgageState.SUBMITTED,), "bank chosen", "date"),
        Row(
            "M4", MortgageEvent.APPROVE, (MortgageState.SUBMITTED,), (MortgageState.APPROVED,),
            "bank's answer", "date",
        ),
        Row("M5", MortgageEvent.REJECT, (MortgageState.SUBMITTED,), (MortgageState.REJECTED,), "reason", "alert"),
        Row(
            "M6", MortgageEvent.RETRY, (MortgageState.REJECTED,), (MortgageState.DOCS_PENDING,),
            "another bank, less loan or better documents; else plan change", "log",
        ),
        Row(
            "M7", MortgageEvent.DISBURSE, (MortgageState.APPROVED,), (MortgageState.DISBURSED,),
            "money received", "receipt 银行放款 against the loan line, first due date",
        ),
        Row(
            "M8", MortgageEvent.CANCEL, _UNPAID, (MortgageState.CANCELLED,),
            "plan change, refund or exchange", "loan line cancelled",
        ),
    ),
)  # fmt: skip
