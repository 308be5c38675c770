"""Presale permits 预售许可证: what is not covered is neither released nor contracted (SPEC §2.2)."""

from sqlalchemy import or_, select

from db.refusal import Code, Refused
from sales.models import Building, PermitCover, PresalePermit
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.room_state import RoomNow


def must_be_permitted(desk: Desk, room: RoomNow) -> None:
    """E_NO_PERMIT unless a permit covers the room or its building, or the building is completed 现房."""
    building = fetch(desk, Building, room.building, lock=False)
    if building.completed is not None and building.completed <= desk.today:
        return
    covered = desk.session.scalar(
        select(PermitCover.id)
        .join(PresalePermit, PresalePermit.id == PermitCover.permit_id)
        .where(
            PermitCover.building_id == room.building,
            or_(PermitCover.room_id == room.id, PermitCover.room_id.is_(None)),
            or_(PresalePermit.issued.is_(None), PresalePermit.issued <= desk.today),
        )
        .limit(1)
    )
    if covered is None:
        raise Refused(
            Code.NO_PERMIT,
            f"房间{room.code}没有预售许可证。",
            f"No presale permit covers room {room.code}.",
            room=room.code,
        )
