"""Checked lines → rooms and draft price lists, in bulk."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from sales.models import PriceItem, PriceList, PriceListState, Room
from sales.services.acting import changed
from sales.services.desk import Desk
from sales.sheets.room_check import Checked
from sales.sheets.room_price import Price
from sales.states.room import RoomState

_T: Any = Room.__table__
AT_ONCE = 500


def store(desk: Desk, project: int, rooms: Sequence[Checked]) -> list[int]:
    """The price lists that were made. Raises Refused(E_CONFLICT) if a room was changed meanwhile."""
    keys = _make(desk, project, [room for room in rooms if room.there is None])
    for room in rooms:
        if room.there is not None:
            keys[room.place.code] = room.there.id
            _change(desk, room)
    prices: dict[int, dict[int, Price]] = defaultdict(dict)
    for room in rooms:
        if room.there is None or room.price != room.there.price:
            prices[room.building][keys[room.place.code]] = room.price
    return [_list(desk, building, priced) for building, priced in prices.items()]


def _make(desk: Desk, project: int, rooms: Sequence[Checked]) -> dict[str, int]:
    """Room code → id."""
    values = [
        desk.own
        | {
            "project_id": project,
            "building_id": room.building,
            "floor": room.place.floor,
            "door": room.place.door,
            "room_code": room.place.code,
            "unit_fen": room.price.unit_fen,
            "list_fen": room.price.list_fen,
            "state": RoomState.NOT_RELEASED,
            "state_since": desk.today,
        }
        | dict(room.data)
        for room in rooms
    ]
    if not values:
        return {}
    made = desk.session.execute(insert(Room).returning(Room.room_code, Room.id), values)
    return {code: key for code, key in made}  # noqa: C416 (rows are not pairs to mypy)


def _change(desk: Desk, room: Checked) -> None:
    there, changes = room.there, {name: value for name, value in room.changes.items() if name != "price"}
    assert there is not None
    if not changes:
        return
    done: Any = desk.session.execute(
        update(_T)
        .where(_T.c.id == bindparam("key"), _T.c.row_version == bindparam("seen"))
        .values(**changes, row_version=_T.c.row_version + 1, updated_at=desk.now),
        {"key": there.id, "seen": there.version},
    )
    if done.rowcount != 1:
        raise changed()
    desk.note("room.edit", "room", there.id, {name: there.data[name] for name in changes}, changes)


def _list(desk: Desk, building: int, prices: dict[int, Price]) -> int:
    """A draft with these prices; what the sheet does not speak of is taken over from the list in force."""
    session = desk.session
    last = session.scalar(select(func.max(PriceList.version)).where(PriceList.building_id == building)) or 0
    made = PriceList(
        **desk.own,
        building_id=building,
        version=last + 1,
        state=PriceListState.DRAFT,
        note=f"导入一房一价表 {len(prices)} 套",
    )
    session.add(made)
    session.flush()
    kept = session.execute(
        select(PriceItem.room_id, PriceItem.unit_fen, PriceItem.list_fen, PriceItem.factors)
        .join(PriceList, PriceList.id == PriceItem.price_list_id)
        .where(PriceList.building_id == building, PriceList.state == PriceListState.EFFECTIVE)
    ).all()
    own = desk.own | {"price_list_id": made.id}
    items = [
        own | {"room_id": room, "unit_fen": price.unit_fen, "list_fen": price.list_fen, "factors": {"by": "sheet"}}
        for room, price in prices.items()
    ] + [
        own | {"room_id": room, "unit_fen": unit, "list_fen": total, "factors": factors}
        for room, unit, total, factors in kept
        if room not in prices
    ]
    session.execute(insert(PriceItem), items)
    desk.note("price_list.import", "price_list", made.id, None, {"version": made.version, "rooms": len(prices)})
    return made.id
