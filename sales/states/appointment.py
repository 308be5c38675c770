"""The states of an appointment 预约登记 (R09)."""

from enum import StrEnum


class AppointmentState(StrEnum):
    MADE = "made"
    CONFIRMED = "confirmed"
    VISITED = "visited"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class AppointmentKind(StrEnum):
    """What was registered for (SPEC §4.2, node S)."""

    VIEWING = "viewing"
    PRESUBSCRIPTION = "presubscription"
    EVENT = "event"
