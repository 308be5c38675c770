"""`./run staffing`: the seats a queue needs."""

import asyncio
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from server.settings import load


def staffing(
    queue: Annotated[str, typer.Argument(help="the queue's code")],
    days: Annotated[int, typer.Option(help="of how many days the calls are looked at")] = 28,
    share: Annotated[float, typer.Option(help="the share of callers to be answered in time")] = 0.8,
    seconds: Annotated[float, typer.Option(help="within so many seconds")] = 20.0,
    handling: Annotated[float, typer.Option(help="mean seconds of talk and wrap-up; 0: as measured")] = 0.0,
    tenant: Annotated[str, typer.Option(help="the code of a leased tenant; empty: the house")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object for programs")] = False,
) -> None:
    """Tell how many seats a queue needs, half hour by half hour, from its calls (Erlang C)."""
    from server.beside import do
    from server.staffing import staffing as work

    words = {"queue": queue, "days": days, "share": share, "seconds": seconds, "handling": handling, "tenant": tenant}
    told = asyncio.run(do(load(), "staffing", work, **words))
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    table = Table("from", "calls", "seats", f"in {seconds:g} s", "busy", box=None)
    for slot in told["slots"]:
        share_of, busy = f"{slot['share']:.0%}", f"{slot['occupancy']:.0%}"
        table.add_row(slot["at"], f"{slot['calls']:.1f}", str(slot["seats"]), share_of, busy)
    Console().print(table)
    Console(stderr=True).print(f"{told['calls']} calls in {days} days, {told['handling']:g} s each", highlight=False)
