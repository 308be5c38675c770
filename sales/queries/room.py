"""Rooms as the telephone tells them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from sales.models import Building, Layout, Room


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room with the prices of its building's effective price list (SPEC R07), or its own where there is none."""

    code: str
    building: int
    floor: int
    door: str
    layout_zh: str
    layout_en: str
    built_x100: int
    orientation: str
    unit_fen: int
    list_fen: int
    state: str


_ROOMS = (
    select(
        Room.room_code,
        Building.code,
        Room.floor,
        Room.door,
        Layout.name_zh,
        Layout.name_en,
        Room.built_x100,
        Room.orientation,
        Room.asked_unit_fen,
        Room.asked_fen,
        Room.state,
    )
    .join(Building, Building.id == Room.building_id)
    .join(Layout, Layout.id == Room.layout_id)
)


def room_by_code(session: Session, project: int, code: str) -> RoomRow | None:
    """`project`: the id of one of the service's projects, which are of one tenant."""
    row = session.execute(_ROOMS.where(Room.project_id == project, Room.room_code == code)).first()
    return None if row is None else _room(row)


def all_rooms(session: Session) -> list[RoomRow]:
    """Every room of every project."""
    return [_room(row) for row in session.execute(_ROOMS.order_by(Room.id))]


def latest_rooms(session: Session, most: int) -> list[RoomRow]:
    """The rooms of which something was changed last, at most so many: what the voice renders ahead."""
    return [_room(row) for row in session.execute(_ROOMS.order_by(Room.updated_at.desc(), Room.id).limit(most))]


def _room(row: Any) -> RoomRow:
    room, building, *middle, state = tuple(row)
    return RoomRow(room, int(building), *middle, state.value)  # type: ignore[call-arg]  # mypy counts the star as one
