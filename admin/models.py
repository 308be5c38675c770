"""Users 操作员, their groups, grants and sessions (SPEC §2.1)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from admin.role import ROLES, Scope
from db.base import Base, Row

_ROLES = ", ".join(f"'{name}'" for name in sorted(ROLES))
_SCOPES = ", ".join(f"'{scope}'" for scope in Scope)


class UserGroup(Row, Base):
    """A group 操作员组; what a group is granted, those below it have, too."""

    __tablename__ = "user_group"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    code: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("user_group.id"), index=True)


class User(Row, Base):
    """Somebody who signs in. employee_no: of the salesperson this is, if it is one. failed, locked_until: see
    `admin.lockout`. prefs: how this person has set up the pages."""

    __tablename__ = "user_account"
    __table_args__ = (
        UniqueConstraint("tenant_id", "login"),
        UniqueConstraint("tenant_id", "employee_no"),
        CheckConstraint("state IN ('active', 'disabled')", name="state"),
        CheckConstraint("lang IN ('zh', 'en')", name="lang"),
        CheckConstraint(f"role IN ({_ROLES})", name="role"),
    )

    login: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(16))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("user_group.id"), index=True)
    employee_no: Mapped[str | None] = mapped_column(String(32))
    lang: Mapped[str] = mapped_column(String(2), default="zh")
    state: Mapped[str] = mapped_column(String(16), default="active")
    pw_hash: Mapped[str] = mapped_column(String(160))
    pw_changed_at: Mapped[datetime]
    failed: Mapped[int] = mapped_column(Integer, default=0)
    locked_until: Mapped[datetime | None]
    prefs: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Grant(Row, Base):
    """A right allowed or denied, to a person or to a group, beside what the role gives."""

    __tablename__ = "user_grant"
    __table_args__ = (
        UniqueConstraint("user_id", "permission"),
        UniqueConstraint("group_id", "permission"),
        CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name="subject"),
        CheckConstraint("effect IN ('allow', 'deny')", name="effect"),
        CheckConstraint(f"scope IN ({_SCOPES})", name="scope"),
    )

    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("user_group.id"))
    right: Mapped[str] = mapped_column("permission", String(32))
    effect: Mapped[str] = mapped_column(String(8))
    scope: Mapped[str] = mapped_column(String(16), default=Scope.OWN)
    masked: Mapped[list[Any]] = mapped_column(default=list)


class SignIn(Base):
    """A session: who is signed in, from where. The token itself is only in the browser."""

    __tablename__ = "user_session"
    __table_args__ = (Index(None, "user_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    csrf: Mapped[str] = mapped_column(String(64))
    ip: Mapped[str] = mapped_column(String(45))
    terminal: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    last_seen: Mapped[datetime]
    expires_at: Mapped[datetime]
