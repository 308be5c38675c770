"""`./run conference`: the rooms of conferences by telephone."""

import asyncio
import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from server.settings import load

conferences = typer.Typer(help="conference rooms: make one, give it PINs, delete it", no_args_is_help=True)
TenantOption = Annotated[str, typer.Option(help="the code of a leased tenant; empty: the house")]


@conferences.command("list")
def conference_list(
    tenant: TenantOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object for programs")] = False,
) -> None:
    """Every room."""
    _show(_do(do="list", tenant=tenant), as_json)


@conferences.command("add")
def conference_add(
    number: Annotated[str, typer.Argument(help="7001 to 7099")],
    zh: Annotated[str, typer.Argument(help="its name in Mandarin")],
    en: Annotated[str, typer.Argument(help="its name in English")],
    pin: Annotated[str, typer.Option(help="what lets guests in: 4 to 8 digits")],
    host_pin: Annotated[str, typer.Option(help="what lets the host in: another one")],
    most: Annotated[int, typer.Option(help="how many people it holds")] = 30,
    tenant: TenantOption = "",
) -> None:
    """Make a room, or change one. Callers reach it by 7 and its number, phones of the house by its number."""
    words = {"number": number, "zh": zh, "en": en, "pin": pin, "host_pin": host_pin, "most": most, "tenant": tenant}
    _show(_do(do="add", **words), as_json=False)


@conferences.command("pin")
def conference_pin(
    number: str,
    pin: Annotated[str, typer.Option(help="of the guests; empty: as it is")] = "",
    host_pin: Annotated[str, typer.Option(help="of the host; empty: as it is")] = "",
    tenant: TenantOption = "",
) -> None:
    """Give a room other PINs; who was locked out may try again."""
    _do(do="pin", number=number, pin=pin, host_pin=host_pin, tenant=tenant)
    Console(stderr=True).print("[green]✓[/green] the PIN is changed")


@conferences.command("delete")
def conference_delete(number: str, tenant: TenantOption = "") -> None:
    """Delete a room. Who is in it stays; nobody else comes in."""
    _show(_do(do="delete", number=number, tenant=tenant), as_json=False)


def _do(**words: Any) -> Any:
    from server.beside import do
    from server.conference_desk import conference

    return asyncio.run(do(load(), "conference", conference, **words))["rooms"]


def _show(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"rooms": found}, ensure_ascii=False, indent=1))
        return
    table = Table("room", "name", "holds", "door", box=None)
    for one in found:
        names = f"{one['name_zh']} · {one['name_en']}"
        table.add_row(one["number"], names, str(one["most"]), "shut by its host" if one["shut"] else "open")
    Console().print(table)
