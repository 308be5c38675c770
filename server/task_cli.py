"""`./run task`: callers who were promised to be called back, until somebody has done it."""

import asyncio
import json
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from calls.clock import BUSINESS
from server.settings import load

tasks = typer.Typer(help="what callers were promised: to be called back", no_args_is_help=True)
screen = Console(stderr=True)
TenantOption = Annotated[str, typer.Option(help="the code of a leased tenant; empty: the house")]
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON object for programs")]
Key = Annotated[int, typer.Argument(help="the task's number, as ./run task list shows it")]


@tasks.command("list")
def task_list(
    all: Annotated[bool, typer.Option("--all", help="also what is done or cancelled, the newest first")] = False,
    page: Annotated[int, typer.Option(min=1, help="of 50 tasks each")] = 1,
    tenant: TenantOption = "",
    as_json: JsonOption = False,
) -> None:
    """What has to be done, the oldest first."""
    found = _do(do="list", all=all, page=page, tenant=tenant)
    if as_json:
        print(json.dumps({"tasks": found}, ensure_ascii=False, indent=1, default=str))
        return
    table = Table("", "asked", "number", "customer", "language", "state", "result", box=None)
    for one in found:
        row = (one["phone"], one["customer"] or "–", one["lang"], one["state"], one["result"] or "")
        table.add_row(str(one["id"]), _moment(one["asked"]), *row)
    Console().print(table)


@tasks.command("done")
def task_done(
    task: Key, result: Annotated[str, typer.Argument(help="what came of it")], tenant: TenantOption = ""
) -> None:
    """It is done: the caller was called."""
    _close("done", task, result, tenant)


@tasks.command("cancel")
def task_cancel(task: Key, reason: Annotated[str, typer.Argument(help="why")], tenant: TenantOption = "") -> None:
    """It is not to be done any more."""
    _close("cancel", task, reason, tenant)


def _close(what: str, task: int, result: str, tenant: str) -> None:
    from server.flow_life import who

    (closed,) = _do(do=what, id=task, result=result, tenant=tenant, by=who())
    screen.print(f"[green]✓[/green] {closed['id']} {closed['phone']}: {closed['state']}", highlight=False)


def _do(**words: Any) -> Any:
    from server.beside import do
    from server.tasks import task

    return asyncio.run(do(load(), "task", task, **words))["tasks"]


def _moment(at: Any) -> str:
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    return f"{moment.astimezone(BUSINESS):%Y-%m-%d %H:%M}"
