"""The users of a house: made, changed, locked, given a new password. Each is a unit of work; who does it is checked by
whoever calls (`Right.USERS`), what was done is in the audit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admin.actor import Actor
from admin.grant import Granted, Powers, settle
from admin.models import Grant, SignIn, User, UserGroup
from admin.right import Right
from admin.role import ROLES, Field, Scope
from db import audit
from db.refusal import Code, Refused

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")


@dataclass(frozen=True)
class Office:
    """One unit of work on the users of a tenant. by: who does it, as it stands in the audit."""

    session: Session
    tenant: int
    by: str
    now: datetime
    ip: str | None = None

    def note(self, action: str, user: User, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
        audit.record(
            self.session,
            tenant=self.tenant,
            at=self.now,
            actor=self.by,
            action=action,
            entity="user_account",
            entity_id=user.id,
            before=before,
            after=after,
            ip=self.ip,
        )


@dataclass(frozen=True)
class NewUser:
    """login: letters, digits, dot, dash, as it is typed; role: of `admin.role.ROLES`; group: a group's code, or ""."""

    login: str
    name: str
    role: str
    group: str = ""
    employee_no: str = ""
    lang: str = "zh"


def add(office: Office, new: NewUser, pw_hash: str) -> User:
    """pw_hash: as `admin.password.hashed` gives it. E_VALIDATION, E_NOT_FOUND, E_DUPLICATE."""
    login = new.login.strip().lower()
    if not LOGIN.fullmatch(login):
        raise _invalid(
            "登录名应为 2 到 32 个小写字母、数字、点或横线",
            "A login has 2 to 32 letters, digits, dots or dashes",
            "login",
        )
    if not new.name.strip():
        raise _invalid("请填写姓名", "A name is wanted", "name")
    if new.lang not in ("zh", "en"):
        raise _invalid("语言应为 zh 或 en", "The language is zh or en", "lang")
    _role(new.role)
    if office.session.scalar(select(User.id).where(User.tenant_id == office.tenant, User.login == login)):
        raise Refused(Code.DUPLICATE, f"登录名“{login}”已被使用。", f"The login “{login}” is taken.", field="login")
    user = User(
        tenant_id=office.tenant,
        created_by=office.by,
        login=login,
        name=new.name.strip(),
        role=new.role,
        group_id=_group(office, new.group),
        employee_no=new.employee_no or None,
        lang=new.lang,
        pw_hash=pw_hash,
        pw_changed_at=office.now,
    )
    office.session.add(user)
    office.session.flush()
    office.note("user_add", user, None, {"login": login, "role": new.role})
    return user


def change_role(office: Office, login: str, role: str) -> User:
    """Another role; the sessions go on with the new rights from the next click. E_NOT_FOUND, E_VALIDATION, E_STATE."""
    _role(role)
    user = must(office.session, office.tenant, login)
    if role != "admin":
        _not_the_last(office, user)
    before, user.role = user.role, role
    office.note("user_role", user, {"role": before}, {"role": role})
    return user


def set_password(office: Office, login: str, pw_hash: str) -> User:
    """Another password: a lock is lifted, and every session of this user ends. E_NOT_FOUND."""
    user = must(office.session, office.tenant, login)
    user.pw_hash, user.pw_changed_at = pw_hash, office.now
    user.failed, user.locked_until = 0, None
    sign_out_everywhere(office.session, user)
    office.note("user_password", user, None, None)
    return user


def unlock(office: Office, login: str) -> User:
    """After five wrong passwords: may try again at once. E_NOT_FOUND."""
    user = must(office.session, office.tenant, login)
    before = {"failed": user.failed}
    user.failed, user.locked_until = 0, None
    office.note("user_unlock", user, before, {"failed": 0})
    return user


def switch(office: Office, login: str, *, on: bool) -> User:
    """Disabled: every session ends, and nobody signs in with it; nothing is deleted. E_NOT_FOUND, E_STATE."""
    user = must(office.session, office.tenant, login)
    if not on:
        _not_the_last(office, user)
    before, user.state = user.state, "active" if on else "disabled"
    if not on:
        sign_out_everywhere(office.session, user)
    office.note("user_state", user, {"state": before}, {"state": user.state})
    return user


def grant(office: Office, login: str, given: Granted | None, right: Right) -> None:
    """Allow or deny a right beside the role; None takes the line back. E_NOT_FOUND."""
    user = must(office.session, office.tenant, login)
    row = office.session.scalar(select(Grant).where(Grant.user_id == user.id, Grant.right == right))
    before = {"right": right.value, "effect": row.effect} if row else None
    if given is None:
        if row is not None:
            office.session.delete(row)
    else:
        if row is None:
            row = Grant(tenant_id=office.tenant, created_by=office.by, user_id=user.id, right=right)
            office.session.add(row)
        row.effect = "allow" if given.allow else "deny"
        row.scope, row.masked = given.scope.value, sorted(given.masked)
    office.note("user_grant", user, before, {"right": right.value, "effect": row.effect if row and given else None})


def add_group(office: Office, code: str, name: str, parent: str = "") -> UserGroup:
    """E_DUPLICATE, E_NOT_FOUND, E_VALIDATION."""
    if not code or len(code) > 16 or not name.strip():
        raise _invalid("请填写组的编号和名称", "A group wants a code (up to 16 signs) and a name", "code")
    if office.session.scalar(select(UserGroup.id).where(UserGroup.tenant_id == office.tenant, UserGroup.code == code)):
        raise Refused(Code.DUPLICATE, f"组“{code}”已存在。", f"There is a group “{code}” already.", field="code")
    row = UserGroup(
        tenant_id=office.tenant, created_by=office.by, code=code, name=name.strip(), parent_id=_group(office, parent)
    )
    office.session.add(row)
    office.session.flush()
    return row


def must(session: Session, tenant: int, login: str) -> User:
    user = session.scalar(select(User).where(User.tenant_id == tenant, User.login == login.strip().lower()))
    if user is None:
        raise Refused(Code.NOT_FOUND, f"没有操作员“{login}”。", f"There is no user “{login}”.", login=login)
    return user


def powers(session: Session, user: User) -> Powers:
    """What this person may: the role, the person's own grants, those of the group and of all above it."""
    groups = [group.id for group in line(session, user.group_id)]
    rows = session.scalars(select(Grant).where((Grant.user_id == user.id) | Grant.group_id.in_(groups)))
    return settle(ROLES[user.role], (_granted(row) for row in rows))


def actor(session: Session, user: User, seller: int | None = None, group: int | None = None) -> Actor:
    """Who acts when this person does. seller, group: of the salesperson this is, if it is one."""
    held = powers(session, user)
    return Actor(user.login, held.rights, user.role, seller, group, held.widest, held.masked)


def line(session: Session, group: int | None) -> Iterator[UserGroup]:
    """A group and those above it, each once, even where somebody has made a ring of them."""
    seen: set[int] = set()
    while group is not None and group not in seen:
        seen.add(group)
        row = session.get_one(UserGroup, group)
        yield row
        group = row.parent_id


def sign_out_everywhere(session: Session, user: User) -> None:
    session.execute(delete(SignIn).where(SignIn.user_id == user.id))


def _not_the_last(office: Office, user: User) -> None:
    wanted = select(User.id).where(User.tenant_id == office.tenant, User.role == "admin", User.state == "active")
    if list(office.session.scalars(wanted)) == [user.id]:
        raise Refused(Code.STATE, "必须保留至少一个管理员。", "One administrator at least must remain.")


def _granted(row: Grant) -> Granted:
    masked = frozenset(Field(name) for name in row.masked)
    return Granted(Right(row.right), row.effect == "allow", Scope(row.scope), masked)


def _group(office: Office, code: str) -> int | None:
    if not code:
        return None
    wanted = select(UserGroup.id).where(UserGroup.tenant_id == office.tenant, UserGroup.code == code)
    found = office.session.scalar(wanted)
    if found is None:
        raise Refused(Code.NOT_FOUND, f"没有操作员组“{code}”。", f"There is no group “{code}”.", field="group")
    return found


def _role(role: str) -> None:
    if role not in ROLES:
        names = ", ".join(sorted(ROLES))
        raise _invalid(f"没有角色“{role}”，可选：{names}", f"There is no role “{role}”; there are: {names}", "role")


def _invalid(zh: str, en: str, where: str) -> Refused:
    return Refused(Code.VALIDATION, f"{zh}。", f"{en}.", field=where)
