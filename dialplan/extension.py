"""An extension 分机 as the attendant knows it: who is there, and where calls go that do not reach it. Pure values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Literal

Features = Mapping[str, str | bool]  # what a phone changes: names of fields of `Extension` and `Forwards`


class Level(IntEnum):
    """Whom an extension may call (SPEC §2.11, call_permission): each level may do what the one below may."""

    INTERNAL = 0
    LOCAL = 1
    DOMESTIC = 2
    HKMT = 3
    ABROAD = 4


class Kind(StrEnum):
    """What a number of the numbering plan leads to (SPEC §4.1)."""

    PHONE = "phone"
    MAILBOX = "mailbox"
    BOARD = "board"
    CONFERENCE = "conference"
    FAX = "fax"


@dataclass(frozen=True, slots=True)
class Forwards:
    """Where calls go instead: numbers, "" = nowhere. no_answer: also when the phone is switched off."""

    always: str = ""
    busy: str = ""
    no_answer: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """name   as it is spoken and looked for
    dnd    do not disturb: for callers it is busy
    follow numbers that are rung in turn if nobody answers here
    """

    tenant: int
    number: str
    name: str
    dnd: bool = False
    forwards: Forwards = Forwards()
    follow: tuple[str, ...] = ()
    level: Level = Level.LOCAL


OF_RANGES = (("60", Kind.BOARD), ("70", Kind.CONFERENCE))
SINGLE = {"5000": Kind.MAILBOX, "9001": Kind.FAX}
PLAN = re.compile(r"[1-8]\d{3}|9001", re.ASCII)  # what else begins with 9 is outside


def kind_of(number: str) -> Kind:
    """What a number of four digits is for; whether there is one behind it, its own book knows.

    >>> [kind_of(number).value for number in ("8001", "5000", "6001", "7001", "9001")]
    ['phone', 'mailbox', 'board', 'conference', 'fax']
    """
    if number in SINGLE:
        return SINGLE[number]
    return next((kind for start, kind in OF_RANGES if number.startswith(start) and number[2:] != "00"), Kind.PHONE)


def internal(number: str) -> bool:
    """Is it written like a number of the plan, not like one outside?"""
    return PLAN.fullmatch(number) is not None


Way = Literal["dialled", "transfer", "forward", "follow-me", "call-back"]  # by which somebody wants to get outside
