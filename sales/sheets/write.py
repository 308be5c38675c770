"""Lines → a sheet: XLSX with typed cells, or CSV with the mark that makes spreadsheets read it as UTF-8.

A text that begins with = + - @, a tab or a carriage return could run as a formula where the file is opened: in CSV an
apostrophe goes before it, in XLSX the cell is marked as text (and is one already). Reading takes the apostrophe off.
"""

import csv
import io
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from db.refusal import Code, Refused
from sales.sheets.cell import SIGNS, Cell
from sales.sheets.column import Rule
from sales.sheets.sheet import Record, Sheet

LONGEST = 32_767  # characters in a cell of a spreadsheet
FULL_WIDTH = "=+-@"
Shown = Cell | Decimal


def write(path: Path, sheet: Sheet, records: Iterable[Record]) -> int:
    """Write records as a sheet (.xlsx or .csv by the file's name) that can be imported again; how many lines.

    The file takes its name when it is whole. Raises Refused: another ending, no room.
    """
    columns = sheet.columns
    rows = [
        [None if record.values.get(c.key) is None else c.kind.show(record[c.key]) for c in columns]
        for record in records
    ]
    _save(path, sheet, rows)
    return len(rows)


def template(path: Path, sheet: Sheet) -> None:
    """An empty sheet with one line as an example and, in XLSX, a second page that says what each column holds."""
    _save(path, sheet, [list(sheet.example())], notes=True)


def safe(cell: str) -> str:
    """A text as a CSV may hold it."""
    return "'" + cell if _dangerous(cell) else cell


def _dangerous(cell: str) -> bool:
    return cell.lstrip(" ")[:1] in tuple(SIGNS + "\n" + FULL_WIDTH) if cell else False


def _save(path: Path, sheet: Sheet, rows: list[list[Shown]], *, notes: bool = False) -> None:
    match path.suffix.lower():
        case ".xlsx":
            data = _xlsx(sheet, rows, notes=notes)
        case ".csv":
            data = _csv(sheet, rows)
        case other:
            raise Refused(
                Code.VALIDATION,
                f"文件名应以 .xlsx 或 .csv 结尾,而不是“{other}”。",
                f"The file's name must end with .xlsx or .csv, not “{other}”.",
            )
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise Refused(
            Code.LIMIT, f"无法写入 {path}:{error.strerror}。", f"{path} cannot be written: {error.strerror}."
        ) from error


def _csv(sheet: Sheet, rows: list[list[Shown]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.heading.zh for column in sheet.columns])
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", "replace")


def _written(cell: Shown) -> str:
    match cell:
        case None:
            return ""
        case str():
            return safe(cell)
        case Decimal():
            return format(cell, ".2f")
        case date():
            return cell.isoformat()
    return str(cell)


def _xlsx(sheet: Sheet, rows: list[list[Shown]], *, notes: bool) -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book: Any = Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1}),
        "must": book.add_format({"bold": True, "bg_color": "#FCE4D6", "border": 1}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "quoted": book.add_format({"quote_prefix": True}),
        "text": book.add_format({"num_format": "@"}),
    }
    page = book.add_worksheet(sheet.name.zh[:31])
    page.freeze_panes(1, 0)
    for place, column in enumerate(sheet.columns):
        must = column.rule is not Rule.OPTIONAL
        page.write_string(0, place, column.heading.ours + ("*" if must else ""), formats["must" if must else "head"])
        page.set_column(place, place, max(12, len(column.heading.ours) + 4))
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(row):
            _put(page, number, place, cell, formats)
    if notes:
        _notes(book, sheet, formats)
    book.close()
    return out.getvalue()


def _put(page: Any, number: int, place: int, cell: Shown, formats: dict[str, Any]) -> None:
    match cell:
        case None:
            return
        case bool():
            page.write_string(number, place, "是" if cell else "否")
        case Decimal():
            page.write_number(number, place, float(cell), formats["money"])
        case int() | float():
            page.write_number(number, place, cell)
        case datetime() | date():
            page.write_datetime(number, place, cell, formats["day"])
        case str():
            kept = cell[:LONGEST].encode("utf-8", "replace").decode()
            page.write_string(number, place, kept, formats["quoted" if _dangerous(kept) else "text"])


def _notes(book: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    page = book.add_worksheet("填写说明 Notes")
    titles: Sequence[str] = ("列 Column", "必填 Required", "内容 Content", "", "例 Example")
    for place, title in enumerate(titles):
        page.write_string(0, place, title, formats["head"])
    words = {Rule.REQUIRED: "是 yes", Rule.CARRIED: "是,空白同上 yes; empty repeats the line above", Rule.OPTIONAL: ""}
    for number, column in enumerate(sheet.columns, 1):
        hint = column.kind.hint
        for place, told in enumerate((column.heading.ours, words[column.rule], hint.zh, hint.en)):
            page.write_string(number, place, told)
        _put(page, number, 4, column.example, formats)
    page.set_column(0, 4, 28)
