"""Kinds of payment plans 付款方式 (SPEC §2.5.7)."""

from enum import StrEnum


class PlanKind(StrEnum):
    LUMP_SUM = "lump_sum"
    INSTALMENT = "instalment"
    MORTGAGE = "mortgage"
