"""Signing in: the right person, once; brute force; tokens that open nothing any more."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from admin import password, sessions, users
from admin.models import SignIn, User
from admin.sessions import IDLE, LONGEST, Attempt, Signed
from admin.users import NewUser, Office
from db.audit import AuditLog
from db.refusal import Code, Refused
from db.tenant import HOME, Tenant
from db.work import Database
from tests.db.engines import NOON

SECRET = "海天-kfs-2026"


class Clock:
    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def house(db: Database) -> Database:
    def lay(session: object) -> None:
        office = Office(session, HOME, "test", NOON)  # type: ignore[arg-type]
        office.session.add(Tenant(id=HOME, code="home", name="home"))
        office.session.flush()
        users.add(office, NewUser("li", "李强", "agent"), password.hashed("li", SECRET))

    await db.write(lay)
    return db


def attempt(word: str = SECRET, login: str = "li") -> Attempt:
    return Attempt(HOME, login, word, "127.0.0.9", "a browser")


@contextmanager
def refused(code: Code) -> Iterator[pytest.ExceptionInfo[Refused]]:
    with pytest.raises(Refused) as why:
        yield why
    assert why.value.code is code


async def whose(house: Database, signed: Signed, clock: Clock) -> str | None:
    found = await house.read(sessions.find, signed.token, clock.now())
    return found.user.login if found else None


async def test_in_and_out(house: Database, clock: Clock) -> None:
    first = await sessions.sign_in(house, clock, attempt(login=" LI "))
    second = await sessions.sign_in(house, clock, attempt())
    assert first.token != second.token
    assert await whose(house, first, clock) == "li"
    assert await house.read(sessions.find, "x" + first.token, clock.now()) is None
    await house.write(sessions.sign_out, first.token, clock.now())
    assert await whose(house, first, clock) is None  # a token stolen before is worth nothing now
    assert await whose(house, second, clock) == "li"
    kept = await house.read(lambda s: [*s.scalars(select(SignIn.token_hash))])
    assert kept == [sessions.digest(second.token)]  # the token itself is nowhere


async def test_a_wrong_password_and_an_unknown_login_are_told_alike(house: Database, clock: Clock) -> None:
    with refused(Code.PERM) as wrong:
        await sessions.sign_in(house, clock, attempt("wrong-password"))
    with refused(Code.PERM) as unknown:
        await sessions.sign_in(house, clock, attempt(login="nobody"))
    assert str(wrong.value) == str(unknown.value)


async def test_five_wrong_ones_lock_the_right_one_too_until_an_hour_quarter_is_over(
    house: Database, clock: Clock
) -> None:
    for _ in range(4):
        with refused(Code.PERM):
            await sessions.sign_in(house, clock, attempt("wrong-password"))
    with refused(Code.LOCKED):
        await sessions.sign_in(house, clock, attempt("wrong-password"))
    clock.time += timedelta(minutes=14)
    with refused(Code.LOCKED) as why:
        await sessions.sign_in(house, clock, attempt())
    assert "请 1 分钟后再试" in why.value.zh
    clock.time += timedelta(minutes=1)
    assert await sessions.sign_in(house, clock, attempt())
    rows = select(AuditLog.result, func.count()).where(AuditLog.action == "sign_in").group_by(AuditLog.result)
    assert sorted(await house.read(lambda s: [tuple(row) for row in s.execute(rows)])) == [("denied", 6), ("ok", 1)]


async def test_many_at_once_get_no_more_than_five_guesses(house: Database, clock: Clock) -> None:
    """Brute force side by side: each wrong one is counted, and the right one among them comes too late."""
    guesses = [attempt(f"guess-number-{n}") for n in range(20)] + [attempt()]
    outcomes = [
        await asyncio.gather(
            *(sessions.sign_in(house, clock, one) for one in guesses[part : part + 7]), return_exceptions=True
        )
        for part in (0, 7, 14)
    ]
    told = [one for part in outcomes for one in part]
    assert all(isinstance(one, Refused) for one in told), told
    assert [one.code for one in told if isinstance(one, Refused)].count(Code.PERM) == 4
    assert await house.read(lambda s: s.scalars(select(User.failed)).one()) == 5


async def test_a_session_ends_by_idleness_by_age_and_is_swept(house: Database, clock: Clock) -> None:
    signed = await sessions.sign_in(house, clock, attempt())
    began = clock.time
    while clock.time + timedelta(minutes=29) < began + LONGEST:
        clock.time += timedelta(minutes=29)
        assert await whose(house, signed, clock) == "li"
        await house.write(sessions.seen, signed.token, clock.now())
    clock.time = began + LONGEST
    await house.write(sessions.seen, signed.token, clock.now())
    assert await whose(house, signed, clock) is None
    assert await house.write(sessions.sweep, clock.now()) == 1
    idle = await sessions.sign_in(house, clock, attempt())
    clock.time += IDLE
    assert await whose(house, idle, clock) is None


async def test_who_is_disabled_is_out_at_once_and_so_is_a_suspended_tenant(house: Database, clock: Clock) -> None:
    signed = await sessions.sign_in(house, clock, attempt())
    await house.write(lambda s: s.execute(update(Tenant).values(state="suspended")) and None)
    assert await whose(house, signed, clock) is None
    with refused(Code.PERM) as why:
        await sessions.sign_in(house, clock, attempt())
    assert why.value.zh == "贵公司的服务已暂停。"
    await house.write(lambda s: s.execute(update(Tenant).values(state="active")) and None)
    assert await whose(house, signed, clock) == "li"
    await house.write(lambda s: users.switch(Office(s, HOME, "test", clock.now()), "li", on=False) and None)
    assert await whose(house, signed, clock) is None
    with refused(Code.PERM):
        await sessions.sign_in(house, clock, attempt())


async def test_another_password_ends_every_session(house: Database, clock: Clock) -> None:
    signed = await sessions.sign_in(house, clock, attempt())
    other = password.hashed("li", "another-one-7")
    await house.write(lambda s: users.set_password(Office(s, HOME, "test", clock.now()), "li", other) and None)
    assert await whose(house, signed, clock) is None
    with refused(Code.PERM):
        await sessions.sign_in(house, clock, attempt())
    assert await sessions.sign_in(house, clock, attempt("another-one-7"))


async def test_a_password_kept_too_cheaply_is_kept_better_from_the_next_time_on(house: Database, clock: Clock) -> None:
    from argon2 import PasswordHasher

    cheap = PasswordHasher(memory_cost=64, time_cost=1).hash(SECRET)
    await house.write(lambda s: s.execute(update(User).values(pw_hash=cheap)) and None)
    await sessions.sign_in(house, clock, attempt())
    kept = await house.read(lambda s: s.scalars(select(User.pw_hash)).one())
    assert kept != cheap
    assert not password.outdated(kept)
    assert await sessions.sign_in(house, clock, attempt())
