"""A kind of sheet: its columns, where its heading is found, and the way from lines to records or faults. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from db.refusal import Code, Refused
from db.words import Words
from sales.sheets.cell import Cell, Line, Unreadable, blank, text
from sales.sheets.column import Column, Rule, bare
from sales.sheets.fault import Fault

HEADING_WITHIN = 20  # lines: above it there may be a title, a date, a company
SUMS = ("合计", "总计", "小计", "共计", "制表", "审核", "备注:", "说明:", "注:", "Total")


@dataclass(frozen=True, slots=True)
class Record:
    """A line of which every cell could be read: key → value; None where an optional cell is empty."""

    line: int
    values: dict[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.values[key]


@dataclass(slots=True)
class Parsed:
    """records: the good lines; faults: of the others; skipped: lines of sums, notes and the template's example;
    ignored: headings nobody knows."""

    records: list[Record] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sheet:
    code: str
    name: Words
    columns: tuple[Column, ...]

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)

    def example(self) -> tuple[Cell, ...]:
        return tuple(column.example for column in self.columns)

    def fault(self, line: int, key: str, value: Any, why: Words) -> Fault:
        """A fault found beyond the cells: an unknown building, a code that is there twice."""
        column = self.column(key)
        shown = "" if value is None else column.kind.show(value) if not isinstance(value, str) else value
        return Fault(line, column.heading.words, str(shown), why)

    def parse(self, lines: Sequence[Line]) -> Parsed:
        """Every line below the heading, as a record or as faults. Raises Refused if there is no heading."""
        at, places, ignored = self._heading(lines)
        parsed = Parsed(ignored=ignored)
        above: dict[str, Cell] = {}
        for line in lines[at + 1 :]:
            cells = {key: _at(line, place) for key, (place, _) in places.items()}
            if all(blank(cell) for cell in cells.values()):
                continue
            if self._no_data(line, cells):
                parsed.skipped.append(line.number)
                continue
            self._line(line.number, cells, {key: unit for key, (_, unit) in places.items()}, above, parsed)
        return parsed

    def _line(
        self, number: int, cells: dict[str, Cell], units: dict[str, str], above: dict[str, Cell], parsed: Parsed
    ) -> None:
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        for column in self.columns:
            cell = cells.get(column.key)
            if column.rule is Rule.CARRIED:
                cell = above[column.key] = above.get(column.key) if blank(cell) else cell
            try:
                values[column.key] = self._value(column, cell, units.get(column.key, ""))
            except Unreadable as unreadable:
                faults.append(Fault(number, column.heading.words, _shown(cell), unreadable.why))
        if faults:
            parsed.faults += faults
        else:
            parsed.records.append(Record(number, values))

    @staticmethod
    def _value(column: Column, cell: Cell, unit: str) -> Any:
        if not blank(cell):
            return column.read(cell, unit)
        if column.rule is not Rule.OPTIONAL:
            raise column.missing()
        return None

    def _no_data(self, line: Line, cells: dict[str, Cell]) -> bool:
        first = next((_shown(cell) for cell in line.cells if not blank(cell)), "")
        if first.startswith(SUMS):
            return True
        return all(_shown(cells.get(c.key)) == _shown(c.example) for c in self.columns)

    def _heading(self, lines: Sequence[Line]) -> tuple[int, dict[str, tuple[int, str]], list[str]]:
        """Which line it is, key → (place, unit), and the headings nobody knows."""
        best: tuple[int, dict[str, tuple[int, str]], list[str]] = (-1, {}, [])
        for at, line in enumerate(lines[:HEADING_WITHIN]):
            places, ignored = self._places(line)
            if len(places) > len(best[1]):
                best = (at, places, ignored)
        at, places, _ = best
        missing = [c.heading for c in self.columns if c.rule is not Rule.OPTIONAL and c.key not in places]
        if at < 0 or missing:
            raise Refused(
                Code.VALIDATION,
                f"表头缺少列:{'、'.join(h.zh for h in missing)}。请使用“{self.name.zh}”的模板。",
                f"The sheet has no column {', '.join(h.en for h in missing)}: use the template “{self.name.en}”.",
                missing=[h.zh for h in missing],
            )
        return best

    def _places(self, line: Line) -> tuple[dict[str, tuple[int, str]], list[str]]:
        places: dict[str, tuple[int, str]] = {}
        ignored = []
        for place, cell in enumerate(line.cells):
            heading, unit = bare(cell)
            column = next((c for c in self.columns if heading and heading in c.heading.spellings()), None)
            if column is None:
                if heading:
                    ignored.append(_shown(cell))
            elif column.key in places:
                raise Refused(
                    Code.VALIDATION,
                    f"第 {line.number} 行表头中“{column.heading.zh}”出现两次。",
                    f"Line {line.number}: the heading {column.heading.en} is there twice.",
                )
            else:
                places[column.key] = (place, unit)
        return places, ignored


def _at(line: Line, place: int) -> Cell:
    return line.cells[place] if place < len(line.cells) else None


def _shown(cell: Cell) -> str:
    try:
        return text(cell)
    except Unreadable:
        return str(cell)
