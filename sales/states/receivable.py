"""The states of a receivable 应收 (SPEC §2.4.6)."""

from enum import StrEnum


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
