"""Users on both engines: made, changed, granted, disabled; what is done is in the audit."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin import users
from admin.grant import Granted
from admin.models import User, UserGroup
from admin.right import Right
from admin.role import Scope
from admin.users import NewUser, Office
from db import audit
from db.audit import AuditLog
from db.refusal import Code, Refused
from db.tenant import HOME, Tenant
from db.work import Database
from tests.db.engines import NOON

LI = NewUser("Li.Qiang", "李强", "agent")
HASH = "$argon2id$not-a-real-one"


@pytest.fixture
async def house(db: Database) -> Database:
    await db.write(lambda s: s.add_all([Tenant(id=HOME, code="home", name="home"), Tenant(id=2, code="b", name="b")]))
    await at(db, lambda office: users.add(office, NewUser("root", "管理员", "admin"), HASH))
    return db


async def at(db: Database, work: Callable[[Office], object], tenant: int = HOME) -> None:
    await db.write(lambda session: work(Office(session, tenant, "root", NOON)) and None)


async def refused(db: Database, code: Code, work: Callable[[Office], object]) -> str:
    with pytest.raises(Refused) as why:
        await at(db, work)
    assert why.value.code is code
    return why.value.zh


async def test_a_login_is_one_persons_in_one_tenant(house: Database) -> None:
    await at(house, lambda office: users.add(office, LI, HASH))
    assert "li.qiang" in await refused(house, Code.DUPLICATE, lambda office: users.add(office, LI, HASH))
    await at(house, lambda office: users.add(office, LI, HASH), tenant=2)  # another company's Li Qiang


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewUser("x", "X", "agent"), Code.VALIDATION),
        (NewUser("两个字", "X", "agent"), Code.VALIDATION),
        (NewUser("ok", "  ", "agent"), Code.VALIDATION),
        (NewUser("ok", "X", "king"), Code.VALIDATION),
        (NewUser("ok", "X", "agent", group="none"), Code.NOT_FOUND),
        (NewUser("ok", "X", "agent", lang="de"), Code.VALIDATION),
    ],
)
async def test_what_is_no_user(house: Database, new: NewUser, code: Code) -> None:
    await refused(house, code, lambda office: users.add(office, new, HASH))


async def test_grants_come_down_from_the_groups_above(house: Database) -> None:
    """Centre → team: the centre may play recordings, the team may not see reports; Li is in the team."""

    def lay(office: Office) -> None:
        users.add_group(office, "centre", "中心")
        users.add_group(office, "team", "一组", "centre")
        users.add(office, NewUser("sun", "孙", "supervisor", group="team"), HASH)
        users.grant(office, "sun", Granted(Right.AUDIT, scope=Scope.ALL), Right.AUDIT)
        users.grant(office, "sun", Granted(Right.REPORTS, allow=False), Right.REPORTS)

    await at(house, lay)

    def held(session: Session) -> tuple[frozenset[Right], Scope]:
        actor = users.actor(session, users.must(session, HOME, "sun"))
        return actor.rights, actor.scope

    rights, scope = await house.read(held)
    assert Right.AUDIT in rights
    assert Right.REPORTS not in rights
    assert scope is Scope.ALL
    await at(house, lambda office: users.grant(office, "sun", None, Right.REPORTS))
    assert Right.REPORTS in (await house.read(held))[0]

    def ring(session: Session) -> int:  # somebody has made a ring of the groups
        centre, team = session.scalars(select(UserGroup).order_by(UserGroup.id))
        centre.parent_id = team.id
        session.flush()
        return len(list(users.line(session, team.id)))

    assert await house.write(ring) == 2


async def test_the_last_administrator_stays(house: Database) -> None:
    await refused(house, Code.STATE, lambda office: users.switch(office, "root", on=False))
    await refused(house, Code.STATE, lambda office: users.change_role(office, "root", "agent"))
    await at(house, lambda office: users.add(office, NewUser("second", "二", "admin"), HASH))
    await at(house, lambda office: users.switch(office, "root", on=False))
    assert await house.read(lambda s: users.must(s, HOME, "root").state) == "disabled"


async def test_the_audit_tells_who_did_what_and_no_password(house: Database) -> None:
    await at(house, lambda office: users.add(office, LI, HASH))
    await at(house, lambda office: users.change_role(office, "li.qiang", "supervisor"))
    await at(house, lambda office: users.set_password(office, "li.qiang", HASH + "2"))

    def told(session: Session) -> list[tuple[Any, ...]]:
        key = session.scalars(select(User.id).where(User.login == "li.qiang")).one()
        rows = session.scalars(
            select(AuditLog).where(AuditLog.entity == "user_account", AuditLog.entity_id == key).order_by(AuditLog.id)
        )
        return [(row.actor, row.action, row.before, row.after) for row in rows]

    rows = await house.read(told)
    assert rows == [
        ("root", "user_add", None, {"login": "li.qiang", "role": "agent"}),
        ("root", "user_role", {"role": "agent"}, {"role": "supervisor"}),
        ("root", "user_password", None, None),
    ]
    assert HASH not in str(rows)
    assert await house.read(audit.verify, HOME) is None
