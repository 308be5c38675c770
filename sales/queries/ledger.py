"""The calls of a number, read from the ledger's tables by their names: the two packages do not know each other."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Integer, String, bindparam, column, select, table
from sqlalchemy.orm import Session

from db.base import Utc
from sales.queries.belonging import TENANT

CALL = table(
    "call",
    column("id", BigInteger),
    column("tenant_id", BigInteger),
    column("call_id", String),
    column("direction", String),
    column("caller_norm", String),
    column("customer_id", BigInteger),
    column("started", Utc),
    column("answered", Utc),
    column("ended", Utc),
    column("billsec", Integer),
    column("result", String),
    column("last_node", String),
)
CALL_LEG = table(
    "call_leg",
    column("id", BigInteger),
    column("tenant_id", BigInteger),
    column("call_id", String),
    column("role", String),
    column("number", String),
    column("answered", Utc),
    column("ended", Utc),
)


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call. result None: it is going on. seat: who answered; talk_s: how long they talked, whole seconds."""

    call_id: str
    direction: str
    started: datetime
    result: str | None
    billsec: int | None
    last_node: str
    seat: str | None
    talk_s: int


_LATEST = (
    select(CALL)
    .where(CALL.c.tenant_id == TENANT, CALL.c.caller_norm == bindparam("phone"))
    .order_by(CALL.c.started.desc())
    .limit(bindparam("most"))
    .subquery()
)
_CALLS = (
    select(_LATEST, CALL_LEG.c.number, CALL_LEG.c.answered.label("from_"), CALL_LEG.c.ended.label("to"))
    .outerjoin(
        CALL_LEG,
        (CALL_LEG.c.call_id == _LATEST.c.call_id) & (CALL_LEG.c.role != "caller") & CALL_LEG.c.answered.is_not(None),
    )
    .order_by(_LATEST.c.started.desc(), _LATEST.c.id.desc(), CALL_LEG.c.id)
)


def calls_of(session: Session, tenant: int, phone: str, most: int = 5) -> tuple[CallLine, ...]:
    """The latest calls from a number (E.164), newest first."""
    rows = session.execute(_CALLS, {"tenant": tenant, "phone": phone, "most": most})
    told: dict[str, CallLine] = {}
    for row in rows:
        talked = int((row.to - row.from_).total_seconds()) if row.from_ and row.to else 0
        before = told.get(row.call_id)
        told[row.call_id] = CallLine(
            call_id=row.call_id,
            direction=row.direction,
            started=row.started,
            result=row.result,
            billsec=row.billsec,
            last_node=row.last_node,
            seat=row.number or (before.seat if before else None),
            talk_s=talked + (before.talk_s if before else 0),
        )
    return tuple(told.values())
