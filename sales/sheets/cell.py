"""What stands in a cell, as people and their programs put it there. Pure."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from db.words import Words

Cell = str | int | float | bool | date | datetime | None

DIGITS = 15  # that a spreadsheet keeps of a number; what comes after is noise of its arithmetic
ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!"})
SIGNS = "=+-@\t\r"  # a cell that begins so may run as a formula where it is opened
TIMES = {"万": 10_000, "亿": 100_000_000, "千": 1_000}
_BLANK = frozenset({"", "-", "—", "--", "——", "/", "无", "n/a", "N/A"})
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_INVISIBLE = frozenset(
    (0x00AD, 0x061C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))
)
JOINER = 0x200D  # holds the parts of one emoji together


class Line(NamedTuple):
    """A row of a sheet under the number it has there (a CSV's: the line on which it begins)."""

    number: int
    cells: tuple[Cell, ...]


class Unreadable(Exception):
    """This cell cannot be what its column holds; `why` completes the report of a fault."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.why = Words(zh, en)


def text(cell: Cell) -> str:
    """As a person reads it: no zero-width signs, no control characters, plain blanks, at most one in a row.

    Raises Unreadable for a cell that holds a formula's error.
    """
    match cell:
        case None:
            return ""
        case bool():
            return "是" if cell else "否"
        case float():
            exact = _decimal(cell)
            return format(exact.to_integral_value() if exact == exact.to_integral_value() else exact, "f")
        case datetime():
            return cell.date().isoformat() if not (cell.hour or cell.minute or cell.second) else cell.isoformat(" ")
        case date():
            return cell.isoformat()
        case int():
            return str(cell)
    if cell.strip() in ERRORS:
        raise Unreadable("单元格是公式错误", "the cell holds a formula's error")
    shown = _unquoted(_joined(cell))
    return " ".join("".join(" " if c.isspace() or unicodedata.category(c) == "Cc" else c for c in shown).split())


def plain(cell: Cell) -> str:
    """As `text`, with full-width letters, digits and signs as plain ones: for codes and numbers, not for prose."""
    return unicodedata.normalize("NFKC", text(cell).replace("￥", "¥")).strip()


def blank(cell: Cell) -> bool:
    """Nothing, or one of the signs people write for it."""
    return cell is None or (isinstance(cell, str) and plain(cell if cell.strip() not in ERRORS else "x") in _BLANK)


def number(cell: Cell, units: frozenset[str] = frozenset(), heading: str = "") -> Decimal:
    """The exact number: "1,234.50", "￥８９万元", 8900.1 as the spreadsheet shows it.

    units    what may stand behind it ("元", "㎡" …)
    heading  the unit the column's heading gave: "万元" there means every number is in 万

    Raises Unreadable.
    """
    match cell:
        case bool() | date():
            raise _no_number()
        case int():
            return Decimal(cell) * _factor(heading)
        case float():
            return _decimal(cell) * _factor(heading)
    written = plain(cell).replace(" ", "").removeprefix("¥").removeprefix("RMB")
    for unit in sorted(units, key=len, reverse=True):
        written = written.removesuffix(unit)
    times = TIMES.get(written[-1:])
    if times is not None:
        written = written[:-1]
    if "," in written:
        if not _GROUPED.fullmatch(written):
            raise Unreadable("千分位逗号位置不对", "the commas are not between thousands")
        written = written.replace(",", "")
    if not _NUMBER.fullmatch(written) or len(written) > 40:
        raise _no_number()
    try:
        return Decimal(written) * (times or _factor(heading))
    except InvalidOperation:
        raise _no_number() from None


def whole(value: Decimal, places: int, most: Decimal) -> int:
    """`value` × 10^places as a whole number. Raises Unreadable: more places, or beyond `most`."""
    if not value.is_finite() or abs(value) >= most:
        raise Unreadable(f"数值过大(应小于 {most:,f})", f"the number is too large (it must be below {most:,f})")
    scaled = value.scaleb(places)
    if scaled != scaled.to_integral_value():
        raise Unreadable(f"最多 {places} 位小数", f"at most {places} decimals")
    return int(scaled)


def _no_number() -> Unreadable:
    return Unreadable("不是数字", "not a number")


def _decimal(cell: float) -> Decimal:
    if cell != cell or cell in (float("inf"), float("-inf")):
        raise _no_number()
    return Decimal(f"{cell:.{DIGITS}g}")


def _factor(heading: str) -> int:
    return next((times for sign, times in TIMES.items() if sign in heading), 1)


def _joined(cell: str) -> str:
    """Without what cannot be seen; but the joiner within an emoji stays, or a family would fall apart."""
    if not any(ord(c) in _INVISIBLE for c in cell):
        return cell
    kept = []
    for at, c in enumerate(cell):
        inside = ord(c) == JOINER and at and unicodedata.category(cell[at - 1]) in ("So", "Sk", "Mn")
        if inside or ord(c) not in _INVISIBLE:
            kept.append(c)
    return "".join(kept)


def _unquoted(cell: str) -> str:
    """The apostrophe that keeps a cell from being a formula is not part of it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in SIGNS else cell
