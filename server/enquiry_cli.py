"""`./run enquiry`: whose computer knows a project's rooms, and where our numbers are advertised."""

import asyncio
import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from server.settings import load

enquiries = typer.Typer(help="where data come from, where numbers are advertised", no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON object for programs")]


@enquiries.command("list")
def enquiry_list(as_json: JsonOption = False) -> None:
    """Every project with the host of its data, every number with its channel."""
    _show(_do(do="list"), as_json)


@enquiries.command("host")
def enquiry_host(
    project: Annotated[str, typer.Argument(help="the project's two-digit code")],
    host: Annotated[str, typer.Argument(help="http://host:port/path; “” = the house's own database")],
) -> None:
    """Callers are told what this computer knows of the project's rooms: docs/operator/enquiries.md."""
    _show(_do(do="host", project=project, host=host), as_json=False)


@enquiries.command("channel")
def enquiry_channel(
    number: Annotated[str, typer.Argument(help="a number of ours, in any spelling")],
    channel: Annotated[str, typer.Argument(help="报纸, 网络 … (code table “channel”); “” = none")],
) -> None:
    """Strangers who call this number become customers who came by that channel."""
    _show(_do(do="channel", number=number, channel=channel), as_json=False)


def _do(**words: Any) -> Mapping[str, Any]:
    from server.beside import do
    from server.enquiry_desk import enquiry
    from server.flow_life import who

    return asyncio.run(do(load(), "enquiry", enquiry, by=who(), **words))


def _show(told: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    projects, numbers = Table("project", "name", "its data", box=None), Table("number", "channel", box=None)
    for project in told["projects"]:
        projects.add_row(project["code"], project["name"], project["host"] or "here")
    for number in told["numbers"]:
        numbers.add_row(number["number"], number["channel"] or "–")
    screen = Console()
    screen.print(projects)
    screen.print(numbers)
