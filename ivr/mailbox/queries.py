"""Questions to the tables of voice mail; every function is (part of) one unit of work."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from dialplan.models import Extension, ServiceRow
from ivr.mailbox.models import MailboxOwner, MailboxRow, Message, PinFailure
from ivr.mailbox.pin import LOCK, WRONG_OF_CALLER, WRONG_OF_MAILBOX, locked_until
from ivr.mailbox.port import Box, Counts, Heard
from ivr.mailbox.port import Session as Listening
from ivr.mailbox.state import State

BULLETIN = "bulletin"
OPERATOR = "operator"  # as a mailbox's number: the operator's of the tenant's first service


def box(session: Session, tenant: int, number: str) -> Box | None:
    """The mailbox that takes messages; one of the house's phones has one without anybody having made it."""
    row = session.scalar(_box(tenant, number))
    if row is None:
        return Box(tenant, number) if _is_phone(session, tenant, number) else None
    if row.kind == BULLETIN:
        return None
    full = _kept(session, tenant, number) >= row.quota
    return Box(tenant, number, row.greeting, row.greeting_seconds, full, row.may_distribute)


def boxes(session: Session, tenant: int) -> Sequence[MailboxRow]:
    """All that a distribution goes to."""
    rows = select(MailboxRow).where(MailboxRow.tenant_id == tenant, MailboxRow.kind != BULLETIN)
    return session.scalars(rows.order_by(MailboxRow.number)).all()


def owned(session: Session, tenant: int, extension: str) -> str:
    """The one mailbox of this extension's phone: the personal one before a group's; "" = none, or not one alone."""
    rows = (
        select(MailboxRow.number, MailboxRow.kind)
        .join(MailboxOwner, MailboxOwner.mailbox_id == MailboxRow.id)
        .where(MailboxOwner.tenant_id == tenant, MailboxOwner.extension == extension)
    )
    found = session.execute(rows).all()
    personal = [number for number, kind in found if kind == "personal"]
    numbers = personal or [number for number, _ in found]
    return numbers[0] if len(numbers) == 1 else ""


def operators(session: Session, tenant: int) -> str:
    """The number of the operator's mailbox: his extension; "operator" where there is none."""
    rows = select(ServiceRow.operator).where(ServiceRow.tenant_id == tenant, ServiceRow.operator != "")
    return session.scalar(rows.order_by(ServiceRow.id).limit(1)) or OPERATOR


def filed(session: Session, call: str, recording: str) -> bool:
    """Is this recording a message already?"""
    same = select(Message.id).where(Message.call_id == call, Message.recording == recording)
    return session.scalars(same).first() is not None


def counts(session: Session, tenant: int, number: str) -> Counts:
    rows = select(Message.state, func.count()).where(Message.tenant_id == tenant, Message.mailbox == number)
    by_state = dict(session.execute(rows.group_by(Message.state)).all())
    return Counts(by_state.get(State.NEW, 0), by_state.get(State.SAVED, 0))


def lamps(session: Session) -> Mapping[str, Counts]:
    """For each owner's extension, what waits in all the mailboxes whose owner it is."""

    def of(state: State) -> Any:
        return func.coalesce(func.sum(case((Message.state == state, 1), else_=0)), 0)

    rows = (
        select(MailboxOwner.extension, of(State.NEW), of(State.SAVED))
        .join(MailboxRow, MailboxRow.id == MailboxOwner.mailbox_id)
        .outerjoin(Message, and_(Message.tenant_id == MailboxRow.tenant_id, Message.mailbox == MailboxRow.number))
        .group_by(MailboxOwner.extension)
    )
    return {extension: Counts(int(new), int(saved)) for extension, new, saved in session.execute(rows)}


# -- a list being listened to ----------------------------------------------------------------------------------------

_ORDER = (case((Message.urgent, 0), else_=1), Message.id)


def first(session: Session, listening: Listening) -> Heard | None:
    waiting = _list(listening).where(Message.state == listening.folder)
    return _heard(session, listening, session.scalar(waiting.order_by(*_ORDER).limit(1)))


def at(session: Session, listening: Listening, message: int) -> Heard | None:
    """Whatever list it stands in."""
    row = session.get(Message, message)
    mine = row is not None and (row.tenant_id, row.mailbox) == (listening.tenant, listening.mailbox)
    return _heard(session, listening, row if mine else None)


def beside(session: Session, listening: Listening, message: int, step: Literal[1, -1]) -> Heard | None:
    here = session.get(Message, message)
    if here is None:
        return None
    key, place = tuple_(*_ORDER), (0 if here.urgent else 1, here.id)
    if step == 1:
        rows = _list(listening).where(key > place).order_by(*_ORDER)
    else:
        rows = _list(listening).where(key < place).order_by(*(part.desc() for part in _ORDER))
    return _heard(session, listening, session.scalar(rows.limit(1)))


def _list(listening: Listening) -> Select[Message]:
    """What stands in the list now, and what stood there before this very call changed it."""
    mine = and_(Message.touched_by == listening.call, Message.touched_in == listening.folder)
    return select(Message).where(
        Message.tenant_id == listening.tenant,
        Message.mailbox == listening.mailbox,
        or_(Message.state == listening.folder, mine),
    )


def _heard(session: Session, listening: Listening, row: Message | None) -> Heard | None:
    if row is None:
        return None
    place = (0 if row.urgent else 1, row.id)
    before = _list(listening).where(tuple_(*_ORDER) <= place).subquery()
    number = session.scalar(select(func.count()).select_from(before)) or 1
    sound = row.file.removesuffix(".wav")
    return Heard(
        row.id, number, row.sender, row.internal, row.created_at, sound, row.seconds, row.urgent,
        row.state == State.DELETED,
    )  # fmt: skip


# -- who may open a mailbox ------------------------------------------------------------------------------------------


def locked(session: Session, tenant: int, number: str, caller: str, now: datetime) -> bool:
    """Is this mailbox closed to everybody now, or are all mailboxes closed to this caller?"""
    recent = select(PinFailure).where(PinFailure.tenant_id == tenant, PinFailure.at > now - 2 * LOCK)
    wrong = session.scalars(recent.order_by(PinFailure.at)).all()
    of_box = locked_until((row.at for row in wrong if row.mailbox == number), WRONG_OF_MAILBOX)
    of_caller = locked_until((row.at for row in wrong if row.caller == caller), WRONG_OF_CALLER)
    return any(until is not None and now < until for until in (of_box, of_caller))


def _box(tenant: int, number: str) -> Select[MailboxRow]:
    return select(MailboxRow).where(MailboxRow.tenant_id == tenant, MailboxRow.number == number)


def _kept(session: Session, tenant: int, number: str) -> int:
    """Messages that count: those that are deleted take no place."""
    rows = select(func.count()).where(
        Message.tenant_id == tenant, Message.mailbox == number, Message.state != State.DELETED
    )
    return session.scalar(rows) or 0


def _is_phone(session: Session, tenant: int, number: str) -> bool:
    seats = select(Extension.id).where(
        Extension.tenant_id == tenant, Extension.number == number, Extension.kind.in_(("seat", "phone", "mailbox"))
    )
    if session.scalar(seats) is not None:
        return True
    operator = select(ServiceRow.id).where(ServiceRow.tenant_id == tenant, ServiceRow.operator == number)
    return session.scalars(operator).first() is not None
