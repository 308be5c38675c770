"""`./run sales`: what sellers do at the running centre, and the rules of the trade as tables. Sheets: `./run sheet`."""

import asyncio
import json
from typing import Annotated

import typer
from rich.console import Console

from server.settings import load

sales = typer.Typer(help="reserve rooms; print the rules of rooms, deals, money …", no_args_is_help=True)
screen = Console(stderr=True)


@sales.command("reserve")
def sales_reserve(
    room: Annotated[str, typer.Argument(help="the six digits of its code")],
    phone: Annotated[str, typer.Option(help="the customer's number")],
    seller: Annotated[str, typer.Option(help="the code of the salesperson")],
    project: Annotated[str, typer.Option(help="the project's two-digit code")] = "01",
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object for programs")] = False,
) -> None:
    """Reserve a room for a customer in the running centre: from that moment on every caller hears so."""
    from server.control import ask
    from server.home import Home

    words = {"room": room, "phone": phone, "seller": seller, "project": project}
    told = asyncio.run(ask(Home(load().home).control, "reserve", **words))
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        screen.print(
            f"[green]✓[/green] {told['room']} {told['state']} · {told['customer']} · {told['until']}", highlight=False
        )


@sales.command("states")
def sales_states(
    noun: Annotated[str, typer.Argument(help="room, hold, deal, contract …; empty: all")] = "",
) -> None:
    """The states of a noun of the trade: which event leads where, what must hold, what comes with it."""
    from db.refusal import Code, Refused
    from sales.states import ALL

    if noun and noun not in ALL:
        raise Refused(
            Code.NOT_FOUND,
            f"没有“{noun}”，可用：{'、'.join(ALL)}。",
            f"There is no “{noun}”; there are {', '.join(ALL)}.",
        )
    print("\n".join(table.as_table() for name, table in ALL.items() if noun in ("", name)), end="")
