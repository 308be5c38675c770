"""`./run content`: what callers hear of a project, read and edited as a file."""

import asyncio
import json
import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from server.settings import load

contents = typer.Typer(help="what callers hear of a project: list, show, edit", no_args_is_help=True)
ProjectOption = Annotated[str, typer.Option(help="the project's two-digit code")]
FIELDS = {"project": str, "topic": str, "zh": str, "en": str, "version": int}


@contents.command("list")
def content_list(
    project: Annotated[str, typer.Option(help="the project's two-digit code; empty: all")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object for programs")] = False,
) -> None:
    """Every text: its version, who has edited it last, and how it begins."""
    found = _do(do="list", project=project)
    if as_json:
        print(json.dumps({"texts": found}, ensure_ascii=False, indent=1))
        return
    table = Table("project", "topic", "version", "by", "when", "text", box=None)
    for text in found:
        begins = (text["zh"] or text["en"] or "")[:24]
        table.add_row(
            text["project"], text["topic"], str(text["version"]), text["by"] or "–", text["at"][:16], f"{begins}…"
        )
    Console().print(table)


@contents.command("show")
def content_show(
    topic: Annotated[str, typer.Argument(help="developer, location, fees … (see ./run content list)")],
    project: ProjectOption = "01",
) -> None:
    """One text, as the file that `edit` takes: ./run content show fees > fees.toml"""
    found = _do(do="list", project=project, topic=topic)
    text = found[0] if found else {"project": project, "topic": topic, "zh": "", "en": "", "version": 0}
    for name in FIELDS:  # what JSON writes for a string or a number, TOML reads
        print(f"{name} = {json.dumps(text[name] or FIELDS[name](), ensure_ascii=False)}")


@contents.command("edit")
def content_edit(
    file: Annotated[Path, typer.Argument(help="as `show` writes it; without `version` it is put in unseen")],
) -> None:
    """Put a text in force. Callers hear it as soon as it has been spoken; until then they hear what it was."""
    from server.flow_life import who

    [text] = _do(do="edit", by=who(), **read(file))
    Console(stderr=True).print(
        f"[green]✓[/green] {text['project']} {text['topic']}: version {text['version']}", highlight=False
    )


def read(file: Path) -> dict[str, Any]:
    """The text in a file. Ends the command with what is wrong with it, in a sentence."""
    try:
        words = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        _stop(f"{file}: {fault}")
    strange = [name for name, value in words.items() if not isinstance(value, FIELDS.get(name, bool))]
    if strange or not {"project", "topic"} <= set(words):
        right = 'project = "01", topic = "fees", zh = "…", en = "…", version = 1'
        _stop(f"{file}: {', '.join(strange) or 'project or topic missing'}; right would be {right}")
    return words


def _stop(text: str) -> None:
    Console(stderr=True).print(f"[red]✗[/red] {text}", highlight=False)
    sys.exit(2)


def _do(**words: Any) -> list[dict[str, Any]]:
    from server.beside import do
    from server.content import content

    found: list[dict[str, Any]] = asyncio.run(do(load(), "content", content, **words))["texts"]
    return found
