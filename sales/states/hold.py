"""The states of a hold 保留 (SPEC §2.4.5)."""

from enum import StrEnum


class HoldState(StrEnum):
    ACTIVE = "active"
    CONVERTED = "converted"
    RELEASED = "released"
    EXPIRED = "expired"


class HoldKind(StrEnum):
    """reserve: for a customer; manager: for the house, perhaps without customer or expiry; booking: against money."""

    RESERVE = "reserve"
    MANAGER = "manager"
    BOOKING = "booking"
