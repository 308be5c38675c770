"""What a column may hold: how it is read from a cell, how it is shown, and how that is told. Pure.

`read` gets a cell that is not blank and the unit of the heading; it returns the value or raises Unreadable.
`show` gives back what a sheet of ours has in that cell.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from db.refusal import Refused
from db.words import Words
from sales.phones import normal
from sales.sheets.cell import Cell, Unreadable, number, plain, text, whole

MOST_YUAN = Decimal(10) ** 10  # a hundred times the dearest room there is; 10^12 fen
MOST_M2 = Decimal(10) ** 6


class Kind(Protocol):
    @property
    def hint(self) -> Words: ...

    def read(self, cell: Cell, unit: str) -> Any: ...

    def show(self, value: Any) -> Cell | Decimal: ...


@dataclass(frozen=True, slots=True)
class Text:
    """Prose or a name, at most `most` characters; emoji welcome."""

    most: int

    @property
    def hint(self) -> Words:
        return Words(f"文字,最多 {self.most} 字", f"text, at most {self.most} characters")

    def read(self, cell: Cell, unit: str) -> str:
        found = text(cell)
        if len(found) > self.most:
            raise Unreadable(f"超过 {self.most} 字", f"longer than {self.most} characters")
        try:
            found.encode()
        except UnicodeEncodeError:
            raise Unreadable("含有无效字符", "there is half a character in it") from None
        return found

    def show(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Code:
    """Letters and digits as keyed; full-width ones become plain, letters capital."""

    pattern: str
    told: Words

    @property
    def hint(self) -> Words:
        return self.told

    def read(self, cell: Cell, unit: str) -> str:
        found = plain(cell).replace(" ", "").upper()
        if not re.fullmatch(self.pattern, found):
            raise Unreadable(f"应为{self.told.zh}", f"must be {self.told.en}")
        return found

    def show(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Money:
    """Yuan in the sheet, fen in the house: exact, not negative, at most two decimals."""

    units: frozenset[str] = frozenset({"元", "元/㎡", "元/m2", "元/平方米", "元/平米", "元整", "/㎡", "/m2"})

    @property
    def hint(self) -> Words:
        return Words("金额(元),最多两位小数,可写“89.5万”", "yuan, at most two decimals")

    def read(self, cell: Cell, unit: str) -> int:
        fen = whole(number(cell, self.units, unit), 2, MOST_YUAN)
        if fen < 0:
            raise Unreadable("金额不能为负", "an amount is not negative")
        return fen

    def show(self, value: int) -> Decimal:
        return Decimal(value).scaleb(-2)


@dataclass(frozen=True, slots=True)
class Area:
    """m² with at most two decimals; hundredths in the house."""

    @property
    def hint(self) -> Words:
        return Words("面积(㎡),最多两位小数", "m², at most two decimals")

    def read(self, cell: Cell, unit: str) -> int:
        x100 = whole(number(cell, frozenset({"㎡", "m2", "m²", "平方米", "平米", "平"})), 2, MOST_M2)
        if x100 < 0:
            raise Unreadable("面积不能为负", "an area is not negative")
        return x100

    def show(self, value: int) -> Decimal:
        return Decimal(value).scaleb(-2)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between two others; `below` are signs that make it negative (B1, 负1)."""

    least: int
    most: int
    units: frozenset[str] = frozenset()
    below: tuple[str, ...] = ()

    @property
    def hint(self) -> Words:
        return Words(f"整数 {self.least} 至 {self.most}", f"a whole number, {self.least} to {self.most}")

    def read(self, cell: Cell, unit: str) -> int:
        written: Cell = cell
        if isinstance(cell, str):
            shown = plain(cell)
            sign = next((sign for sign in self.below if shown.upper().startswith(sign)), "")
            written = "-" + shown[len(sign) :] if sign else shown
        value = whole(number(written, self.units), 0, Decimal(10) ** 12)
        if not self.least <= value <= self.most:
            raise Unreadable(f"应在 {self.least} 至 {self.most} 之间", f"must be {self.least} to {self.most}")
        return value

    def show(self, value: int) -> int:
        return value


_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?: 0{1,2}:00(?::00)?)?")
_SERIAL = date(1899, 12, 30)  # day 0 of spreadsheets


@dataclass(frozen=True, slots=True)
class Day:
    """A date, however written; a bare number in a sheet is the spreadsheet's own count of days."""

    @property
    def hint(self) -> Words:
        return Words("日期,如 2024-03-31", "a date, such as 2024-03-31")

    def read(self, cell: Cell, unit: str) -> date:
        match cell:
            case datetime():
                found = cell.date()
            case date():
                found = cell
            case int() | float() if 20_000 <= cell <= 80_000:
                found = _SERIAL + timedelta(days=int(cell))
            case _:
                found = self._written(plain(cell))
        if not 1900 <= found.year <= 2100:
            raise Unreadable("日期应在 1900 至 2100 年之间", "the date must lie between 1900 and 2100")
        return found

    @staticmethod
    def _written(shown: str) -> date:
        if not (parts := _DAY.fullmatch(shown)):
            raise Unreadable("不是日期(如 2024-03-31)", "not a date (such as 2024-03-31)")
        year, *rest = parts.groups()
        month, day = (part for part in rest if part)
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            raise Unreadable("没有这一天", "there is no such day") from None

    def show(self, value: date) -> date:
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values, each with the ways it is written; the first of them is the one we write."""

    spellings: Mapping[str, tuple[str, ...]]

    @property
    def hint(self) -> Words:
        firsts = [words[0] for words in self.spellings.values()]
        return Words("、".join(firsts), f"one of {', '.join(firsts)}")

    def read(self, cell: Cell, unit: str) -> str:
        shown = plain(cell).replace(" ", "").lower()
        for value, words in self.spellings.items():
            if shown == value.lower() or shown in words:
                return value
        raise Unreadable(f"应为{self.hint.zh}之一", f"must be {self.hint.en}")

    def show(self, value: str) -> str:
        return self.spellings[value][0] if value in self.spellings else value


_BETWEEN = re.compile(r"[,;、;,/\n|]|(?<=\d{7}) (?=1\d{10})")


@dataclass(frozen=True, slots=True)
class Phones:
    """One or several telephone numbers in a cell, as +86…; each once."""

    most: int = 5

    @property
    def hint(self) -> Words:
        return Words("电话号码,多个用“、”分开", "telephone numbers, separated by commas")

    def read(self, cell: Cell, unit: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for written in _BETWEEN.split(plain(cell)):
            if written.strip():
                try:
                    found[normal(written)] = None
                except Refused as refused:
                    raise Unreadable(refused.zh.rstrip("。"), refused.en.rstrip(".")) from None
        if not 1 <= len(found) <= self.most:
            raise Unreadable(f"应有 1 至 {self.most} 个电话", f"there must be 1 to {self.most} numbers")
        return tuple(found)

    def show(self, value: tuple[str, ...]) -> str:
        return "、".join(value)
