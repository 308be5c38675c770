"""The one way a room changes its state (SPEC §2.3): table → compare and set → log → audit → outbox."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Date, bindparam, select, update
from sqlalchemy.orm import Session

from db.outbox import Outbox
from db.refusal import Code, Refused
from db.statement import Statement
from sales.models import Room, RoomStateLog
from sales.services.acting import changed
from sales.services.desk import Desk
from sales.services.together import together
from sales.states.deal import LIVE
from sales.states.room import ROOM, RoomEvent, RoomState

HELD = (RoomState.RESERVED, RoomState.BOOKED)
SOLD = tuple(RoomState(state.value) for state in LIVE)
TAKEN = (*HELD, *SOLD)


class RoomNow(NamedTuple):
    """A room as this unit of work found it. version: what the next change must still find."""

    id: int
    code: str
    project: int
    building: int
    state: RoomState
    version: int
    hold: int | None
    deal: int | None
    unit_fen: int
    list_fen: int
    built_x100: int
    permit: int | None
    usage: str


_T: Any = Room.__table__
COLUMNS = (
    _T.c.id, _T.c.room_code, _T.c.project_id, _T.c.building_id, _T.c.state, _T.c.row_version, _T.c.state_hold_id,
    _T.c.state_deal_id, _T.c.unit_fen, _T.c.list_fen, _T.c.built_x100, _T.c.permit_id, _T.c.usage,
)  # fmt: skip
MINE = (_T.c.id == bindparam("room"), _T.c.tenant_id == bindparam("tenant"))
_FIND = Statement(select(*COLUMNS).where(*MINE))
_MOVE = (
    update(_T)
    .where(
        _T.c.id == bindparam("room"),
        _T.c.state == bindparam("was", type_=_T.c.state.type),
        _T.c.row_version == bindparam("version"),
    )
    .values(
        state=bindparam("to", type_=_T.c.state.type),
        state_since=bindparam("since", type_=Date()),
        state_hold_id=bindparam("hold", type_=_T.c.state_hold_id.type),
        state_deal_id=bindparam("deal", type_=_T.c.state_deal_id.type),
        updated_at=bindparam("at", type_=_T.c.updated_at.type),
        row_version=_T.c.row_version + 1,
    )
)
_STAY = (
    update(_T)
    .where(_T.c.id == bindparam("room"), _T.c.row_version == bindparam("version"))
    .values(updated_at=bindparam("at", type_=_T.c.updated_at.type), row_version=_T.c.row_version + 1)
)
Part = tuple[Any, Mapping[str, Any]]  # a model or a statement, and its values: see `together`


def found(row: Any) -> RoomNow:
    return RoomNow(*row)._replace(state=RoomState(row[4]))


def find(desk: Desk, room: int, seen: int | None = None) -> RoomNow:
    """The room now. `seen`: its row_version as the seller saw it on the screen.

    E_NOT_FOUND; with `seen` E_ROOM_TAKEN if somebody has taken it since, E_CONFLICT if it was changed otherwise.
    """
    row = _FIND.run(desk.session.connection(), {"room": room, "tenant": desk.tenant}).first()
    return check(None if row is None else found(row), room, seen)


def check(now: RoomNow | None, room: int, seen: int | None) -> RoomNow:
    if now is None:
        raise Refused(Code.NOT_FOUND, "没有这个房间。", "There is no such room.", room=room)
    if seen is not None and seen != now.version:
        raise taken(now) if now.state in TAKEN else changed()
    return now


def taken(room: RoomNow) -> Refused:
    now = ROOM.names[room.state]
    return Refused(
        Code.ROOM_TAKEN,
        f"房间{room.code}已被他人占用，当前为“{now.zh}”。",
        f"Room {room.code} has been taken by somebody else: it is {now.en}.",
        room=room.code,
        state=room.state.value,
    )


class Why(NamedTuple):
    """What belongs to a change. to: where, if the table knows several places. facts: for the audit log."""

    to: RoomState | None = None
    hold: int | None = None
    deal: int | None = None
    reason: str | None = None
    facts: dict[str, Any] = {}  # noqa: RUF012


NOTHING = Why()


def move(desk: Desk, room: RoomNow, event: RoomEvent, why: Why = NOTHING, along: Sequence[Part] = ()) -> RoomNow:
    """Let `event` happen to the room and tell of it. E_STATE, E_ROOM_TAKEN, E_CONFLICT.

    The hold of `why` becomes the room's where it is reserved or booked, the deal where it is sold; otherwise nobody
    has it. `along`: what else is written with it, in the same question to the database.
    """
    to = ROOM.next(room.state, event, why.to)
    desk.session.flush()
    stays = to == room.state
    hold = (why.hold or (room.hold if stays else None)) if to in HELD else None
    deal = (why.deal or (room.deal if to in SOLD else None)) if to in SOLD else None
    change, values = _STAY, {"room": room.id, "version": room.version, "at": desk.now}
    if not stays or (hold, deal) != (room.hold, room.deal):
        change = _MOVE
        values |= {"was": room.state, "to": to, "since": desk.today, "hold": hold, "deal": deal}
    parts = ((change, values), *_told(desk, room, event, to, why), *along)
    moved = together(*(part for part, _ in parts)).run(desk.session.connection(), *(named for _, named in parts))
    if moved.rowcount != 1:
        raise _lost(desk.session, room)
    facts = {name: value for name, value in (("hold", why.hold), ("deal", why.deal), ("reason", why.reason)) if value}
    desk.note(f"room.{event}", "room", room.id, {"state": room.state.value}, {"state": to.value, **facts, **why.facts})
    return room._replace(state=to, version=room.version + 1, hold=hold, deal=deal)


def _lost(session: Session, room: RoomNow) -> Refused:
    """Somebody was faster between our look and our change."""
    now = session.connection().execute(select(*COLUMNS).where(_T.c.id == room.id)).one()
    other = found(now)
    return taken(other) if other.state != room.state else changed()


def _told(desk: Desk, room: RoomNow, event: RoomEvent, to: RoomState, why: Why) -> tuple[Part, Part]:
    log = {
        "tenant_id": desk.tenant,
        "room_id": room.id,
        "from_state": room.state,
        "to_state": to,
        "event": event.value,
        "actor": desk.actor.name,
        "hold_id": why.hold or room.hold,
        "deal_id": why.deal or room.deal,
        "at": desk.now,
        "reason": why.reason,
    }
    told = {
        "tenant_id": desk.tenant,
        "topic": "room.state",
        "key": str(room.id),
        "payload": {
            "room": room.code,
            "project": room.project,
            "from": room.state.value,
            "to": to.value,
            "event": event.value,
        },
        "at": desk.now,
        "delivered_at": None,
        "attempts": 0,
    }
    return (RoomStateLog, log), (Outbox, told)
