"""The stages of a customer 客户阶段 (SPEC §2.4.4)."""

from enum import StrEnum


class CustomerStage(StrEnum):
    LEAD = "lead"
    REGISTERED = "registered"
    VISITED = "visited"
    RESERVED = "reserved"
    BOOKED = "booked"
    SUBSCRIBED = "subscribed"
    CONTRACTED = "contracted"
    SOLD = "sold"
    OWNER = "owner"
    LOST = "lost"
