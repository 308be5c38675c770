"""`./run task`: what callers were promised, and what came of it."""

from typing import Any

from sqlalchemy.orm import Session

from admin.actor import Actor
from calls.clock import SystemClock
from db.work import Database
from sales import queries
from sales.services.acting import Acting
from sales.services.tasks import cancel, finish
from server import tenants
from server.beside import Words
from server.control import Answer

PAGE = 50


async def task(db: Database, words: Words) -> Answer:
    """{"do": "list", "all": also what is closed, "page": 1…}; "done" or "cancel" with id, result and by; "tenant": its
    code, "" = the house.

    {"tasks": [{id, kind, state, phone, customer, lang, asked, closed, result}]}: the page asked for, or the one that
    was closed. Raises Refused.
    """
    tenant = await db.read(lambda session: tenants.meant(session, words).id)
    if words.get("do") == "list":
        page = max(1, int(words.get("page", 1)))
        return {"tasks": await db.read(_list, tenant, bool(words.get("all")), page)}
    service = finish if words["do"] == "done" else cancel
    acting = Acting(Actor.of(str(words["by"]), "agent"), SystemClock().now, tenant=tenant)
    closed = await acting.does(db, service, int(words["id"]), str(words.get("result") or ""))
    return {"tasks": [_told(closed, None)]}


def _list(session: Session, tenant: int, all: bool, page: int) -> list[dict[str, Any]]:
    found = queries.tasks(session, tenant, open_only=not all, skip=PAGE * (page - 1), most=PAGE)
    return [_told(row, name) for row, name in found]


def _told(row: Any, customer: str | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind.value,
        "state": row.state.value,
        "phone": row.phone,
        "customer": customer,
        "lang": row.lang,
        "asked": row.opened_at,
        "closed": row.closed_at,
        "result": row.result,
    }
