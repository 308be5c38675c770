"""`./run mailbox`: who has a mailbox, its PIN, owners, quota, mail address, and what lies in it."""

import re
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.refusal import Code, Refused
from db.work import Database
from ivr.mailbox import pin as pins
from ivr.mailbox import queries, services
from ivr.mailbox.models import MailboxOwner, MailboxRow
from server import tenants
from server.beside import Words
from server.control import Answer

NUMBER = re.compile(r"\d{3,8}", re.ASCII)
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
KINDS = ("personal", "group")


async def mailbox(db: Database, words: Words) -> Answer:
    """{"do": "list"}, or "set" with number and any of kind, pin, quota, mail, distribute, owners (list); "tenant": a
    tenant's code.

    {"mailboxes": [{number, kind, owners, new, saved, quota, mail, distribute, pin (is there one?)}]}. Raises Refused.
    """
    if words.get("do") == "set":
        await db.write(_set, words)
    return {"mailboxes": await db.read(_list, words)}


def _set(session: Session, words: Words) -> None:
    tenant, number = tenants.meant(session, words).id, str(words["number"])
    if not NUMBER.fullmatch(number):
        raise _wrong("信箱号码须为3至8位数字。", "A mailbox has a number of 3 to 8 digits.")
    box = services.ensure(session, tenant, number)
    if (kind := words.get("kind")) is not None:
        if kind not in KINDS:
            raise _wrong("信箱类型须为 personal 或 group。", "A mailbox is personal or a group's.")
        box.kind = kind
    if (quota := words.get("quota")) is not None:
        if not 1 <= int(quota) <= 10_000:
            raise _wrong("信箱容量须为1至10000条。", "A mailbox keeps 1 to 10000 messages.")
        box.quota = int(quota)
    if (mail := words.get("mail")) is not None:
        if mail and not ADDRESS.fullmatch(mail):
            raise _wrong(f"“{mail}”不是邮件地址。", f"“{mail}” is no mail address.")
        box.mail = mail
    if (may := words.get("distribute")) is not None:
        box.may_distribute = bool(may)
    if (secret := words.get("pin")) is not None:
        box.pin = pins.sealed(_fit(str(secret), number))
    if (owners := words.get("owners")) is not None:
        _own(session, box, [str(owner) for owner in owners])


def _own(session: Session, box: MailboxRow, extensions: list[str]) -> None:
    if any(not NUMBER.fullmatch(extension) for extension in extensions):
        raise _wrong("信箱主人须为分机号码。", "The owners of a mailbox are extensions.")
    session.execute(delete(MailboxOwner).where(MailboxOwner.mailbox_id == box.id))
    for extension in dict.fromkeys(extensions):
        session.add(MailboxOwner(tenant_id=box.tenant_id, mailbox_id=box.id, extension=extension))


def _fit(secret: str, number: str) -> str:
    if not (secret.isascii() and secret.isdigit() and pins.LEAST <= len(secret) <= pins.MOST):
        raise _wrong(
            f"密码须为{pins.LEAST}至{pins.MOST}位数字。",
            f"A PIN has {pins.LEAST} to {pins.MOST} digits and nothing else.",
        )
    if pins.weak(secret, number):
        raise _wrong(
            "密码太容易被猜到，请换一个。",
            "That PIN would be guessed first: no single digit repeated, no run, not the number itself.",
        )
    return secret


def _list(session: Session, words: Words) -> list[dict[str, Any]]:
    tenant, found = tenants.meant(session, words).id, []
    for row in queries.boxes(session, tenant):
        owners = select(MailboxOwner.extension).where(MailboxOwner.mailbox_id == row.id)
        counts = queries.counts(session, tenant, row.number)
        found.append(
            {
                "number": row.number,
                "kind": row.kind,
                "owners": list(session.scalars(owners.order_by(MailboxOwner.extension))),
                "new": counts.new,
                "saved": counts.saved,
                "quota": row.quota,
                "mail": row.mail,
                "distribute": row.may_distribute,
                "pin": bool(row.pin),
            }
        )
    return found


def _wrong(zh: str, en: str) -> Refused:
    return Refused(Code.VALIDATION, zh, en)
