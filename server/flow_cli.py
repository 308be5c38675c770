"""`./run flow`: flows are checked, drawn, tried, drafted, published and taken back."""

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from calls.clock import BUSINESS
from server.settings import load

flow = typer.Typer(help="check, draw, try and publish call flows", no_args_is_help=True)
screen = Console(stderr=True)
NameOption = Annotated[str, typer.Argument(help="the flow's name")]
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON object for programs")]


@flow.command("check")
def flow_check(
    file: Annotated[Path | None, typer.Argument(help="a flow document; without one: all in force")] = None,
) -> None:
    """Everything that forbids publishing a flow, with the step's name and what to do."""
    from server.flows import check_files

    problems = check_files(load(), file)
    for text in problems:
        screen.print(f"[red]✗[/red] {text}", highlight=False)
    if problems:
        sys.exit(1)
    screen.print("[green]✓[/green] nothing forbids publishing")


@flow.command("export")
def flow_export(
    name: Annotated[str, typer.Argument(help="the flow's name or file")] = "main",
    to: Annotated[Path, typer.Option(help="where to write the drawing")] = Path("flow.svg"),
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
    calls: Annotated[bool, typer.Option("--calls", help="with how often callers took each way")] = False,
    since: Annotated[str, typer.Option("--from", help="first day of the calls; empty: thirty days ago")] = "",
    until: Annotated[str, typer.Option("--until", help="last day; empty: today")] = "",
) -> None:
    """Draw every step and key of a flow as SVG."""
    from server.flows import draw
    from server.report_cli import days

    during = days(since, until) if calls or since or until else None
    to.write_text(asyncio.run(draw(load(), name, lang, during)), encoding="utf-8")
    screen.print(f"{to} written")


@flow.command("try")
def flow_try(
    name: Annotated[str, typer.Argument(help="the flow's name or file")] = "main",
    keys: Annotated[str, typer.Argument(help="keys; . is silence here; without any: type them yourself")] = "",
    caller: Annotated[str, typer.Option("--from")] = "13800000001",
) -> None:
    """Walk through a flow in the terminal, by the same engine as a real call."""
    from server.flows import try_out

    asyncio.run(try_out(load(), name, keys, caller))


@flow.command("draft")
def flow_draft(
    name: NameOption,
    file: Annotated[Path | None, typer.Argument(help="the document; without one, the draft is printed")] = None,
    drop: Annotated[bool, typer.Option("--drop", help="throw the draft away")] = False,
) -> None:
    """Keep a document as the draft of a flow; or print the draft, or what is in force, to begin from."""
    from server.flow_life import read

    if drop:
        dropped = _do("drop", name)["dropped"]
        screen.print("the draft is thrown away" if dropped else "there was no draft")
    elif file is None:
        print(_do("show", name)["text"], end="")
    else:
        problems = _do("draft", name, text=read(file))["problems"]
        for line in problems:
            screen.print(f"[yellow]![/yellow] {_told(line)}", highlight=False)
        screen.print(
            f"the draft is kept; {len(problems)} problems forbid publishing it"
            if problems
            else f"[green]✓[/green] the draft is kept; ./run flow publish {name} puts it in force",
            highlight=False,
        )


@flow.command("publish")
def flow_publish(name: NameOption) -> None:
    """Put the draft in force: in less than a second for whoever calls, while calls that are going on keep theirs."""
    _published(name, _do("publish", name))


@flow.command("rollback")
def flow_rollback(
    name: NameOption,
    number: Annotated[str, typer.Argument(help="of ./run flow versions; empty: what was in force before")] = "",
) -> None:
    """Put an earlier version in force again."""
    _published(name, _do("rollback", name, number=number))


@flow.command("versions")
def flow_versions(name: NameOption = "main", as_json: JsonOption = False) -> None:
    """What has been in force, the newest first, and the draft."""
    told = _do("versions", name)
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=1, default=str))
        return
    table = Table("", "number", "version", "published", "by", "door", box=None)
    for row in told["versions"]:
        mark = "→" if row["in_force"] else ""
        table.add_row(mark, str(row["number"]), row["version"], _moment(row["at"]), row["by"], row["door"])
    Console().print(table)
    if draft := told["draft"]:
        state = f"{draft['problems']} problems" if draft["problems"] else "may be published"
        Console().print(f"draft of {draft['by']}, {_moment(draft['at'])}: {state}", highlight=False)


@flow.command("diff")
def flow_diff(
    name: NameOption = "main",
    old: Annotated[str, typer.Argument(help="a number, or draft; empty: what is in force")] = "",
    new: Annotated[str, typer.Argument(help="a number, or draft")] = "draft",
    as_json: JsonOption = False,
) -> None:
    """What differs between two versions, in words."""
    lines = _do("diff", name, old=old, new=new)["lines"]
    if as_json:
        print(json.dumps({"lines": [{"zh": zh, "en": en} for zh, en in lines]}, ensure_ascii=False, indent=1))
        return
    for line in lines:
        print(_told(line))
    if not lines:
        screen.print("callers will notice no difference")


def _do(what: str, name: str, **words: Any) -> Any:
    from server.beside import do
    from server.flow_life import flow as work
    from server.flow_life import who

    return asyncio.run(do(load(), "flow", work, do=what, name=name, by=who(), **words))


def _published(name: str, told: dict[str, Any]) -> None:
    screen.print(
        f"[green]✓[/green] {name} is in force in version {told['number']} ({told['version']})", highlight=False
    )


def _told(line: tuple[str, str]) -> str:
    return line[0] if load().language == "zh" else line[1]


def _moment(at: datetime | str) -> str:
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    return f"{moment.astimezone(BUSINESS):%Y-%m-%d %H:%M:%S}"
