"""`./run prompts`: what callers hear: rendered, judged, listed, and what was recorded by telephone taken back."""

import asyncio
import json
import sys
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from calls.clock import BUSINESS
from server.settings import load

prompts = typer.Typer(help="render, examine, list and record what callers hear", no_args_is_help=True)
screen = Console(stderr=True)
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON object for programs")]
NameArgument = Annotated[str, typer.Argument(help="the prompt's name, as in the catalogue")]


@prompts.command("build")
def prompts_build() -> None:
    """Render what has changed since the last time."""
    from server.sounds import build

    asyncio.run(build(load(), screen))


@prompts.command("doctor")
def prompts_doctor(as_json: JsonOption = False) -> None:
    """What is missing in either language, too loud, too quiet, too long. Exits 1 if anything is."""
    from server.sounds import examine

    problems = asyncio.run(examine())
    if as_json:
        _print({"problems": problems})
    for problem in problems if not as_json else ():
        screen.print(f"[red]✗[/red] {problem}", highlight=False)
    if problems:
        sys.exit(1)
    if not as_json:
        screen.print("[green]✓[/green] all prompts are there, in both languages, at their level")


@prompts.command("list")
def prompts_list(as_json: JsonOption = False) -> None:
    """The prompts that a person can record, with the numbers that name them on a telephone (*61)."""
    found = _do("list")["prompts"]
    if as_json:
        _print({"prompts": found})
        return
    table = Table("number", "name", "recorded", "words", box=None)
    for one in found:
        words = one[load().language] or one["en"]
        table.add_row(str(one["number"] or "–"), one["name"], " ".join(one["recorded"]) or "–", words)
    Console().print(table)


@prompts.command("versions")
def prompts_versions(name: NameArgument, as_json: JsonOption = False) -> None:
    """What was recorded of a prompt by telephone, the newest first; → marks what is heard."""
    _show(_do("versions", name=name)["takes"], as_json)


@prompts.command("rollback")
def prompts_rollback(
    name: NameArgument, lang: Annotated[str, typer.Argument(help="zh or en")] = "zh", as_json: JsonOption = False
) -> None:
    """Bring back what was heard before the last recording: the one before it, or the voice of the house."""
    from server.flow_life import who

    _show(_do("rollback", name=name, lang=lang, by=who())["takes"], as_json)


@prompts.command("pin")
def prompts_pin(pin: Annotated[str, typer.Argument(help="4 to 8 digits")]) -> None:
    """Set the password that lets in who records prompts by telephone."""
    _do("pin", pin=pin)
    screen.print("[green]✓[/green] the password is changed")


def _do(what: str, **words: Any) -> Any:
    from server.beside import do
    from server.recorded_prompts import prompt

    return asyncio.run(do(load(), "prompt", prompt, do=what, **words))


def _show(takes: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        _print({"takes": takes})
        return
    table = Table("", "language", "number", "seconds", "recorded", "from", box=None)
    for take in takes:
        at = take["at"] if isinstance(take["at"], datetime) else datetime.fromisoformat(take["at"])
        moment = f"{at.astimezone(BUSINESS):%Y-%m-%d %H:%M:%S}"
        mark = "→" if take["in_force"] else ""
        table.add_row(mark, take["lang"], str(take["number"]), f"{take['seconds']:.1f}", moment, take["by"] or "–")
    Console().print(table)


def _print(answer: object) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=1, default=str))
