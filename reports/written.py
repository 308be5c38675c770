"""A report as text for programs: JSON and CSV, the columns named as in the specification."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from calls.clock import BUSINESS
from reports.report import Cell, Report, Row, Wanted


def as_json(report: Report, wanted: Wanted, rows: Sequence[Row]) -> str:
    """{"report", "title": {zh, en}, "from", "to": the days, both included, "columns": […], "rows": [{…}]}."""
    first, last = (at.astimezone(BUSINESS).date() for at in (wanted.since, wanted.until - timedelta(microseconds=1)))
    told = {
        "report": report.id,
        "title": {"zh": report.zh, "en": report.en},
        "from": first.isoformat(),
        "to": last.isoformat(),
        "columns": [column.name for column in report.columns],
        "rows": rows,
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def as_csv(report: Report, rows: Sequence[Row]) -> str:
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(column.name for column in report.columns)
    sheet.writerows([plain(row[column.name]) for column in report.columns] for row in rows)
    return out.getvalue()


def plain(cell: Cell) -> str:
    """One cell as text.

    >>> plain({"1": 5, "#": 2}), plain(None), plain(1.5)
    ('1:5 #:2', '', '1.5')
    """
    if isinstance(cell, Mapping):
        return " ".join(f"{key}:{count}" for key, count in cell.items())
    return "" if cell is None else str(cell)
