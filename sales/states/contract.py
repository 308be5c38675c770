"""The states of a contract 合同 (SPEC §2.4.3)."""

from enum import StrEnum


class ContractState(StrEnum):
    DRAFT = "draft"
    SIGNED = "signed"
    FORMAL = "formal"
    ARCHIVED = "archived"
    VOIDED = "voided"
    CANCELLED = "cancelled"
