"""`./run staffing`: the seats a queue needs, from the calls that waited in it and how long its seats had with them."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from billing.models import CallEvent
from calls.clock import BUSINESS, SystemClock
from calls.facts import QueueEntered
from cti_agent.models import QueueRow, SeatLog, SeatQueue
from cti_agent.seat import SeatState
from cti_agent.staffing import Target, plan
from db.refusal import Code, Refused
from db.work import Database
from server import tenants
from server.beside import Words
from server.control import Answer

BUSY = (SeatState.TALKING, SeatState.WRAPUP)


async def staffing(db: Database, words: Words) -> Answer:
    """queue; days (28), share (0.8), seconds (20), handling (as measured).

    {"queue", "days", "calls", "handling", "slots": [{at, calls, seats, share, occupancy}]}. Raises Refused.
    """
    return await db.read(_staffing, words)


def _staffing(session: Session, words: Words) -> Answer:
    tenant, code = tenants.meant(session, words).id, str(words["queue"])
    queue = session.scalar(select(QueueRow).where(QueueRow.tenant_id == tenant, QueueRow.code == code))
    if queue is None:
        raise Refused(Code.NOT_FOUND, f"没有队列“{code}”。", f"There is no queue “{code}”.", queue=code)
    days, share = int(words.get("days") or 28), float(words.get("share") or 0.8)
    if not (1 <= days <= 3660 and 0 < share < 1):
        raise Refused(
            Code.VALIDATION,
            "天数应为 1 到 3660，比例应在 0 和 1 之间。",
            "Days are 1 to 3660, a share is between 0 and 1.",
        )
    since = SystemClock().now() - timedelta(days=days)
    arrivals = _arrivals(session, tenant, code, since)
    handling = float(words.get("handling") or 0) or _handling(session, queue.id, since)
    if not arrivals or not handling:
        raise Refused(
            Code.NOT_FOUND,
            f"最近 {days} 天队列“{code}”没有足够的通话记录；可用 --handling 指定平均处理时长。",
            f"In the last {days} days there are too few calls of the queue “{code}”; --handling tells the mean time.",
        )
    slots = plan(arrivals, days, handling, Target(share, float(words.get("seconds") or 20)))
    return {
        "queue": code,
        "days": days,
        "calls": len(arrivals),
        "handling": round(handling, 1),
        "slots": [asdict(slot) for slot in slots],
    }


def _arrivals(session: Session, tenant: int, code: str, since: datetime) -> list[datetime]:
    rows = session.execute(
        select(CallEvent.ts, CallEvent.data).where(
            CallEvent.tenant_id == tenant, CallEvent.kind == QueueEntered.kind, CallEvent.ts >= since
        )
    )
    return [ts.astimezone(BUSINESS) for ts, data in rows if data["queue"] == code]


def _handling(session: Session, queue: int, since: datetime) -> float:
    """Mean seconds of talk and wrap-up for each call that its seats have finished; 0: there was none."""
    rows: list[Any] = list(
        session.execute(
            select(SeatLog.call, SeatLog.began, SeatLog.ended)
            .join(SeatQueue, SeatQueue.seat_id == SeatLog.seat_id)
            .where(
                SeatQueue.queue_id == queue,
                SeatLog.began >= since,
                SeatLog.ended.is_not(None),
                SeatLog.state.in_([state.value for state in BUSY]),
                func.length(SeatLog.call) > 0,
            )
        )
    )
    calls = {call for call, _, _ in rows}
    return sum((ended - began).total_seconds() for _, began, ended in rows) / len(calls) if calls else 0.0
