"""The states of a deal 认购/交易 (SPEC §2.4.3)."""

from enum import StrEnum


class DealState(StrEnum):
    SUBSCRIBED = "subscribed"
    CONTRACTED = "contracted"
    SOLD = "sold"
    REFUNDED = "refunded"
    EXCHANGED = "exchanged"
    LAPSED = "lapsed"
