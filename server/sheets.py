"""Sheets at the command line, by the owner of the machine, while no centre runs on an SQLite file."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from db.refusal import Code, Refused
from sales.services.desk import Desk
from sales.sheets.customer_list import CUSTOMER_LIST
from sales.sheets.export_customers import export_customers
from sales.sheets.export_rooms import export_rooms
from sales.sheets.fault import Fault
from sales.sheets.import_customers import import_customers
from sales.sheets.import_rooms import import_rooms
from sales.sheets.read import read
from sales.sheets.room_price import ROOM_PRICE
from sales.sheets.sheet import Parsed, Record
from sales.sheets.write import write
from server.owner import project_of, work
from server.settings import Settings

SHEETS = {"rooms": ROOM_PRICE, "customers": CUSTOMER_LIST}


def known(kind: str) -> str:
    """Raises Refused for a sheet there is not."""
    if kind not in SHEETS:
        raise Refused(
            Code.VALIDATION,
            f"没有“{kind}”这种表,可用:{'、'.join(SHEETS)}。",
            f"There is no sheet “{kind}”; there are {' and '.join(SHEETS)}.",
        )
    return kind


async def bring_in(
    settings: Settings, screen: Console, kind: str, file: Path, project: str, how: dict[str, Any]
) -> bool:
    """Import and tell what came of it; False if something was bad and nothing was saved. Raises Refused, HomeTaken."""
    zh = settings.language == "zh"
    parsed = SHEETS[kind].parse(read(file))
    told = await work(settings, _dry(kind, parsed, project, how))
    _name(screen, told.faults, zh)
    if told.faults and not how["skip_bad"]:
        screen.print(f"[red]✗[/red] {'什么都没有保存' if zh else 'nothing was saved'}", highlight=False)
        return False
    if not how["dry_run"]:
        told = await work(settings, _real(kind, parsed, project, how))
    changed = getattr(told, "changed", 0)
    words = f"新增 {told.new},修改 {changed}" if zh else f"{told.new} new, {changed} changed"
    if not told.saved:
        words += "(试运行,未保存)" if zh else " (dry run, nothing saved)"
    screen.print(f"[green]✓[/green] {words}", highlight=False)
    return True


async def take_out(settings: Settings, kind: str, file: Path, project: str) -> int:
    """Write the sheet; how many lines. Raises Refused, HomeTaken."""

    def ask(desk: Desk) -> list[Record]:
        return export_rooms(desk, project_of(desk, project)) if kind == "rooms" else export_customers(desk)

    return write(file, SHEETS[kind], await work(settings, ask))


def _dry(kind: str, parsed: Parsed, project: str, how: dict[str, Any]) -> Any:
    return _real(kind, parsed, project, how | {"dry_run": True})


def _real(kind: str, parsed: Parsed, project: str, how: dict[str, Any]) -> Any:
    def service(desk: Desk) -> Any:
        if kind == "rooms":
            return import_rooms(desk, project_of(desk, project), parsed, **how)
        plain = {name: value for name, value in how.items() if name != "update"}
        return import_customers(desk, parsed, **plain)

    return service


def _name(screen: Console, faults: Any, zh: bool) -> None:
    fault: Fault
    for fault in faults:
        screen.print(Text.assemble(("✗ ", "red"), fault.zh if zh else fault.en))  # a value may look like markup
