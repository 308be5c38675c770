"""`./run user`: who may sign in, with which role."""

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

users = typer.Typer(help="users: add one, change role and password, unlock, disable, grant", no_args_is_help=True)
TenantOption = Annotated[str, typer.Option(help="the code of a leased tenant; empty: the house")]
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON object for programs")]


@users.command("list")
def user_list(tenant: TenantOption = "", as_json: JsonOption = False) -> None:
    """Every user: role, group, state, open sessions."""
    _show(_do(do="list", tenant=tenant), as_json)


@users.command("add")
def user_add(
    login: Annotated[str, typer.Argument(help="2 to 32 letters, digits, dots, dashes")],
    name: Annotated[str, typer.Option(help="the person's name")],
    role: Annotated[str, typer.Option(help="one of the shipped roles: ./run user roles")],
    group: Annotated[str, typer.Option(help="code of a group")] = "",
    employee: Annotated[str, typer.Option(help="staff number of the salesperson this is")] = "",
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
    tenant: TenantOption = "",
) -> None:
    """Somebody who may sign in. The password is asked for, or read from standard input: one line."""
    _show(
        _do(
            do="add", login=login, name=name, role=role, group=group, employee_no=employee, lang=lang, tenant=tenant,
            pw_hash=_hashed(login),
        ),
        as_json=False,
    )  # fmt: skip


@users.command("role")
def user_role(login: str, role: str, tenant: TenantOption = "") -> None:
    """Give another role; it holds from the next click."""
    _show(_do(do="role", login=login, role=role, tenant=tenant), as_json=False)


@users.command("password")
def user_password(login: str, tenant: TenantOption = "") -> None:
    """Give another password: a lock is lifted, every session of this user ends."""
    _do(do="password", login=login, tenant=tenant, pw_hash=_hashed(login))
    Console(stderr=True).print("[green]✓[/green] the password is changed")


@users.command("unlock")
def user_unlock(login: str, tenant: TenantOption = "") -> None:
    """Let somebody try again who is locked after five wrong passwords."""
    _show(_do(do="unlock", login=login, tenant=tenant), as_json=False)


@users.command("disable")
def user_disable(login: str, tenant: TenantOption = "") -> None:
    """Let nobody sign in with it; every session ends, nothing is deleted."""
    _show(_do(do="disable", login=login, tenant=tenant), as_json=False)


@users.command("enable")
def user_enable(login: str, tenant: TenantOption = "") -> None:
    """Let it be used again."""
    _show(_do(do="enable", login=login, tenant=tenant), as_json=False)


@users.command("grant")
def user_grant(
    login: str,
    right: Annotated[str, typer.Argument(help="e.g. call.monitor: ./run user rights")],
    effect: Annotated[str, typer.Argument(help="allow, deny, or none: as the role says")] = "allow",
    scope: Annotated[str, typer.Option(help="own, group, department, project or all")] = "own",
    tenant: TenantOption = "",
) -> None:
    """Allow or deny a right beside the role. A denial wins over whatever allows."""
    _show(_do(do="grant", login=login, right=right, effect=effect, scope=scope, tenant=tenant), as_json=False)


@users.command("group")
def user_group(
    code: str,
    name: str,
    parent: Annotated[str, typer.Option(help="code of the group it belongs to")] = "",
    tenant: TenantOption = "",
) -> None:
    """Make a group; what it is granted, the groups below it have, too."""
    _do(do="group", code=code, name=name, parent=parent, tenant=tenant)
    Console(stderr=True).print(f"[green]✓[/green] the group {code} is there")


@users.command("roles")
def user_roles() -> None:
    """The shipped roles and what each may do."""
    from admin.role import ROLES, SCOPES

    table = Table("role", "", "on whose rows", "may", box=None)
    for name, role in ROLES.items():
        rights = "everything" if name in ("admin", "tenant_admin") else " ".join(sorted(role.rights))
        table.add_row(name, f"{role.name.zh} · {role.name.en}", SCOPES[role.scope].en, rights)
    Console().print(table)


@users.command("rights")
def user_rights() -> None:
    """Every right there is."""
    from admin.right import NAMES

    table = Table("right", "", box=None)
    for right, words in NAMES.items():
        table.add_row(right, f"{words.zh} · {words.en}")
    Console().print(table)


def _hashed(login: str) -> str:
    from admin.password import hashed

    if sys.stdin.isatty():
        return hashed(login, typer.prompt("password", hide_input=True, confirmation_prompt=True, err=True))
    return hashed(login, sys.stdin.readline().rstrip("\r\n"))


def _do(**words: Any) -> Any:
    from server.beside import do
    from server.user_desk import user

    return asyncio.run(do(load(), "user", user, **words))["users"]


def _show(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"users": found}, ensure_ascii=False, indent=1, default=str))
        return
    table = Table("login", "name", "role", "group", "state", "sessions", box=None)
    for one in found:
        role = f"{one['role']} {one['role_zh']}"
        table.add_row(one["login"], one["name"], role, one["group"], _state(one), str(one["sessions"]))
    Console().print(table)


def _state(one: dict[str, Any]) -> str:
    until = one["locked_until"]
    if one["state"] == "active" and until:
        return f"locked until {datetime.fromisoformat(str(until)).astimezone(BUSINESS):%H:%M}"
    return str(one["state"])
