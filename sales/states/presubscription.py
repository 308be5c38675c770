"""The states of a presubscription 认筹 (SPEC §2.4.17)."""

from enum import StrEnum


class PresubscriptionState(StrEnum):
    REGISTERED = "registered"
    CONVERTED = "converted"
    REFUNDED = "refunded"
    LAPSED = "lapsed"
