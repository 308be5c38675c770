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


Project = Annotated[str, typer.Option(help="the project's two-digit code")]
Block = Annotated[str, typer.Argument(help="the building's two-digit code")]


@sales.command("generate")
def sales_generate(
    building: Block,
    floors: Annotated[str, typer.Option(help="e.g. 1-18,20")],
    doors: Annotated[str, typer.Option(help="layout:orientation of each door from 01 on, e.g. A:S,B:S,B:N,A:N")],
    project: Project = "01",
) -> None:
    """Make the rooms of a building from a template: floors × doors, not released. All or none."""
    from server.batch import make_rooms

    _made(asyncio.run(make_rooms(load(), (project, building), floors, doors)))


@sales.command("copy-floor")
def sales_copy_floor(
    building: Block,
    floor: Annotated[int, typer.Argument(help="the floor to copy")],
    to: Annotated[str, typer.Option(help="e.g. 4-18")],
    project: Project = "01",
) -> None:
    """The rooms of a floor again on others, not released, without holds, deals and permits."""
    from server.batch import repeat_floor

    _made(asyncio.run(repeat_floor(load(), (project, building), floor, to)))


@sales.command("copy-building")
def sales_copy_building(
    building: Block,
    to: Annotated[str, typer.Option(help="the new building's two-digit code")],
    name_zh: Annotated[str, typer.Option(help="its Chinese name")],
    name_en: Annotated[str, typer.Option(help="its English name")],
    project: Project = "01",
) -> None:
    """A new building of the same project with the same rooms, not released."""
    from server.batch import repeat_building

    _made(asyncio.run(repeat_building(load(), (project, building), to, (name_zh, name_en))))


def _made(rooms: int) -> None:
    zh = load().language == "zh"
    screen.print(f"[green]✓[/green] {f'新增 {rooms} 间房' if zh else f'{rooms} new rooms'}", highlight=False)


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
