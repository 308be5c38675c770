"""`./run conference`: rooms are made here, and their PINs."""

from typing import Any

from sqlalchemy.orm import Session

from calls.clock import SystemClock
from conference import rooms
from conference.rooms import HOST
from db.refusal import Code, Refused
from db.work import Database
from ivr.board.pins import set_pin
from server import tenants
from server.beside import Words
from server.boards import be_digits
from server.control import Answer


async def conference(db: Database, words: Words) -> Answer:
    """{"do": "list"}; "add" with number, zh, en, pin, host_pin, most; "pin" with number, pin and/or host_pin; "delete"
    with number; "tenant": a tenant's code.

    {"rooms": [{number, name_zh, name_en, most, shut}]}. Raises Refused.
    """
    work = {"add": _add, "pin": _pin, "delete": _delete}.get(str(words.get("do")))
    if work is not None:
        await db.write(work, words)
    return {"rooms": await db.read(_list, words)}


def _add(session: Session, words: Words) -> None:
    tenant, number = tenants.meant(session, words).id, str(words["number"])
    names = {lang: str(words[lang]) for lang in ("zh", "en")}
    rooms.add(session, tenant, number, names, int(words.get("most") or rooms.MOST))
    _set_pins(session, tenant, number, str(words["pin"]), str(words["host_pin"]))


def _pin(session: Session, words: Words) -> None:
    tenant, number = tenants.meant(session, words).id, str(words["number"])
    rooms.must(session, tenant, number)
    _set_pins(session, tenant, number, str(words.get("pin") or ""), str(words.get("host_pin") or ""))


def _set_pins(session: Session, tenant: int, number: str, guest: str, host: str) -> None:
    """ "" = as it was. A conference's PIN is given to many people and changed often: it may be an easy one."""
    for pin in filter(None, (guest, host)):
        be_digits(pin)
    if guest and guest == host:
        raise Refused(
            Code.VALIDATION,
            "主持人密码须与参会密码不同。",
            "The host's PIN must be another one than that of the guests.",
        )
    for side, pin in (("", guest), (HOST, host)):
        if pin:
            set_pin(session, tenant, number + side, pin)


def _delete(session: Session, words: Words) -> None:
    rooms.delete(session, tenants.meant(session, words).id, str(words["number"]), SystemClock().now())


def _list(session: Session, words: Words) -> list[dict[str, Any]]:
    return [
        {"number": row.number, "name_zh": row.name_zh, "name_en": row.name_en, "most": row.most, "shut": row.is_shut}
        for row in rooms.of(session, tenants.meant(session, words).id)
    ]
