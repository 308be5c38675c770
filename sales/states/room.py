"""The states of a room 房态 (SPEC §2.3)."""

from enum import StrEnum


class RoomState(StrEnum):
    NOT_RELEASED = "not_released"
    NOT_FOR_SALE = "not_for_sale"
    AVAILABLE = "available"
    RESERVED = "reserved"
    BOOKED = "booked"
    SUBSCRIBED = "subscribed"
    CONTRACTED = "contracted"
    SOLD = "sold"
