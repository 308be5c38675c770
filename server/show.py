"""Records as a table for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

COLUMNS = ("started", "caller", "callee", "lang", "result", "last_node", "duration_s", "billsec", "cause", "by")


def records_table(records: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(title=f"{len(records)} call records", title_justify="left")
    for column in COLUMNS:
        table.add_column(column, justify="right" if column in ("duration_s", "billsec", "cause") else "left")
    for record in records:
        table.add_row(*(_cell(record.get(column)) for column in COLUMNS))
    return table


def _cell(value: object) -> str:
    return "–" if value in (None, "") else str(value)[:19]
