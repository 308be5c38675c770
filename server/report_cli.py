"""`./run report`: figures of the trade and of the telephone, in the terminal or for programs."""

import asyncio
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from calls.clock import BUSINESS
from server.settings import Settings, load

if TYPE_CHECKING:
    from reports.report import Report, Row

DAYS = 30  # of a report that is not told for which time


class Format(StrEnum):
    TEXT = "text"
    CSV = "csv"
    JSON = "json"


def report(
    number: Annotated[str, typer.Argument(help="K05; without one, the list of them")] = "",
    since: Annotated[str, typer.Option("--from", help="first day, YYYY-MM-DD; empty: thirty days ago")] = "",
    until: Annotated[str, typer.Option("--to", help="last day; empty: today")] = "",
    form: Annotated[Format, typer.Option("--format", help="for people, or for programs")] = Format.TEXT,
    tenant: Annotated[str, typer.Option(help="the code of a leased tenant; empty: the house")] = "",
) -> None:
    """Print a report (SPEC §3); beside a running centre, too."""
    from reports.shelf import REPORTS
    from reports.written import as_csv, as_json
    from server.reports import read

    settings = load()
    if not number:
        for each in REPORTS.values():
            print(f"{each.id}  {each.zh} · {each.en}")
        return
    wanted, rows = asyncio.run(read(settings, number, *days(since, until), tenant))
    chosen = REPORTS[number.upper()]
    match form:
        case Format.JSON:
            print(as_json(chosen, wanted, rows))
        case Format.CSV:
            print(as_csv(chosen, rows), end="")
        case Format.TEXT:
            Console().print(_table(settings, chosen, rows))


def days(since: str, until: str) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last, of the business clock."""
    from server.control import Refused

    try:
        last = date.fromisoformat(until) if until else datetime.now(BUSINESS).date()
        first = date.fromisoformat(since) if since else last - timedelta(days=DAYS - 1)
    except ValueError:
        raise Refused(f"“{since or until}” is no day; right would be 2024-03-31") from None
    if first > last:
        raise Refused(f"the first day, {first}, is after the last, {last}")
    return datetime.combine(first, time.min, BUSINESS), datetime.combine(last, time.min, BUSINESS) + timedelta(days=1)


def _table(settings: Settings, chosen: "Report", rows: "list[Row]") -> Table:
    from reports.written import plain

    zh = settings.language == "zh"
    table = Table(title=f"{chosen.id} {chosen.zh if zh else chosen.en}", title_justify="left")
    for column in chosen.columns:
        figures = all(isinstance(row[column.name], int | float | None) for row in rows)
        table.add_column(column.zh if zh else column.en, justify="right" if figures and rows else "left")
    for row in rows:
        table.add_row(*(plain(row[column.name]) or "–" for column in chosen.columns))
    return table
