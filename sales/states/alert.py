"""The states and levels of an alert 预警 (SPEC §2.4.16, M09)."""

from enum import StrEnum


class AlertState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    EXPIRED = "expired"


class AlertLevel(StrEnum):
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
