"""The columns of a sheet of ours. Pure."""

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from db.words import Words
from sales.sheets.cell import Cell, Unreadable, plain
from sales.sheets.kind import Kind

_UNIT = re.compile(r"[(\[【]([^()\[\]】]*)[)\]】]")
_NOISE = re.compile(r"[\s*::·_]")


class Rule(Enum):
    OPTIONAL = "optional"
    REQUIRED = "required"
    CARRIED = "carried"  # required; an empty cell repeats the one above it, as merged cells do


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a column: our own words, and how others write it."""

    zh: str
    en: str
    also: tuple[str, ...] = ()

    @property
    def words(self) -> Words:
        return Words(self.zh, self.en)

    @property
    def ours(self) -> str:
        return f"{self.zh} {self.en}"

    def spellings(self) -> set[str]:
        return {bare(word)[0] for word in (self.zh, self.en, self.ours, *self.also)}


@dataclass(frozen=True, slots=True)
class Column:
    """`example`: what the template shows in it, as a person would write it."""

    key: str
    heading: Heading
    kind: Kind
    rule: Rule = Rule.OPTIONAL
    example: Cell = field(default=None)

    def read(self, cell: Cell, unit: str = "") -> Any:
        """Raises Unreadable."""
        return self.kind.read(cell, unit)

    def missing(self) -> Unreadable:
        return Unreadable("必填", "it must not be empty")


def bare(heading: Cell) -> tuple[str, str]:
    """A heading without blanks, stars and brackets, and the unit in the brackets: 总价(万元) → 总价, 万元."""
    try:
        shown = plain(heading)
    except Unreadable:
        return "", ""
    units = _UNIT.findall(shown)
    return _NOISE.sub("", _UNIT.sub("", shown)).lower(), "".join(units)
