"""Signing in and out (SPEC §2.1 `session`, S4-137, S4-138).

    signed = await sign_in(db, clock, Attempt(tenant, "li", password, ip, terminal))   # or Refused
    who = await db.read(find, signed.token, clock.now())                              # None: sign in again

The token is 256 bits and known to the browser alone: the database has its hash. A password is compared in a thread,
outside of any transaction, and takes as long for a login that does not exist.
"""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admin import password
from admin.lockout import FOR, MOST, Tries
from admin.models import SignIn, User
from calls.clock import Clock
from db import audit
from db.refusal import Code, Refused
from db.tenant import Tenant
from db.work import Database

IDLE = timedelta(minutes=30)  # without a sign of life a session ends
LONGEST = timedelta(hours=12)  # and in any case
SEEN_EVERY = timedelta(minutes=1)  # so often `last_seen` is written


@dataclass(frozen=True)
class Attempt:
    """Somebody at the door. terminal: what the browser says it is."""

    tenant: int
    login: str
    password: str
    ip: str
    terminal: str = ""


@dataclass(frozen=True)
class Signed:
    """token: for the cookie. csrf: what each change must carry beside it."""

    user_id: int
    token: str
    csrf: str


@dataclass(frozen=True)
class Known:
    """Whose session it is, and since when."""

    user: User
    csrf: str
    since: datetime


async def sign_in(db: Database, clock: Clock, attempt: Attempt) -> Signed:
    """A new session. E_PERM for a wrong login or password (which of them is not told), E_LOCKED after five, E_PERM for
    somebody disabled and for a suspended tenant, each only once the password was right."""
    kept = await db.read(_kept, attempt)
    right = await asyncio.to_thread(password.right, kept, attempt.password)
    better = None
    if right and kept is not None and password.outdated(kept):
        better = await asyncio.to_thread(password.again, attempt.password)
    outcome = await db.write(_enter, attempt, right, better, clock.now())
    if isinstance(outcome, Refused):  # returned, not raised: the count of failures is to be kept
        raise outcome
    return outcome


def find(session: Session, token: str, now: datetime) -> Known | None:
    """Who this is, if the session still lives. Does not prolong it: see `seen`."""
    row = session.get(SignIn, digest(token))
    if row is None or now >= row.expires_at or now - row.last_seen >= IDLE:
        return None
    user = session.get_one(User, row.user_id)
    tenant = session.get_one(Tenant, user.tenant_id)
    if user.state != "active" or tenant.state != "active":
        return None
    return Known(user, row.csrf, row.created_at)


def seen(session: Session, token: str, now: datetime) -> None:
    """A sign of life: the session goes on for another half hour."""
    row = session.get(SignIn, digest(token))
    if row is not None and now - row.last_seen >= SEEN_EVERY:
        row.last_seen = now


def sign_out(session: Session, token: str, now: datetime, ip: str | None = None) -> None:
    """The session is over; its token opens nothing any more."""
    row = session.get(SignIn, digest(token))
    if row is not None:
        user = session.get_one(User, row.user_id)
        session.delete(row)
        _note(session, user, "sign_out", now, ip)


def sweep(session: Session, now: datetime) -> int:
    """What the clock does: sessions that are over leave the table. How many."""
    gone = delete(SignIn).where((SignIn.expires_at <= now) | (SignIn.last_seen <= now - IDLE))
    return int(session.execute(gone.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _find(session: Session, attempt: Attempt, *, lock: bool = False) -> User | None:
    wanted = select(User).where(User.tenant_id == attempt.tenant, User.login == attempt.login.strip().lower())
    return session.scalar(wanted.with_for_update() if lock else wanted)


def _kept(session: Session, attempt: Attempt) -> str | None:
    user = _find(session, attempt)
    return user.pw_hash if user else None


def _enter(session: Session, attempt: Attempt, right: bool, better: str | None, now: datetime) -> Signed | Refused:
    user = _find(session, attempt, lock=True)
    if user is None:
        return _wrong()
    tries = Tries(user.failed, user.locked_until)
    if tries.locked(now):
        _note(session, user, "sign_in", now, attempt.ip, result="denied")
        return _locked(tries, now)
    if not right:
        tries = tries.wrong(now)
        user.failed, user.locked_until = tries.failed, tries.until
        _note(session, user, "sign_in", now, attempt.ip, result="denied")
        return _locked(tries, now) if tries.locked(now) else _wrong()
    if refused := _shut(session, user):
        _note(session, user, "sign_in", now, attempt.ip, result="denied")
        return refused
    user.failed, user.locked_until = 0, None
    user.pw_hash = better or user.pw_hash
    signed = Signed(user.id, secrets.token_urlsafe(32), secrets.token_urlsafe(24))
    session.add(
        SignIn(
            token_hash=digest(signed.token),
            user_id=user.id,
            csrf=signed.csrf,
            ip=attempt.ip,
            terminal=attempt.terminal[:200],
            created_at=now,
            last_seen=now,
            expires_at=now + LONGEST,
        )
    )
    _note(session, user, "sign_in", now, attempt.ip)
    return signed


def _shut(session: Session, user: User) -> Refused | None:
    if user.state != "active":
        return Refused(Code.PERM, "该操作员已被停用。", "This user has been disabled.")
    if session.get_one(Tenant, user.tenant_id).state != "active":
        return Refused(Code.PERM, "贵公司的服务已暂停。", "The service for your company is suspended.")
    return None


def _wrong() -> Refused:
    return Refused(Code.PERM, "登录名或密码不正确。", "The login or the password is not right.")


def _locked(tries: Tries, now: datetime) -> Refused:
    assert tries.until is not None
    minutes = max(1, -(-int((tries.until - now).total_seconds()) // 60))
    return Refused(
        Code.LOCKED,
        f"密码连续错误 {MOST} 次，已锁定，请 {minutes} 分钟后再试，或请管理员解锁。",
        f"Locked after {MOST} wrong passwords: try again in {minutes} minutes, or ask the administrator to unlock it.",
        minutes=minutes,
        locked_for=int(FOR.total_seconds()),
    )


def _note(session: Session, user: User, what: str, now: datetime, ip: str | None, *, result: str = "ok") -> None:
    audit.record(
        session,
        tenant=user.tenant_id,
        at=now,
        actor=user.login,
        action=what,
        entity="user_account",
        entity_id=user.id,
        result=result,
        ip=ip,
    )
