"""`./run extension`: who has which extension, whom it may call, where its calls go."""

import re
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.refusal import Code, Refused
from db.work import Database
from dialplan import features
from dialplan.classes import OUTSIDE, Class, classify
from dialplan.extension import Level, internal
from dialplan.models import Extension, FollowMe
from server import tenants
from server.beside import Words
from server.control import Answer

KINDS = ("seat", "phone")
MOST_FOLLOW = 5
NUMBER = re.compile(r"8\d{3}", re.ASCII)


async def extension(db: Database, words: Words) -> Answer:
    """{"do": "list"}, or "set" with number and any of name, kind, permission, dnd, always, busy, no_answer, follow
    (list; [] = nobody); "tenant": a tenant's code.

    {"extensions": [{number, kind, name, permission, dnd, always, busy, no_answer, follow}]}. Raises Refused.
    """
    if words.get("do") == "set":
        await db.write(_set, words)
    return {"extensions": await db.read(_list, words)}


def _set(session: Session, words: Words) -> None:
    tenant, number = tenants.meant(session, words).id, str(words["number"])
    row = session.scalars(select(Extension).where(Extension.tenant_id == tenant, Extension.number == number)).first()
    if row is None:
        row = _new(session, tenant, number, words)
    if (name := words.get("name")) is not None:
        row.name = _name(str(name))
    if (kind := words.get("kind")) is not None:
        if kind not in KINDS:
            raise _wrong("分机类型须为 seat 或 phone。", "An extension is a seat or a phone.")
        row.kind = kind
    if (level := words.get("permission")) is not None:
        if int(level) not in tuple(Level):
            raise _wrong("外线权限须为0至4级。", "The level of calls outside is 0 to 4.")
        row.permission = int(level)
    changed = {name: words[name] for name in features.COLUMNS if words.get(name) is not None}
    for name, target in changed.items():
        if name != "dnd" and target:
            _inside(session, tenant, number, str(target))
    features.change(session, tenant, number, changed)
    if (follow := words.get("follow")) is not None:
        _follow(session, row, [str(each) for each in follow if each])


def _new(session: Session, tenant: int, number: str, words: Words) -> Extension:
    if not NUMBER.fullmatch(number):
        raise _wrong("分机号码须为8000至8999。", "An extension has a number from 8000 to 8999.")
    row = Extension(tenant_id=tenant, number=number, kind="phone", name=_name(str(words.get("name") or number)))
    session.add(row)
    session.flush()
    return row


def _name(name: str) -> str:
    if not (name.strip() and len(name) <= 64 and name.isprintable()):
        raise _wrong("名称须为1至64个字符。", "A name has 1 to 64 characters.")
    return name.strip()


def _inside(session: Session, tenant: int, number: str, target: str) -> None:
    """Calls are forwarded to another extension of the house, and never outside (toll fraud)."""
    there = select(Extension.id).where(
        Extension.tenant_id == tenant, Extension.number == target, Extension.kind.in_(KINDS)
    )
    if target == number or session.scalar(there) is None:
        raise _wrong(
            f"不能转接到“{target}”：须为本单位的另一分机。", f"Calls go to another extension, not to “{target}”."
        )


def _follow(session: Session, row: Extension, numbers: list[str]) -> None:
    if len(numbers) > MOST_FOLLOW:
        raise _wrong(f"最多{MOST_FOLLOW}个号码。", f"At most {MOST_FOLLOW} numbers are rung in turn.")
    for number in numbers:
        outside = number.startswith(OUTSIDE) and not internal(number)
        if outside and classify(number[1:]) in (Class.UNKNOWN, Class.INTERNAL):
            raise _wrong(f"“{number}”不是可拨打的外线号码。", f"“{number}” is no number that can be called outside.")
        if not outside:
            _inside(session, row.tenant_id, row.number, number)
    session.execute(delete(FollowMe).where(FollowMe.extension_id == row.id))
    for position, number in enumerate(dict.fromkeys(numbers), 1):
        session.add(FollowMe(tenant_id=row.tenant_id, extension_id=row.id, position=position, number=number))


def _list(session: Session, words: Words) -> list[dict[str, Any]]:
    tenant = tenants.meant(session, words).id
    rows = session.scalars(
        select(Extension).where(Extension.tenant_id == tenant, Extension.kind.in_(KINDS)).order_by(Extension.number)
    )
    return [
        {
            "number": row.number,
            "kind": row.kind,
            "name": row.name,
            "permission": row.permission,
            **{name: getattr(row, column) for name, column in features.COLUMNS.items()},
            "follow": list(
                session.scalars(
                    select(FollowMe.number).where(FollowMe.extension_id == row.id).order_by(FollowMe.position)
                )
            ),
        }
        for row in rows
    ]


def _wrong(zh: str, en: str) -> Refused:
    return Refused(Code.VALIDATION, zh, en)
