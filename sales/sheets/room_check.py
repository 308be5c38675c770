"""What must be true of a line beyond its cells, before a room is made or changed of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from db.refusal import Code, Refused
from db.words import Words
from sales.models import Building, Layout, PresalePermit, PriceItem, PriceList, PriceListState, Project, Room
from sales.parameters import PRICE_BASIS, TOTAL_ROUND
from sales.services.desk import Desk
from sales.sheets.cell import Unreadable
from sales.sheets.fault import Fault
from sales.sheets.known import Codes, Known, building_names
from sales.sheets.room_price import ROOM_PRICE, Place, Price, areas, place, price
from sales.sheets.sheet import Record
from sales.states.room import RoomState

LOCKED = frozenset({RoomState.SUBSCRIBED, RoomState.CONTRACTED, RoomState.SOLD})
# what a sheet may change of a room that is there; its price is changed by the price list
_DATA = (
    "layout_id", "unit_no", "usage", "orientation", "view", "decoration", "built_x100", "inner_x100", "filed_unit_fen",
    "permit_id",
)  # fmt: skip
_AREA = frozenset({"layout_id", "built_x100", "inner_x100"})
_T: Any = Room.__table__


@dataclass(frozen=True, slots=True)
class There:
    """A room that is there already: its data, and the price in force."""

    id: int
    version: int
    state: RoomState
    data: Mapping[str, Any]
    price: Price


@dataclass(frozen=True, slots=True)
class Checked:
    """A line that may be saved. data: the columns of the room; changes: those that differ from what is there."""

    record: Record
    building: int
    place: Place
    price: Price
    data: Mapping[str, Any]
    there: There | None = None

    @property
    def changes(self) -> dict[str, Any]:
        if self.there is None:
            return dict(self.data)
        differ = {name: value for name, value in self.data.items() if value != self.there.data[name]}
        return differ | ({} if self.price == self.there.price else {"price": self.price.list_fen})


class RoomCheck:
    """Reads once what the project has, then judges line by line; `faults` gathers what is wrong."""

    def __init__(self, desk: Desk, project: int, *, update: bool) -> None:
        self.faults: list[Fault] = []
        self._desk = desk
        self._project = project
        self._update = update
        self._lines: dict[str, int] = {}
        given = desk.given(project)
        self._basis, self._round = given[PRICE_BASIS], given[TOTAL_ROUND]
        self._read()

    def room(self, record: Record) -> Checked | None:
        """The room of this line; None if there was a fault."""
        key = "building"
        try:
            building = self._building(record)
            key = "room"
            where = place(building.code, record)
            self._within(building, record, where)
            there = self._there.get(where.code)
            self._once(record, where, there)
            key = "layout"
            layout = self._layout(record)
            key = "inner_x100"
            areas(record)
            key = "list_fen"
            cost = price(record, basis=self._basis, round_fen=self._round)
            key = "permit"
            data = self._data(record, layout, there)
            key = "orientation"
            if there is None and data["orientation"] is None:
                raise Unreadable("新房间必须填写朝向", "a new room needs its orientation")
            checked = Checked(record, building.id, where, cost, data, there)
            key = "list_fen"
            self._unlocked(checked)
        except Unreadable as unreadable:
            self._fault(record, key, unreadable.why)
            return None
        return checked

    # -- one question each ----------------------------------------------------------------------------------------

    def _building(self, record: Record) -> Building:
        found = self._buildings.find(record["building"])
        if len(found) != 1:
            raise Unreadable("楼盘中没有这栋楼", "the project has no such building")
        return found[0]

    def _within(self, building: Building, record: Record, where: Place) -> None:
        if where.floor > building.floors:
            raise Unreadable(f"该楼只有 {building.floors} 层", f"the building has {building.floors} floors")
        if record["unit"] is not None and record["unit"] > building.units:
            raise Unreadable(f"该楼只有 {building.units} 个单元", f"the building has {building.units} units")

    def _once(self, record: Record, where: Place, there: There | None) -> None:
        first = self._lines.setdefault(where.code, record.line)
        if first != record.line:
            raise Unreadable(f"与第 {first} 行的 {where.code} 重复", f"room {where.code} is on line {first} already")
        if there is not None and not self._update:
            raise Unreadable(f"房间 {where.code} 已存在", f"there is a room {where.code} already")

    def _layout(self, record: Record) -> int:
        found = self._layouts.find(record["layout"])
        if len(found) > 1:  # several share the name: the area tells which
            found = [layout for layout in found if layout.built_x100 == record["built_x100"]] or found
        if not found:
            raise Unreadable("楼盘中没有这个户型", "the project has no such layout")
        if len(found) > 1:
            raise Unreadable("有几个同名户型,请填户型编号", "several layouts have this name: write the code")
        return found[0].id

    def _data(self, record: Record, layout: int, there: There | None) -> dict[str, Any]:
        """An optional cell that is empty leaves a room as it is."""
        permit = record["permit"]
        if permit is not None and permit not in self._permits:
            raise Unreadable("没有这个预售许可证", "there is no such presale permit")
        told = {
            "layout_id": layout,
            "unit_no": record["unit"],
            "usage": record["usage"],
            "orientation": record["orientation"],
            "view": self._views.of(record["view"]),
            "decoration": self._decorations.of(record["decoration"]),
            "built_x100": record["built_x100"],
            "inner_x100": record["inner_x100"],
            "filed_unit_fen": record["filed_unit_fen"],
            "permit_id": None if permit is None else self._permits[permit],
        }
        if there is None:
            return told | {"unit_no": told["unit_no"] or 1, "usage": told["usage"] or "住宅"}
        return {name: there.data[name] if value is None else value for name, value in told.items()}

    def _unlocked(self, room: Checked) -> None:
        there = room.there
        if there is not None and there.state in LOCKED and (_AREA & set(room.changes) or room.price != there.price):
            raise Unreadable(
                f"房间 {room.place.code} 已认购,面积和价格不能改",
                f"room {room.place.code} is sold: its area and price are locked",
            )

    def _fault(self, record: Record, key: str, why: Words) -> None:
        self.faults.append(ROOM_PRICE.fault(record.line, key, record[key], why))

    # -- what is there --------------------------------------------------------------------------------------------

    def _read(self) -> None:
        session, tenant, project = self._desk.session, self._desk.tenant, self._project
        if session.scalar(select(Project.id).where(Project.id == project, Project.tenant_id == tenant)) is None:
            raise Refused(Code.NOT_FOUND, "没有这个楼盘。", "There is no such project.", project=project)
        self._buildings: Known[Building] = Known()
        for building in session.scalars(select(Building).where(Building.project_id == project)):
            self._buildings.add(building, building_names(building.code, building.name_zh, building.name_en))
        self._layouts: Known[Layout] = Known()
        for layout in session.scalars(select(Layout).where(Layout.project_id == project)):
            self._layouts.add(layout, (layout.code, layout.name_zh, layout.name_en))
        permits = session.execute(select(PresalePermit.no, PresalePermit.id).where(PresalePermit.project_id == project))
        self._permits: dict[str, int] = {no: key for no, key in permits}  # noqa: C416 (rows are not pairs to mypy)
        self._views = Codes(session, tenant, "view")
        self._decorations = Codes(session, tenant, "decoration")
        self._there = self._rooms()

    def _rooms(self) -> dict[str, There]:
        """Locked for the time of the import: nobody subscribes to a room while its price is being changed."""
        session = self._desk.session
        prices = {
            room: Price(unit, total)
            for room, unit, total in session.execute(
                select(PriceItem.room_id, PriceItem.unit_fen, PriceItem.list_fen)
                .join(PriceList, PriceList.id == PriceItem.price_list_id)
                .join(Building, Building.id == PriceList.building_id)
                .where(Building.project_id == self._project, PriceList.state == PriceListState.EFFECTIVE)
            )
        }
        columns = [_T.c[name] for name in ("id", "row_version", "state", "room_code", "unit_fen", "list_fen", *_DATA)]
        rooms = session.execute(select(*columns).where(_T.c.project_id == self._project).with_for_update())
        return {
            code: There(
                id=key,
                version=version,
                state=state,
                data=dict(zip(_DATA, data, strict=True)),
                price=prices.get(key, Price(unit, total)),
            )
            for key, version, state, code, unit, total, *data in rooms
        }
