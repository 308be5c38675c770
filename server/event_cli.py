"""`./run event`: what callers may sign up for under 8 and 3."""

import asyncio
import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from server.settings import load

events = typer.Typer(help="events that callers may sign up for", no_args_is_help=True)
TenantOption = Annotated[str, typer.Option(help="the code of a leased tenant; empty: the house")]
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON object for programs")]
Key = Annotated[int, typer.Argument(help="the event's number, as ./run event list shows it")]


@events.command("list")
def event_list(tenant: TenantOption = "", as_json: JsonOption = False) -> None:
    """What is to come, and how many have signed up."""
    _show(_do(do="list", tenant=tenant), as_json)


@events.command("add")
def event_add(
    day: Annotated[str, typer.Argument(help="like 2024-04-06")],
    zh: Annotated[str, typer.Argument(help="its name in Chinese, as callers hear it")],
    en: Annotated[str, typer.Argument(help="and in English")],
    places: Annotated[int, typer.Option(min=0, help="how many may come; 0: as many as like")] = 0,
    project: Annotated[str, typer.Option(help="the project's two-digit code")] = "01",
    tenant: TenantOption = "",
    as_json: JsonOption = False,
) -> None:
    """Announce an event: callers hear of it at once."""
    _show(_do(do="add", day=day, zh=zh, en=en, places=places, project=project, tenant=tenant, by=_who()), as_json)


@events.command("off")
def event_off(event: Key, tenant: TenantOption = "", as_json: JsonOption = False) -> None:
    """Callers do not hear of it any more; who has signed up stays."""
    _show(_do(do="off", id=event, tenant=tenant, by=_who()), as_json)


@events.command("on")
def event_on(event: Key, tenant: TenantOption = "", as_json: JsonOption = False) -> None:
    """Callers hear of it again."""
    _show(_do(do="on", id=event, tenant=tenant, by=_who()), as_json)


def _who() -> str:
    from server.flow_life import who

    return who()


def _do(**words: Any) -> Any:
    from server.beside import do
    from server.events import event

    return asyncio.run(do(load(), "event", event, **words))["events"]


def _show(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"events": found}, ensure_ascii=False, indent=1))
        return
    table = Table("", "day", "名称", "name", "signed up", "callers hear of it", box=None)
    for one in found:
        taken = f"{one['taken']} / {one['places']}" if one["places"] else str(one["taken"])
        table.add_row(str(one["id"]), one["day"], one["zh"], one["en"], taken, "yes" if one["on"] else "no")
    Console().print(table)
