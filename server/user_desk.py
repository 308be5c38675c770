"""`./run user`: who may sign in, with which role."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin import users
from admin.grant import Granted
from admin.lockout import Tries
from admin.models import SignIn, User, UserGroup
from admin.right import Right
from admin.role import ROLES, Scope
from admin.users import NewUser, Office
from calls.clock import SystemClock
from db.refusal import Code, Refused
from db.work import Database
from server import tenants
from server.beside import Words
from server.control import Answer


async def user(db: Database, words: Words) -> Answer:
    """{"do": "list"}; "add" with login, name, role, group, employee_no, lang and pw_hash; "role", "password" (pw_hash),
    "unlock", "disable", "enable", "grant" (right, effect, scope) with login; "group" with code, name, parent.
    "tenant": a tenant's code. Passwords come hashed: no password is ever sent.

    {"users": [{login, name, role, group, state, lang, locked_until, sessions}]}. Raises Refused.
    """
    work = _WORK.get(str(words.get("do")))
    if work is not None:
        await db.write(_at, work, words)
    return {"users": await db.read(_list, words)}


def _at(session: Session, work: Any, words: Words) -> None:
    now = SystemClock().now()
    work(Office(session, tenants.meant(session, words).id, str(words.get("by") or "owner"), now), words)


def _add(office: Office, words: Words) -> None:
    told = {name: str(words.get(name) or "") for name in ("login", "name", "role", "group", "employee_no")}
    users.add(office, NewUser(**told, lang=str(words.get("lang") or "zh")), str(words["pw_hash"]))


def _grant(office: Office, words: Words) -> None:
    name, effect = str(words["right"]), str(words["effect"])
    if name not in list(Right):
        raise Refused(Code.NOT_FOUND, f"没有权限“{name}”。", f"There is no right “{name}”.", field="right")
    if effect not in ("allow", "deny", "none"):
        raise Refused(Code.VALIDATION, "应为 allow、deny 或 none。", "It is allow, deny or none.", field="effect")
    scope = str(words.get("scope") or Scope.OWN)
    if scope not in list(Scope):
        raise Refused(Code.VALIDATION, f"没有范围“{scope}”。", f"There is no scope “{scope}”.", field="scope")
    right = Right(name)
    given = None if effect == "none" else Granted(right, effect == "allow", Scope(scope))
    users.grant(office, str(words["login"]), given, right)


_WORK = {
    "add": _add,
    "role": lambda office, words: users.change_role(office, str(words["login"]), str(words["role"])),
    "password": lambda office, words: users.set_password(office, str(words["login"]), str(words["pw_hash"])),
    "unlock": lambda office, words: users.unlock(office, str(words["login"])),
    "disable": lambda office, words: users.switch(office, str(words["login"]), on=False),
    "enable": lambda office, words: users.switch(office, str(words["login"]), on=True),
    "grant": _grant,
    "group": lambda office, words: users.add_group(
        office, str(words["code"]), str(words["name"]), str(words.get("parent") or "")
    ),
}


def _list(session: Session, words: Words) -> list[dict[str, Any]]:
    tenant, now = tenants.meant(session, words).id, SystemClock().now()
    open_now = select(SignIn.user_id, func.count().label("many")).group_by(SignIn.user_id).subquery()
    found = session.execute(
        select(User, UserGroup.code, open_now.c.many)
        .outerjoin(UserGroup, UserGroup.id == User.group_id)
        .outerjoin(open_now, open_now.c.user_id == User.id)
        .where(User.tenant_id == tenant)
        .order_by(User.login)
    )
    return [
        {
            "login": one.login,
            "name": one.name,
            "role": one.role,
            "role_zh": ROLES[one.role].name.zh,
            "group": group or "",
            "state": one.state,
            "lang": one.lang,
            "locked_until": one.locked_until if Tries(one.failed, one.locked_until).locked(now) else None,
            "sessions": many or 0,
        }
        for one, group, many in found
    ]
