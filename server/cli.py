"""The command line. Every command loads what it needs only when it runs, so that `./run help` is instant."""

import asyncio
import json
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from server.board_cli import boards as board_commands
from server.conference_cli import conferences as conference_commands
from server.content_cli import contents as content_commands
from server.enquiry_cli import enquiries as enquiry_commands
from server.event_cli import events as event_commands
from server.extension_cli import extensions as extension_commands
from server.feature_cli import features as feature_commands
from server.flow_cli import flow as flow_commands
from server.mailbox_cli import mailboxes as mailbox_commands
from server.prompt_cli import prompts as prompt_commands
from server.report_cli import report as report_command
from server.sales_cli import sales as sales_commands
from server.seat_cli import queues as queue_commands
from server.seat_cli import seats as seat_commands
from server.settings import Settings, UnusableSettings, load
from server.sheet_commands import sheet as sheet_commands
from server.staffing_cli import staffing as staffing_command
from server.task_cli import tasks as task_commands
from server.user_cli import users as user_commands

app = typer.Typer(help="Loupan 楼盘: a call centre for property enquiries", no_args_is_help=True, add_completion=False)
app.add_typer(flow_commands, name="flow")
app.add_typer(prompt_commands, name="prompts")
app.add_typer(sheet_commands, name="sheet")
app.add_typer(sales_commands, name="sales")
app.add_typer(board_commands, name="board")
app.add_typer(conference_commands, name="conference")
app.add_typer(user_commands, name="user")
app.add_typer(seat_commands, name="seat")
app.add_typer(queue_commands, name="queue")
app.add_typer(task_commands, name="task")
app.add_typer(event_commands, name="event")
app.add_typer(mailbox_commands, name="mailbox")
app.add_typer(extension_commands, name="extension")
app.add_typer(content_commands, name="content")
app.add_typer(enquiry_commands, name="enquiry")
app.add_typer(feature_commands, name="feature")
app.command("report")(report_command)
app.command("staffing")(staffing_command)

screen = Console(stderr=True)
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON object for programs")]


class Failure(Exception):
    """A command ends unhappily; the text is for the user."""


def main() -> None:
    from asterisk.instance.ports import PortTaken
    from db.refusal import Refused as Refusal
    from server.control import NobodyThere, Refused
    from server.home import HomeTaken

    try:
        app()
    except Refusal as refusal:
        screen.print(f"[red]✗[/red] {refusal.zh if _settings().language == 'zh' else refusal.en}", highlight=False)
        sys.exit(2)
    except (Failure, UnusableSettings, HomeTaken, NobodyThere, Refused, PortTaken) as failure:
        screen.print(f"[red]✗[/red] {failure}", highlight=False)
        sys.exit(2)


def _run(work: Coroutine[Any, Any, object]) -> None:
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            code: object = runner.run(work)
        except KeyboardInterrupt:
            code = 130
    if isinstance(code, int) and code:
        sys.exit(code)


def _print(answer: object) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=1, default=str))


@app.command()
def setup() -> None:
    """Make everything ready that is shared by installations: the exchange's software, voices, sounds."""
    from server.setup import prepare

    _run(prepare(load(), screen))


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="end after the three calls")] = False,
    as_json: JsonOption = False,
) -> None:
    """The whole centre on sample data, with three real calls; then it stays up for SIP phones."""
    from server.demo import show

    _run(show(load(), once=once, as_json=as_json))


@app.command()
def serve() -> None:
    """The service."""
    from server.serve import serve as run_service

    _run(run_service(load(), screen))


@app.command()
def call(
    keys: Annotated[str, typer.Argument(help='0-9 * # keys · , one second · . until the prompt ends · "wav:FILE"')],
    caller: Annotated[str, typer.Option("--from", help="the caller's number")] = "13800000001",
    to: Annotated[str, typer.Option("--to", help="the number called; empty: the main service")] = "",
    as_json: JsonOption = False,
) -> None:
    """A real call from the town into the running centre, with its trace."""
    from server.control import ask
    from server.home import Home

    trace = asyncio.run(ask(Home(_settings().home).control, "call", keys=keys, caller=caller, to=to))
    if as_json:
        _print(trace)
        return
    out = Console(highlight=False)
    for said in trace["said"]:
        out.print(f"[dim]{said['at']:6.1f}s[/dim] {said['lang']} {said['text']}")
    out.print(
        f"{' → '.join(trace['nodes'])}\nkeys {trace['keys'] or '–'} · {trace['result']} · "
        f"{trace['seconds']:.1f} s · {trace['heard']}"
    )


@app.command()
def records(
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    page: Annotated[int, typer.Option(min=1)] = 1,
    as_json: JsonOption = False,
) -> None:
    """The latest call records of the running centre."""
    from server.control import ask
    from server.home import Home
    from server.show import records_table

    answer = asyncio.run(ask(Home(_settings().home).control, "records", limit=limit, page=page))
    if as_json:
        _print(answer)
    else:
        Console().print(records_table(answer["records"]))


@app.command()
def status(as_json: JsonOption = False) -> None:
    """How the running centre is."""
    from server.control import ask
    from server.home import Home

    answer = asyncio.run(ask(Home(_settings().home).control, "status"))
    if as_json:
        _print(answer)
    else:
        for name, value in answer.items():
            print(f"{name:<12} {value}")


@app.command()
def seed(
    number: Annotated[int, typer.Option("--seed", help="of the sample development: another number, other people")] = 0,
    as_of: Annotated[str, typer.Option("--as-of", help="its last day, YYYY-MM-DD; empty: 2024-03-31")] = "",
    fixture: Annotated[str, typer.Option(help="instead, the worked example: T")] = "",
) -> None:
    """Load sample data into this installation: the development with two years of its trade, or a worked example."""
    from datetime import date

    from sales.sample import SEED, STORY_END, Taken, Wanted
    from server.seed import load_data, load_development

    if fixture:
        if fixture.upper() != "T":
            raise Failure(f"there is no fixture “{fixture}”; the one there is, is T")
        _run(load_data(_settings(), screen))
        return
    try:
        wanted = Wanted(number or SEED, date.fromisoformat(as_of) if as_of else STORY_END)
        _run(load_development(_settings(), screen, wanted))
    except ValueError:
        raise Failure(f"“{as_of}” is no day; right would be 2024-03-31") from None
    except Taken as taken:
        raise Failure(str(taken)) from None


@app.command()
def doctor(
    invariants: Annotated[
        bool, typer.Option("--invariants", help="examine the data instead: what must always hold")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Is everything there and well? Exits 1 if anything is wrong."""
    from server.doctor import examine, examine_invariants

    try:
        findings = asyncio.run(examine_invariants(_settings()) if invariants else examine(_settings()))
    except FileNotFoundError as missing:
        raise Failure(str(missing)) from missing
    if as_json:
        _print({"well": not any(f.wrong for f in findings), "findings": [f.as_json() for f in findings]})
    else:
        for finding in findings:
            screen.print(f"{finding.mark} {finding.text}", highlight=False)
    if any(f.wrong for f in findings):
        sys.exit(1)


@app.command()
def backup(
    file: Annotated[Path | None, typer.Argument(help="the archive; empty: one in the home's backup directory")] = None,
    keep: Annotated[int, typer.Option(min=0, help="afterwards keep only so many of the home's backups; 0: all")] = 0,
    recordings: Annotated[bool, typer.Option(help="what callers said, too")] = True,
    with_key: Annotated[bool, typer.Option("--with-key", help="the key of encrypted numbers, too")] = False,
) -> None:
    """Copy the whole installation into one file, also while it runs; the copy is read back and compared."""
    from server.archiving import make

    _run(make(_settings(), screen, file, keep=keep, recordings=recordings, key=with_key))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="an archive of ./run backup, of either engine")],
    replace: Annotated[bool, typer.Option("--replace", help="set what is there aside, instead of refusing")] = False,
) -> None:
    """Bring an installation back from its backup, into an empty place; counts and checksums are compared."""
    from server.archiving import bring_back

    _run(bring_back(_settings(), screen, file, replace=replace))


def _settings() -> Settings:
    return load()
