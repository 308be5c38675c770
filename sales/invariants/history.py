"""Invariant 8: how every room came to its state is written down, and nobody has changed what was written."""

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from db import audit
from db.audit import AuditLog
from db.tenant import Tenant as House
from sales.invariants.invariant import Offence, Tenant, of
from sales.models import Room, RoomStateLog
from sales.states.room import RoomState


def told(session: Session, tenant: Tenant) -> Iterator[Offence]:
    yield from _ends(session, tenant)
    yield from _gaps(session, tenant)
    yield from _silent(session, tenant)
    for house in session.scalars(select(House.id).where(tenant is None or House.id == tenant).order_by(House.id)):  # type: ignore[arg-type]
        if broken := audit.verify(session, house):
            yield Offence(
                "audit_log",
                broken.id or 0,
                f"租户{house}的审计链在第{broken.position}条断开",
                f"the audit's chain of tenant {house} is broken at {broken.position}: {broken.why}",
            )


def _ends(session: Session, tenant: Tenant) -> Iterator[Offence]:
    last = select(RoomStateLog.room_id, func.max(RoomStateLog.id).label("id")).group_by(RoomStateLog.room_id).subquery()
    rows = session.execute(
        select(Room.id, Room.room_code, Room.state, RoomStateLog.to_state)
        .outerjoin(last, last.c.room_id == Room.id)
        .outerjoin(RoomStateLog, RoomStateLog.id == last.c.id)
        .where(
            of(Room, tenant),
            or_(
                RoomStateLog.to_state != Room.state,
                and_(RoomStateLog.id.is_(None), Room.state != RoomState.NOT_RELEASED),
            ),
        )
        .order_by(Room.id)
    )
    for key, code, state, logged in rows:
        yield Offence(
            "room",
            key,
            f"房间{code}为{state}，日志最后一条为{logged or '无'}",
            f"room {code} is {state}, the last that was logged is {logged or 'nothing'}",
        )


def _gaps(session: Session, tenant: Tenant) -> Iterator[Offence]:
    before = func.lag(RoomStateLog.to_state).over(partition_by=RoomStateLog.room_id, order_by=RoomStateLog.id)
    steps = (
        select(RoomStateLog.id, RoomStateLog.from_state, before.label("before"))
        .where(of(RoomStateLog, tenant))
        .subquery()
    )
    rows = session.execute(select(steps).where(steps.c.before != steps.c.from_state).order_by(steps.c.id))
    for key, from_, to in rows:
        yield Offence(
            "room_state_log",
            key,
            f"从{from_}开始，前一条却到{to}",
            f"it begins at {from_}, the one before it ended at {to}",
        )


def _silent(session: Session, tenant: Tenant) -> Iterator[Offence]:
    noted = (
        select(AuditLog.id)
        .where(
            AuditLog.entity == "room",
            AuditLog.entity_id == RoomStateLog.room_id,
            AuditLog.at == RoomStateLog.at,
            AuditLog.tenant_id == RoomStateLog.tenant_id,
        )
        .exists()
    )
    rows = session.execute(
        select(RoomStateLog.id, RoomStateLog.event).where(of(RoomStateLog, tenant), ~noted).order_by(RoomStateLog.id)
    )
    for key, event in rows:
        yield Offence("room_state_log", key, f"“{event}”没有审计记录", f"nobody audited this {event}")
