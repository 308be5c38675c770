"""Presale permits 预售许可证: what is not covered is neither released nor contracted (SPEC §2.2)."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select

from db.refusal import Code, Refused
from sales.models import Building, PermitCover, PresalePermit, Room
from sales.services.desk import Desk
from sales.services.room_state import RoomNow


def must_be_permitted(desk: Desk, room: RoomNow) -> None:
    """E_NO_PERMIT unless a permit covers the room or its building, or the building is completed 现房."""
    free = (
        select(permitted(Room, Building, desk.today)).select_from(Room).join(Building, Building.id == Room.building_id)
    )
    if not desk.session.scalar(free.where(Room.id == room.id)):
        raise Refused(
            Code.NO_PERMIT,
            f"房间{room.code}没有预售许可证。",
            f"No presale permit covers room {room.code}.",
            room=room.code,
        )


def permitted(room: Any, building: Any, today: date) -> ColumnElement[bool]:
    """Of rooms and their buildings in a query: may be sold on that day."""
    covered = (
        select(PermitCover.id)
        .join(PresalePermit, PresalePermit.id == PermitCover.permit_id)
        .where(
            PermitCover.building_id == building.id,
            or_(PermitCover.room_id == room.id, PermitCover.room_id.is_(None)),
            or_(PresalePermit.issued.is_(None), PresalePermit.issued <= today),
        )
        .exists()
    )
    return or_(func.coalesce(building.completed <= today, false()), covered)
