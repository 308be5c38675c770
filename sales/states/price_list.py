"""The states of a price list 价目表 (SPEC §2.2)."""

from enum import StrEnum


class PriceListState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
