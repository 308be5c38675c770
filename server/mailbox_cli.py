"""`./run mailbox`: mailboxes are looked at and set here; what is in them is heard by telephone."""

import asyncio
import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from server.settings import load

mailboxes = typer.Typer(help="voice mail: give a mailbox its PIN, owners, quota, mail address", no_args_is_help=True)
TenantOption = Annotated[str, typer.Option(help="the code of a leased tenant; empty: the house")]
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON object for programs")]


@mailboxes.command("list")
def mailbox_list(tenant: TenantOption = "", as_json: JsonOption = False) -> None:
    """Every mailbox: whose it is, how many messages wait, how many fit. A phone's comes into being with its first."""
    _show(_do(do="list", tenant=tenant), as_json)


@mailboxes.command("set")
def mailbox_set(
    number: Annotated[str, typer.Argument(help="3 to 8 digits, usually an extension")],
    pin: Annotated[str | None, typer.Option(help="what lets its owner in: 4 to 8 digits")] = None,
    kind: Annotated[str | None, typer.Option(help="personal or group")] = None,
    owner: Annotated[list[str] | None, typer.Option(help="an extension; several: several times")] = None,
    quota: Annotated[int | None, typer.Option(help="how many messages it keeps")] = None,
    mail: Annotated[str | None, typer.Option(help="where messages are mailed to (LOUPAN_SMTP); empty: nowhere")] = None,
    distribute: Annotated[bool | None, typer.Option(help="may it send messages to all mailboxes?")] = None,
    tenant: TenantOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make a mailbox, or change what is named here and leave the rest as it is."""
    about = {"number": number, "pin": pin, "kind": kind, "owners": owner or None, "quota": quota, "mail": mail}
    _show(_do(do="set", distribute=distribute, tenant=tenant, **about), as_json)


def _do(**words: Any) -> Any:
    from server.beside import do
    from server.mailboxes import mailbox

    return asyncio.run(do(load(), "mailbox", mailbox, **words))["mailboxes"]


def _show(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"mailboxes": found}, ensure_ascii=False, indent=1))
        return
    table = Table("mailbox", "kind", "owners", "new", "saved", "quota", "PIN", "to all", "mail", box=None)
    for one in found:
        table.add_row(
            one["number"],
            one["kind"],
            " ".join(one["owners"]),
            str(one["new"]),
            str(one["saved"]),
            str(one["quota"]),
            "yes" if one["pin"] else "–",
            "yes" if one["distribute"] else "–",
            one["mail"] or "–",
        )
    Console().print(table)
