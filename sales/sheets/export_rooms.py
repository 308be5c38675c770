"""The rooms of a project as 一房一价表, with the prices in force: it can be changed and imported again."""

from sqlalchemy import and_, func, select

from sales.models import Building, Layout, PresalePermit, PriceItem, PriceList, PriceListState, Room
from sales.services.desk import Desk
from sales.sheets.room_price import ROOM_PRICE
from sales.sheets.sheet import Record


def export_rooms(desk: Desk, project: int, building: int | None = None) -> list[Record]:
    """In the order of their codes; for `sales.sheets.write.write(path, ROOM_PRICE, …)`."""
    wanted = (
        select(
            Building.code,
            Room,
            Layout.code,
            PresalePermit.no,
            func.coalesce(PriceItem.unit_fen, Room.unit_fen),
            func.coalesce(PriceItem.list_fen, Room.list_fen),
        )
        .join(Building, Building.id == Room.building_id)
        .join(Layout, Layout.id == Room.layout_id)
        .outerjoin(PresalePermit, PresalePermit.id == Room.permit_id)
        .outerjoin(
            PriceList, and_(PriceList.building_id == Room.building_id, PriceList.state == PriceListState.EFFECTIVE)
        )
        .outerjoin(PriceItem, and_(PriceItem.price_list_id == PriceList.id, PriceItem.room_id == Room.id))
        .where(Room.project_id == project, Room.tenant_id == desk.tenant)
        .order_by(Room.room_code)
    )
    if building is not None:
        wanted = wanted.where(Room.building_id == building)
    records = []
    for number, (code, room, layout, permit, unit, total) in enumerate(desk.session.execute(wanted), 2):
        values = {
            "building": code,
            "unit": room.unit_no,
            "floor": room.floor,
            "room": room.room_code,
            "layout": layout,
            "unit_fen": unit,
            "list_fen": total,
            "permit": permit,
        }
        rest = {c.key: getattr(room, c.key) for c in ROOM_PRICE.columns if c.key not in values}
        records.append(Record(number, values | rest))
    return records
