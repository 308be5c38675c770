"""`./run seat` and `./run queue`: who may sit where, which queues they serve, how it stands."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from calls.clock import SystemClock
from cti_agent import seats
from cti_agent.models import QueueRow, SeatQueue, SeatRow
from cti_agent.pool import Strategy
from cti_agent.seat import SEAT, SeatEvent
from db.refusal import Code, Refused
from db.work import Database
from dialplan.models import ServiceRow
from ivr.board.pins import set_pin
from server import tenants
from server.beside import Words
from server.boards import be_digits
from server.control import Answer
from server.seats import DOOR, as_told

STRATEGIES = tuple(one.value for one in Strategy if one is not Strategy.RING_ALL)
LIMITS = {"most": (1, 1000), "ring_s": (5, 120), "overflow_s": (10, 3600), "wrapup_s": (0, 3600)}


async def seat(db: Database, words: Words) -> Answer:
    """{"do": "list"}; "add" with number, name, pin, queues, skills; "pin" with number and pin; "sign out" with number.

    {"seats": [{seat, name, phone, state, state_zh, reason, since, until, call, next, calls, queues}]}. Raises Refused.
    """
    work = {"add": _add_seat, "pin": _pin, "sign out": _sign_out}.get(str(words.get("do")))
    if work is not None:
        await db.write(work, words)
    return {"seats": await db.read(_seats, words)}


async def queue(db: Database, words: Words) -> Answer:
    """{"do": "list"}; "add" with code, zh, en, strategy, most, ring_s, overflow_s, wrapup_s, by_language and service,
    whose callers wait in it.

    {"queues": [{code, name_zh, name_en, strategy, most, ring_s, overflow_s, wrapup_s, services, ready, seats}]}.
    """
    if words.get("do") == "add":
        await db.write(_add_queue, words)
    return {"queues": await db.read(_queues, words)}


def _add_seat(session: Session, words: Words) -> None:
    tenant, number = tenants.meant(session, words).id, str(words["number"])
    if not (number.isdecimal() and 3 <= len(number) <= 8):
        raise Refused(
            Code.VALIDATION, "座席号码应为 3 到 8 位数字。", "A seat's number has 3 to 8 digits.", field="number"
        )
    row = session.scalar(select(SeatRow).where(SeatRow.tenant_id == tenant, SeatRow.number == number))
    if row is None:
        row = SeatRow(tenant_id=tenant, number=number, name="")
        session.add(row)
    row.name = str(words.get("name") or row.name)
    row.skills = sorted(set(map(str, words.get("skills") or [])))
    session.flush()
    if pin := str(words.get("pin") or ""):
        be_digits(pin)
        set_pin(session, tenant, DOOR + number, pin)
    seats.serve(session, row, [_find(session, tenant, str(code)) for code in words.get("queues") or []])


def _pin(session: Session, words: Words) -> None:
    tenant, number, pin = tenants.meant(session, words).id, str(words["number"]), str(words["pin"])
    seats.find(session, tenant, number)
    be_digits(pin)
    set_pin(session, tenant, DOOR + number, pin)


def _sign_out(session: Session, words: Words) -> None:
    """By a supervisor; a seat on the telephone finishes its call first."""
    row = seats.find(session, tenants.meant(session, words).id, str(words["number"]))
    seats.move(session, row.id, SeatEvent.SIGN_OUT, SystemClock().now())


def _add_queue(session: Session, words: Words) -> None:
    tenant, code = tenants.meant(session, words).id, str(words["code"]).strip()
    if not code or len(code) > 32:
        raise Refused(Code.VALIDATION, "请填写队列编号。", "A queue wants a code of up to 32 signs.", field="code")
    row = session.scalar(select(QueueRow).where(QueueRow.tenant_id == tenant, QueueRow.code == code))
    if row is None:
        row = QueueRow(tenant_id=tenant, code=code)
        session.add(row)
    row.name_zh = str(words.get("zh") or row.name_zh or code)
    row.name_en = str(words.get("en") or row.name_en or code)
    if strategy := str(words.get("strategy") or ""):
        if strategy not in STRATEGIES:
            names = ", ".join(STRATEGIES)
            raise Refused(
                Code.VALIDATION, f"分配方式应为：{names}。", f"The strategy is one of: {names}.", field="strategy"
            )
        row.strategy = strategy
    for name, (least, most) in LIMITS.items():
        if (given := words.get(name)) is not None:
            if not least <= int(given) <= most:
                zh, en = f"{name} 应在 {least} 到 {most} 之间。", f"{name} is {least} to {most}."
                raise Refused(Code.VALIDATION, zh, en, field=name)
            setattr(row, name, int(given))
    if (by_language := words.get("by_language")) is not None:
        row.by_language = bool(by_language)
    session.flush()
    if service := str(words.get("service") or ""):
        found = session.scalar(select(ServiceRow).where(ServiceRow.tenant_id == tenant, ServiceRow.code == service))
        if found is None:
            raise Refused(Code.NOT_FOUND, f"没有服务“{service}”。", f"There is no service “{service}”.")
        found.queue = code


def _find(session: Session, tenant: int, code: str) -> QueueRow:
    row = session.scalar(select(QueueRow).where(QueueRow.tenant_id == tenant, QueueRow.code == code))
    if row is None:
        raise Refused(Code.NOT_FOUND, f"没有队列“{code}”。", f"There is no queue “{code}”.", queue=code)
    return row


def _seats(session: Session, words: Words) -> list[dict[str, Any]]:
    tenant = tenants.meant(session, words).id
    names = {row.id: row.name for row in session.scalars(select(SeatRow).where(SeatRow.tenant_id == tenant))}
    codes = {row.id: row.code for row in session.scalars(select(QueueRow).where(QueueRow.tenant_id == tenant))}
    return [
        {
            **as_told(manned),
            "name": names[manned.key],
            "state_zh": SEAT.names[manned.seat.state].zh,
            "queues": [codes[key] for key in manned.queues],
        }
        for manned in seats.all_seats(session)
        if manned.tenant == tenant
    ]


def _queues(session: Session, words: Words) -> list[dict[str, Any]]:
    tenant = tenants.meant(session, words).id
    told = []
    for row in session.scalars(select(QueueRow).where(QueueRow.tenant_id == tenant).order_by(QueueRow.code)):
        states = session.scalars(
            select(SeatRow.state).join(SeatQueue, SeatQueue.seat_id == SeatRow.id).where(SeatQueue.queue_id == row.id)
        ).all()
        services = select(ServiceRow.code).where(ServiceRow.tenant_id == tenant, ServiceRow.queue == row.code)
        told.append(
            {
                "code": row.code, "name_zh": row.name_zh, "name_en": row.name_en, "strategy": row.strategy,
                "most": row.most, "ring_s": row.ring_s, "overflow_s": row.overflow_s, "wrapup_s": row.wrapup_s,
                "services": sorted(session.scalars(services)), "seats": len(states),
                "states": {state: states.count(state) for state in sorted(set(states))},
            }
        )  # fmt: skip
    return told
