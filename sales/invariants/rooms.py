"""Invariants 1 and 13: who has a room, and where it is counted."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, func, not_, or_, select
from sqlalchemy.orm import Session

from sales.invariants.invariant import Offence, Tenant, of
from sales.models import Building, Deal, Hold, Room
from sales.states.deal import LIVE
from sales.states.hold import HoldKind, HoldState
from sales.states.room import ROOM, RoomState

FREE = (RoomState.NOT_RELEASED, RoomState.NOT_FOR_SALE, RoomState.AVAILABLE)
_SOLD = and_(
    Deal.id.is_not(None),
    Hold.id.is_(None),
    Room.state == Deal.state,
    func.coalesce(Room.state_deal_id, 0) == Deal.id,
    Room.state_hold_id.is_(None),
)
_HELD = and_(
    Hold.id.is_not(None),
    Deal.id.is_(None),
    or_(
        and_(Room.state == RoomState.BOOKED, Hold.kind == HoldKind.BOOKING),
        and_(Room.state == RoomState.RESERVED, Hold.kind != HoldKind.BOOKING),
    ),
    func.coalesce(Room.state_hold_id, 0) == Hold.id,
    Room.state_deal_id.is_(None),
)
_FREE = and_(
    Hold.id.is_(None),
    Deal.id.is_(None),
    Room.state.in_(FREE),
    Room.state_hold_id.is_(None),
    Room.state_deal_id.is_(None),
)


def held_and_sold(session: Session, tenant: Tenant) -> Iterator[Offence]:
    yield from _twice(session, tenant, Deal, Deal.state.in_(LIVE), "有效交易", "live deals")
    yield from _twice(session, tenant, Hold, Hold.state == HoldState.ACTIVE, "有效保留", "active holds")
    rows = session.execute(
        select(Room.id, Room.room_code, Room.state, func.min(Deal.deal_no), func.min(Hold.id))
        .outerjoin(Deal, and_(Deal.room_id == Room.id, Deal.state.in_(LIVE)))
        .outerjoin(Hold, and_(Hold.room_id == Room.id, Hold.state == HoldState.ACTIVE))
        .where(of(Room, tenant), not_(or_(_SOLD, _HELD, _FREE)))
        .group_by(Room.id, Room.room_code, Room.state)
        .order_by(Room.id)
    )
    for key, code, state, deal, hold in rows:
        has_zh = f"有效交易{deal}" if deal else f"有效保留{hold}" if hold else "无交易也无保留"
        has_en = f"its deal is {deal}" if deal else f"its hold is {hold}" if hold else "nobody holds or buys it"
        name = ROOM.names[state]
        yield Offence(
            "room",
            key,
            f"房间{code}为“{name.zh}”，但{has_zh}，或指向不符",
            f"room {code} is {name.en}, but {has_en}, or it points elsewhere",
        )


def counted(session: Session, tenant: Tenant) -> Iterator[Offence]:
    rows = session.execute(
        select(Room.id, Room.room_code, Building.code)
        .join(Building, Building.id == Room.building_id)
        .where(
            of(Room, tenant),
            or_(Building.project_id != Room.project_id, func.substr(Room.room_code, 1, 2) != Building.code),
        )
        .order_by(Room.id)
    )
    for key, room, building in rows:
        yield Offence(
            "room",
            key,
            f"房间{room}登记在{building}栋，该栋不属于此楼盘或编号不符",
            f"room {room} is entered in building {building}, which is of another project or has another code",
        )


def _twice(session: Session, tenant: Tenant, model: Any, live: Any, zh: str, en: str) -> Iterator[Offence]:
    rows = session.execute(
        select(model.room_id, func.count())
        .where(of(model, tenant), live)
        .group_by(model.room_id)
        .having(func.count() > 1)
    )
    for room, count in rows:
        yield Offence("room", room, f"有{count}个{zh}", f"it has {count} {en}")
