"""Conference rooms: made, found, shut, deleted. Units of work on a session."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from conference.models import RoomRow
from db.refusal import Code, Refused

NUMBER = re.compile(r"70(?!00)\d\d")
HOST = "*"  # the side of a room's door that lets its host in
MOST, LARGEST = 30, 200  # attendees, unless told otherwise; and at all


def add(session: Session, tenant: int, number: str, names: Mapping[str, str], most: int = MOST) -> RoomRow:
    """Make a room, or change the names and the size of one. E_VALIDATION."""
    if not NUMBER.fullmatch(number):
        raise Refused(
            Code.VALIDATION,
            f"会议室号码须为7001至7099，不能是“{number}”。",
            f"A conference room has a number from 7001 to 7099, not “{number}”.",
        )
    if not all(name.strip() for name in names.values()) or max(map(len, names.values())) > 64:
        raise Refused(
            Code.VALIDATION,
            "会议室需要中英文名称，各不超过64个字。",
            "A conference room needs a name in both languages, at most 64 characters each.",
        )
    if not 2 <= most <= LARGEST:
        raise Refused(Code.VALIDATION, f"人数须为2至{LARGEST}。", f"A room holds 2 to {LARGEST} people.")
    row = session.scalar(select(RoomRow).where(RoomRow.tenant_id == tenant, RoomRow.number == number))
    if row is None:
        row = RoomRow(tenant_id=tenant, number=number)
        session.add(row)
    row.name_zh, row.name_en, row.most, row.deleted_at = names["zh"].strip(), names["en"].strip(), most, None
    session.flush()
    return row


def find(session: Session, tenant: int, number: str) -> RoomRow | None:
    """The room of this number, unless it was deleted."""
    return session.scalar(
        select(RoomRow).where(RoomRow.tenant_id == tenant, RoomRow.number == number, RoomRow.deleted_at.is_(None))
    )


def of(session: Session, tenant: int) -> Sequence[RoomRow]:
    """All rooms, by number."""
    wanted = select(RoomRow).where(RoomRow.tenant_id == tenant, RoomRow.deleted_at.is_(None))
    return session.scalars(wanted.order_by(RoomRow.number)).all()


def must(session: Session, tenant: int, number: str) -> RoomRow:
    """E_NOT_FOUND."""
    row = find(session, tenant, number)
    if row is None:
        raise Refused(Code.NOT_FOUND, f"没有会议室{number}。", f"There is no conference room {number}.")
    return row


def shut(session: Session, tenant: int, number: str, on: bool) -> None:
    row = find(session, tenant, number)
    if row is not None and row.is_shut != on:
        row.is_shut = on


def delete(session: Session, tenant: int, number: str, at: datetime) -> None:
    """Who is there stays; nobody else comes in. E_NOT_FOUND."""
    must(session, tenant, number).deleted_at = at
