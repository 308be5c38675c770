"""`./run extension`: extensions are looked at and set here; their phones change a part of it by feature codes."""

import asyncio
import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from server.settings import load

extensions = typer.Typer(help="extensions: whom they may call, where their calls go", no_args_is_help=True)
TenantOption = Annotated[str, typer.Option(help="the code of a leased tenant; empty: the house")]
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON object for programs")]
Target = Annotated[str | None, typer.Option(help="an extension; empty: not any more")]


@extensions.command("list")
def extension_list(tenant: TenantOption = "", as_json: JsonOption = False) -> None:
    """Every extension, its level, and what becomes of calls to it."""
    _show(_do(do="list", tenant=tenant), as_json)


@extensions.command("set")
def extension_set(
    number: Annotated[str, typer.Argument(help="8000 to 8999; a new one may register after a start of the exchange")],
    name: Annotated[str | None, typer.Option(help="as callers hear it and look for it")] = None,
    kind: Annotated[str | None, typer.Option(help="seat or phone")] = None,
    permission: Annotated[
        int | None, typer.Option(help="calls outside: 0 none, 1 local, 2 mainland, 3 Hong Kong …, 4 abroad")
    ] = None,
    dnd: Annotated[bool | None, typer.Option(help="do not disturb")] = None,
    always: Target = None,
    busy: Target = None,
    no_answer: Target = None,
    follow: Annotated[
        list[str] | None, typer.Option(help="rung in turn if nobody answers; several: several times; '' = nobody")
    ] = None,
    tenant: TenantOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make an extension, or change what is named here and leave the rest as it is."""
    about = {
        "number": number,
        "name": name,
        "kind": kind,
        "permission": permission,
        "dnd": dnd,
        "follow": follow or None,
    }
    _show(_do(do="set", always=always, busy=busy, no_answer=no_answer, tenant=tenant, **about), as_json)


def _do(**words: Any) -> Any:
    from server.beside import do
    from server.extensions import extension

    return asyncio.run(do(load(), "extension", extension, **words))["extensions"]


def _show(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"extensions": found}, ensure_ascii=False, indent=1))
        return
    table = Table("extension", "kind", "name", "level", "always", "busy", "no answer", "then", box=None)
    for one in found:
        always = "do not disturb" if one["dnd"] else one["always"]
        row = (one["number"], one["kind"], one["name"], str(one["permission"]), always, one["busy"], one["no_answer"])
        table.add_row(*row, " ".join(one["follow"]))
    Console().print(table)
