"""The levels of dunning 催款 (SPEC §2.4.6)."""

from enum import StrEnum


class DunningLevel(StrEnum):
    NONE = "none"
    LEVEL1 = "level1"
    LEVEL2 = "level2"
    LEGAL = "legal"
    SETTLED = "settled"
