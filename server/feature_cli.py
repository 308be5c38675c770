"""`./run feature`: what callers are offered, function by function."""

import asyncio
import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from server.settings import load

features = typer.Typer(help="switch functions of the spoken menus on and off", no_args_is_help=True)
screen = Console(stderr=True)
NameArgument = Annotated[str, typer.Argument(help="a function; see ./run feature list")]
TenantOption = Annotated[str, typer.Option(help="the code of a leased tenant; empty: the house")]


@features.command("list")
def feature_list(
    tenant: TenantOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object for programs")] = False,
) -> None:
    """Every function, and whether it is on."""
    found = _do("list", "", tenant)
    if as_json:
        print(json.dumps({"features": found}, ensure_ascii=False, indent=1))
        return
    table = Table("function", "what", "switch", "in the menus", box=None)
    for one in found:
        what, menus = f"{one['zh']} · {one['en']}", "yes" if one["offered"] else "no key for it"
        table.add_row(one["name"], what, "on" if one["on"] else "off", menus)
    Console().print(table)


@features.command("on")
def feature_on(name: NameArgument, tenant: TenantOption = "") -> None:
    """Callers who ring from now on are offered it."""
    _switch("on", name, tenant)


@features.command("off")
def feature_off(name: NameArgument, tenant: TenantOption = "") -> None:
    """It is no longer spoken of, and its key is wrong, for callers who ring from now on."""
    _switch("off", name, tenant)


def _switch(what: str, name: str, tenant: str) -> None:
    [one] = [one for one in _do(what, name, tenant) if one["name"] == name]
    screen.print(f"[green]✓[/green] {one['zh']} · {one['en']}: {what}", highlight=False)
    if what == "on" and not one["offered"]:
        screen.print("[yellow]![/yellow] but no menu of the flows in force has a key for it", highlight=False)


def _do(what: str, name: str, tenant: str) -> list[dict[str, Any]]:
    from server.beside import do
    from server.features import feature
    from server.flow_life import who

    told = asyncio.run(do(load(), "feature", feature, do=what, name=name, tenant=tenant, by=who()))
    found: list[dict[str, Any]] = told["features"]
    return found
