"""Passwords: what is accepted, and how they are kept (argon2id, never the password)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from db.refusal import Code, Refused

LEAST, MOST = 10, 128
COMMON = frozenset({"password12", "password123", "1234567890", "0123456789", "qwertyuiop", "1q2w3e4r5t", "loupan1234"})
_HASHER = PasswordHasher()  # the library's own cost: 64 MB, about 50 ms
_NOBODYS = _HASHER.hash("nobody has this password")


def hashed(login: str, password: str) -> str:
    """As it is kept. E_VALIDATION for one that is too easy. Takes about 50 ms: not on the event loop."""
    zh, en = "", ""
    if not LEAST <= len(password) <= MOST:
        zh, en = f"密码应为 {LEAST} 到 {MOST} 个字符", f"A password has {LEAST} to {MOST} characters"
    elif len(set(password)) < 4 or password.lower() in COMMON:
        zh, en = "密码过于简单", "This password is too easy to guess"
    elif login and login.lower() in password.lower():
        zh, en = "密码不能包含登录名", "A password must not contain the login"
    if zh:
        raise Refused(Code.VALIDATION, f"{zh}。", f"{en}.", field="password")
    return _HASHER.hash(password)


def again(password: str) -> str:
    """One that was right, kept at today's cost."""
    return _HASHER.hash(password)


def right(kept: str | None, password: str) -> bool:
    """Is it this one? Without anything kept (no such login) it takes as long as with."""
    try:
        return _HASHER.verify(kept or _NOBODYS, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Kept at a lower cost than today's."""
    return _HASHER.check_needs_rehash(kept)
