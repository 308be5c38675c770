"""`./run board`: bulletin boards are made here; their operators fill them by telephone."""

import asyncio
import json
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from calls.clock import BUSINESS
from server.settings import load

boards = typer.Typer(help="bulletin boards: make one, give it a PIN, see what is on it", no_args_is_help=True)
TenantOption = Annotated[str, typer.Option(help="the code of a leased tenant; empty: the house")]


@boards.command("list")
def board_list(
    tenant: TenantOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object for programs")] = False,
) -> None:
    """Every board with what is heard on it, until when, and by how many."""
    _show(_do(do="list", tenant=tenant), as_json)


@boards.command("add")
def board_add(
    number: Annotated[str, typer.Argument(help="6001 to 6099")],
    zh: Annotated[str, typer.Argument(help="its name in Mandarin, as callers hear it")],
    en: Annotated[str, typer.Argument(help="its name in English")],
    pin: Annotated[str, typer.Option(help="what lets its operator in: 4 to 8 digits")],
    position: Annotated[int, typer.Option(help="1 is heard first")] = 1,
    tenant: TenantOption = "",
) -> None:
    """Make a board. It is heard as soon as its operator has recorded something by telephone."""
    _show(_do(do="add", number=number, zh=zh, en=en, pin=pin, position=position, tenant=tenant), as_json=False)


@boards.command("pin")
def board_pin(number: str, pin: str, tenant: TenantOption = "") -> None:
    """Give a board another PIN; who was locked out may try again."""
    _do(do="pin", number=number, pin=pin, tenant=tenant)
    Console(stderr=True).print("[green]✓[/green] the PIN is changed")


def _do(**words: Any) -> Any:
    from server.beside import do
    from server.boards import board

    return asyncio.run(do(load(), "board", board, **words))["boards"]


def _show(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"boards": found}, ensure_ascii=False, indent=1, default=str))
        return
    table = Table("board", "name", "place", "heard", "until", "takes", "in force", "listens", box=None)
    for one in found:
        force = [take for take in one["takes"] if take["in_force"]]
        table.add_row(
            one["number"],
            f"{one['name_zh']} · {one['name_en']}",
            str(one["position"]),
            "on" if one["on"] else "off",
            _day(one["expires"]),
            str(len(one["takes"])),
            ", ".join(f"{take['lang']} {take['number']} ({take['seconds']:.0f} s)" for take in force) or "–",
            str(sum(take["listens"] for take in one["takes"])),
        )
    Console().print(table)


def _day(moment: datetime | str | None) -> str:
    if moment is None:
        return "–"
    at = moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)
    return f"{at.astimezone(BUSINESS):%Y-%m-%d %H:%M}"
