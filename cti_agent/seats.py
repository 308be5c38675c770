"""Seats and queues in the tables: one unit of work for each event of a seat. Whoever finds the row in another state
than the table of `cti_agent.seat` wants is refused: so two calls never ring one seat, on however many nodes."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cti_agent.models import QueueRow, SeatLog, SeatQueue, SeatRow
from cti_agent.seat import Seat, SeatEvent, SeatState, moved, wrapping
from db.refusal import Code, Refused


@dataclass(frozen=True, slots=True)
class Manned:
    """A seat with what its queues need of it. key, version: of its row."""

    key: int
    version: int
    tenant: int
    seat: Seat
    skills: frozenset[str]
    queues: tuple[int, ...]
    leg: str


def all_seats(session: Session) -> list[Manned]:
    """Every seat of the house and its tenants."""
    queues: dict[int, list[int]] = {}
    for seat, queue in session.execute(select(SeatQueue.seat_id, SeatQueue.queue_id).order_by(SeatQueue.queue_id)):
        queues.setdefault(seat, []).append(queue)
    return [manned(row, tuple(queues.get(row.id, ()))) for row in session.scalars(select(SeatRow).order_by(SeatRow.id))]


def all_queues(session: Session) -> list[QueueRow]:
    rows = list(session.scalars(select(QueueRow).order_by(QueueRow.id)))
    session.expunge_all()
    return rows


def move(
    session: Session, /, key: int, event: SeatEvent, now: datetime, of_call: str = "", **about: str
) -> Manned | None:
    """An event of a seat. of_call: only if the seat is busy with that call; else None, and nothing has changed.

    E_STATE if it cannot happen now; E_CONFLICT if the phone belongs to another seat.
    """
    row = session.get_one(SeatRow, key, with_for_update=True, populate_existing=True)
    before = seat_of(row)
    if of_call and before.call != of_call:
        return None
    after = moved(before, event, now, **{name: value for name, value in about.items() if name != "leg"})
    if event is SeatEvent.HANG_UP:
        after = _with_wrapup(session, row, after, now)
    if event is SeatEvent.SIGN_IN:
        _only_here(session, row, after.phone)
    for field in fields(Seat):
        setattr(row, field.name, getattr(after, field.name))
    row.wanted = after.wanted or ""
    row.leg = about.get("leg", row.leg if after.call else "")
    if (after.state, after.reason) != (before.state, before.reason):
        _log(session, row, after, now)
    session.flush()
    return manned(row, _queues_of(session, key))


def tied(session: Session, key: int, leg: str) -> None:
    """By which leg the seat's call has reached it: so the end of that leg is known as the seat's after a restart."""
    session.get_one(SeatRow, key, with_for_update=True).leg = leg


def find(session: Session, tenant: int, number: str) -> SeatRow:
    """E_NOT_FOUND."""
    row = session.scalar(select(SeatRow).where(SeatRow.tenant_id == tenant, SeatRow.number == number))
    if row is None:
        raise Refused(Code.NOT_FOUND, f"没有座席“{number}”。", f"There is no seat {number}.", seat=number)
    return row


def seat_of(row: SeatRow) -> Seat:
    values: dict[str, Any] = {field.name: getattr(row, field.name) for field in fields(Seat)}
    values["state"] = SeatState(row.state)
    values["wanted"] = SeatState(row.wanted) if row.wanted else None
    return Seat(**values)


def manned(row: SeatRow, queues: tuple[int, ...]) -> Manned:
    return Manned(
        row.id, row.row_version, row.tenant_id, seat_of(row), frozenset(map(str, row.skills)), queues, row.leg
    )


def serve(session: Session, seat: SeatRow, queues: Iterable[QueueRow]) -> None:
    """From now on the seat serves these queues and no others."""
    wanted = {queue.id for queue in queues}
    for row in session.scalars(select(SeatQueue).where(SeatQueue.seat_id == seat.id)):
        if row.queue_id not in wanted:
            session.delete(row)
        wanted.discard(row.queue_id)
    session.add_all(SeatQueue(seat_id=seat.id, queue_id=queue) for queue in sorted(wanted))


def _with_wrapup(session: Session, row: SeatRow, seat: Seat, now: datetime) -> Seat:
    """The longest wrap-up of its queues; a seat of no queue has none: then it is over at once."""
    of_seat = select(QueueRow.wrapup_s).join(SeatQueue, SeatQueue.queue_id == QueueRow.id)
    seconds = max(session.scalars(of_seat.where(SeatQueue.seat_id == row.id)), default=0)
    if not seconds:
        _log(session, row, seat, now)
        return moved(seat, SeatEvent.WRAPPED, now)
    return wrapping(seat, seconds)


def _only_here(session: Session, row: SeatRow, phone: str) -> None:
    """A phone belongs to one seat at a time. E_CONFLICT."""
    other = session.scalar(
        select(SeatRow).where(SeatRow.tenant_id == row.tenant_id, SeatRow.phone == phone, SeatRow.id != row.id)
    )
    if other is not None:
        raise Refused(
            Code.CONFLICT,
            f"分机 {phone} 已由座席 {other.number} 签入。",
            f"Seat {other.number} is signed in at the phone {phone}.",
            seat=other.number,
        )


def _queues_of(session: Session, key: int) -> tuple[int, ...]:
    wanted = select(SeatQueue.queue_id).where(SeatQueue.seat_id == key).order_by(SeatQueue.queue_id)
    return tuple(session.scalars(wanted))


def _log(session: Session, row: SeatRow, seat: Seat, now: datetime) -> None:
    session.execute(update(SeatLog).where(SeatLog.seat_id == row.id, SeatLog.ended.is_(None)).values(ended=now))
    session.add(SeatLog(seat_id=row.id, state=seat.state, reason=seat.reason, began=now, call=seat.call))
