"""`./run seat` and `./run queue`."""

import asyncio
import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from server.settings import load

seats = typer.Typer(help="seats: make one, give it a PIN, see how they stand, sign one out", no_args_is_help=True)
queues = typer.Typer(help="queues: make one, say whose callers wait in it, see how they stand", no_args_is_help=True)
TenantOption = Annotated[str, typer.Option(help="the code of a leased tenant; empty: the house")]
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON object for programs")]


@seats.command("list")
def seat_list(tenant: TenantOption = "", as_json: JsonOption = False) -> None:
    """Every seat and its state."""
    _show_seats(_seat(do="list", tenant=tenant), as_json)


@seats.command("add")
def seat_add(
    number: Annotated[str, typer.Argument(help="3 to 8 digits, e.g. 8001")],
    name: Annotated[str, typer.Option(help="who sits there, or what it is called")],
    pin: Annotated[str, typer.Option(help="with which it signs in: 4 to 8 digits")],
    queue: Annotated[list[str] | None, typer.Option(help="a queue it serves; may be given more than once")] = None,
    skill: Annotated[list[str] | None, typer.Option(help="a skill, e.g. en; may be given more than once")] = None,
    tenant: TenantOption = "",
) -> None:
    """Make a seat, or change one. It signs in from any phone of the house: *11, number, PIN."""
    words = {"number": number, "name": name, "pin": pin, "queues": queue or [], "skills": skill or []}
    _show_seats(_seat(do="add", tenant=tenant, **words), as_json=False)


@seats.command("pin")
def seat_pin(number: str, pin: str, tenant: TenantOption = "") -> None:
    """Give a seat another PIN; who was locked out may try again."""
    _seat(do="pin", number=number, pin=pin, tenant=tenant)
    Console(stderr=True).print("[green]✓[/green] the PIN is changed")


@seats.command("sign-out")
def seat_sign_out(number: str, tenant: TenantOption = "") -> None:
    """Sign a seat out; one that is on the telephone finishes its call first."""
    _show_seats(_seat(do="sign out", number=number, tenant=tenant), as_json=False)


@queues.command("list")
def queue_list(tenant: TenantOption = "", as_json: JsonOption = False) -> None:
    """Every queue and its seats."""
    _show_queues(_queue(do="list", tenant=tenant), as_json)


@queues.command("add")
def queue_add(
    code: Annotated[str, typer.Argument(help="its short name, e.g. sales")],
    zh: Annotated[str, typer.Option(help="its name in Mandarin")] = "",
    en: Annotated[str, typer.Option(help="its name in English")] = "",
    service: Annotated[str, typer.Option(help="the service whose callers wait in it when they want a person")] = "",
    strategy: Annotated[str, typer.Option(help="longest idle (at first), round robin or least calls")] = "",
    most: Annotated[int | None, typer.Option(help="how many may wait (20)")] = None,
    ring: Annotated[int | None, typer.Option(help="seconds for which one seat rings (15)")] = None,
    overflow: Annotated[int | None, typer.Option(help="seconds until a caller is asked what to do (60)")] = None,
    wrapup: Annotated[int | None, typer.Option(help="seconds of wrap-up after a talk (30)")] = None,
    by_language: Annotated[bool | None, typer.Option(help="only seats with the caller's language as a skill")] = None,
    tenant: TenantOption = "",
) -> None:
    """Make a queue, or change one: what is not given stays as it is."""
    words = {
        "code": code, "zh": zh, "en": en, "service": service, "strategy": strategy, "most": most, "ring_s": ring,
        "overflow_s": overflow, "wrapup_s": wrapup, "by_language": by_language,
    }  # fmt: skip
    _show_queues(_queue(do="add", tenant=tenant, **words), as_json=False)


def _seat(**words: Any) -> Any:
    from server.beside import do
    from server.seat_desk import seat

    return asyncio.run(do(load(), "seat", seat, **words))["seats"]


def _queue(**words: Any) -> Any:
    from server.beside import do
    from server.seat_desk import queue

    return asyncio.run(do(load(), "queue", queue, **words))["queues"]


def _show_seats(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"seats": found}, ensure_ascii=False, indent=1, default=str))
        return
    table = Table("seat", "name", "phone", "state", "calls", "queues", box=None)
    for one in found:
        state = " ".join(filter(None, (one["state_zh"], one["state"], one["reason"])))
        table.add_row(one["seat"], one["name"], one["phone"], state, str(one["calls"]), " ".join(one["queues"]))
    Console().print(table)


def _show_queues(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"queues": found}, ensure_ascii=False, indent=1))
        return
    table = Table("queue", "name", "strategy", "services", "seats", box=None)
    for one in found:
        states = ", ".join(f"{many} {state}" for state, many in one["states"].items())
        names = f"{one['name_zh']} · {one['name_en']}"
        table.add_row(one["code"], names, one["strategy"], " ".join(one["services"]), states or "none")
    Console().print(table)
