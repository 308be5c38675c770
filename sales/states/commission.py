"""The states of a commission line 佣金 (SPEC §2.8)."""

from enum import StrEnum


class CommissionState(StrEnum):
    """open lines are computed anew, frozen ones belong to a closed period."""

    OPEN = "open"
    FROZEN = "frozen"


class CommissionKind(StrEnum):
    SALE = "sale"
    OVERRIDE = "override"
    REFERRAL = "referral"
    CLAWBACK = "clawback"
