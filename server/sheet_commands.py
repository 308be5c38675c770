"""`./run sheet`: price tables and customer lists into the house and out of it, and the templates for them."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from server.settings import load

sheet = typer.Typer(help="price tables and customer lists: templates, import, export", no_args_is_help=True)
screen = Console(stderr=True)

Kind = Annotated[str, typer.Argument(help="rooms (一房一价表) or customers (客户名单)")]
Project = Annotated[str, typer.Option(help="the project's two-digit code (rooms)")]
File = Annotated[Path, typer.Argument(help=".xlsx or .csv")]


@sheet.command("template")
def sheet_template(kind: Kind, file: File) -> None:
    """Write an empty sheet with one line as an example."""
    from sales.sheets.write import template
    from server.sheets import SHEETS, known

    template(file, SHEETS[known(kind)])
    screen.print(f"[green]✓[/green] {file}", highlight=False)


@sheet.command("import")
def sheet_import(
    kind: Kind,
    file: File,
    project: Project = "01",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only tell what would happen")] = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="leave bad lines out, instead of saving nothing")
    ] = False,
    update: Annotated[bool, typer.Option("--update", help="change rooms that are there already")] = False,
) -> None:
    """Bring a sheet into the house: every bad cell is named, nothing is saved unless all is right. Exits 1 if not."""
    from server.sheets import bring_in, known

    how: dict[str, Any] = {"dry_run": dry_run, "skip_bad": skip_bad}
    if update:
        how["update"] = True
    if not asyncio.run(bring_in(load(), screen, known(kind), file, project, how)):
        raise typer.Exit(1)


@sheet.command("export")
def sheet_export(kind: Kind, file: File, project: Project = "01") -> None:
    """Write the rooms of a project with their prices, or the customers, as a sheet that can be imported again."""
    from server.sheets import known, take_out

    count = asyncio.run(take_out(load(), known(kind), file, project))
    screen.print(f"[green]✓[/green] {file}: {count}", highlight=False)
