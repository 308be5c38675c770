"""`./run feature`: functions of the spoken menus switched on and off for a tenant."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from calls.clock import SystemClock
from db import audit
from db.refusal import Code, Refused
from db.work import Database
from dialplan.functions import FUNCTIONS, off
from ivr import files, queries
from ivr.check import parse
from ivr.steps import satisfaction
from server import tenants
from server.beside import Words
from server.control import Answer


async def feature(db: Database, words: Words) -> Answer:
    """{"do": "list" | "on" | "off", "name": a function, "tenant": its code, "" = the house, "by": who}.

    {"features": [{name, zh, en, on, offered}]}; offered: a menu of a flow in force has it. Raises Refused.
    """
    if words.get("do") in ("on", "off"):
        await db.write(_switch, words)
    return {"features": await db.read(_list, words)}


def _switch(session: Session, words: Words) -> None:
    name, on = str(words["name"]), words["do"] == "on"
    if name not in FUNCTIONS:
        raise Refused(
            Code.NOT_FOUND,
            f"没有功能“{name}”，可用：{'、'.join(FUNCTIONS)}。",
            f"There is no function “{name}”; there are: {', '.join(FUNCTIONS)}.",
        )
    tenant = tenants.meant(session, words)
    before = dict(tenant.feature_switches)
    tenant.feature_switches = {**before, name: on}
    audit.record(
        session,
        tenant=tenant.id,
        at=SystemClock().now(),
        actor=str(words["by"]),
        action="tenant.feature",
        entity="tenant",
        entity_id=tenant.id,
        before=before,
        after=tenant.feature_switches,
    )


def _list(session: Session, words: Words) -> list[dict[str, Any]]:
    switched_off, offered = off(tenants.meant(session, words).feature_switches), set(_offered(session))
    return [
        {"name": name, **told, "on": name not in switched_off, "offered": name in offered}
        for name, told in FUNCTIONS.items()
    ]


def _offered(session: Session) -> Iterator[str]:
    """The functions that some menu of a flow in force has an enabled key for, or that are a step of their own."""
    documents = [queries.document(session, last.name, last.version) for last in queries.in_force(session).values()]
    for document in documents or [parse(file.read_text())[0] for file in files.SHIPPED.glob("*.json")]:
        for box in (document or {}).get("steps", {}).values():
            if box.get("kind") == satisfaction.FUNCTION:
                yield satisfaction.FUNCTION
            for option in box.get("options", {}).values():
                if option.get("enabled", True) and "feature" in option:
                    yield option["feature"]
