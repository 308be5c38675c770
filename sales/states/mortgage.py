"""The states of a mortgage 按揭 (SPEC §2.4.7)."""

from enum import StrEnum


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
