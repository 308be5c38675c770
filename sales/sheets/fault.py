"""What is wrong with a sheet: line, column, value and reason, for every bad cell at once."""

from dataclasses import dataclass
from typing import Any

from db.refusal import Code, Refused
from db.words import Words

SHOWN = 40  # characters of a value in a report
NAMED = 3  # faults named in the sentence of a refusal; all are in its details


@dataclass(frozen=True, slots=True)
class Fault:
    """line: as the sheet numbers it; column: its heading; value: what stands there."""

    line: int
    column: Words
    value: str
    why: Words

    @property
    def zh(self) -> str:
        return f"第 {self.line} 行“{self.column.zh}”{self._value('“', '”')}:{self.why.zh}"

    @property
    def en(self) -> str:
        return f"line {self.line}, {self.column.en}{self._value(' “', '”')}: {self.why.en}"

    def as_json(self) -> dict[str, Any]:
        return {"line": self.line, "column": self.column._asdict(), "value": self.value, "why": self.why._asdict()}

    def _value(self, before: str, after: str) -> str:
        return f"{before}{self.value[:SHOWN]}{after}" if self.value else ""


def refused(faults: list[Fault]) -> Refused:
    """The refusal of a sheet: how many faults, the first of them, and all in `details["faults"]`."""
    more = len(faults) - NAMED
    zh = ";".join(fault.zh for fault in faults[:NAMED]) + (f";另有 {more} 处" if more > 0 else "")
    en = "; ".join(fault.en for fault in faults[:NAMED]) + (f"; and {more} more" if more > 0 else "")
    return Refused(
        Code.VALIDATION,
        f"表中有 {len(faults)} 处错误,什么都没有保存:{zh}。",
        f"{len(faults)} fault{'s' if len(faults) > 1 else ''} in the sheet, nothing was saved: {en}.",
        faults=[fault.as_json() for fault in faults],
    )
