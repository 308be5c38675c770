"""The development: two projects, nine buildings, 1,052 rooms, their permits, factors and price lists (SPEC §5)."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sales.models import Building, Developer, Layout, PermitCover, PresalePermit, PriceFactor, Project
from sales.sample.days import BEGINNING
from sales.sample.staff import Staff
from sales.sample.stage import Stage, own
from sales.services import batch, price_lists, rooms
from sales.services.batch import Door

BASE_FEN = 1_000_000  # yuan 10,000.00 a m²: what a building is above or below it is a factor of the building
OFFSETS_X100 = (0, 35, -20)  # what a door's built area differs from its layout's
FACING = {4: ("S", "SE", "W", "N"), 6: ("S", "S", "SE", "E", "W", "N")}
LAYOUTS: tuple[tuple[str, str, str, int, int, int, int], ...] = (
    ("A", "两室一厅", "two bedrooms", 2, 1, 7520, 6010),
    ("B", "两室两厅", "two bedrooms, two halls", 2, 2, 8900, 7120),
    ("C", "三室两厅", "three bedrooms", 3, 2, 11850, 9500),
    ("D", "四室两厅", "four bedrooms", 4, 2, 14380, 11740),
)
PER_FLOOR, UNLUCKY = 2_000, ("4", "14", "18")  # fen per m²
FACTORS: tuple[tuple[str, str, int], ...] = (
    ("floor", "per_floor", PER_FLOOR),
    ("floor", "top", -15_000),
    *(("floor", floor, -6_000) for floor in UNLUCKY),
    ("orientation", "S", 15_000),
    ("orientation", "SE", 12_000),
    ("orientation", "E", 6_000),
    ("orientation", "W", 6_000),
    ("view", "lake", 30_000),
    ("view", "garden", 10_000),
)
REPRICED = (
    (date(2023, 7, 1), Decimal("0.02"), "二期调价 +2%"),
    (date(2024, 1, 1), Decimal("-0.01"), "年初让利 -1%"),
)
WITHDRAWN = "回迁房"


@dataclass(frozen=True)
class Plan:
    """One building: as SPEC §5 has it. layouts: of its doors, one letter each."""

    code: str
    name_zh: str
    name_en: str
    floors: int
    layouts: str
    base_fen: int
    permit: tuple[str, date] | None
    released: date | None
    lake: bool = False
    road: bool = False

    @property
    def doors(self) -> int:
        return len(self.layouts)


_FIRST = (("YS001", date(2022, 4, 10)), date(2022, 5, 1))
_SECOND = (("YS002", date(2022, 9, 15)), date(2022, 10, 1))
_THIRD = (("YS003", date(2023, 3, 20)), date(2023, 4, 15))
_FOURTH = (("YS004", date(2023, 10, 10)), date(2023, 11, 1))
GARDEN = (
    Plan("01", "一栋", "building one", 18, "ABBA", 980_000, *_FIRST, road=True),
    Plan("02", "二栋", "building two", 18, "ABBA", 980_000, *_FIRST),
    Plan("03", "三栋", "building three", 26, "AABBCC", 1_000_000, *_SECOND, lake=True),
    Plan("04", "四栋", "building four", 26, "AABBCC", 1_000_000, *_SECOND),
    Plan("05", "五栋", "building five", 32, "ABCCBA", 1_020_000, *_THIRD, lake=True),
    Plan("06", "六栋", "building six", 32, "ABCCBA", 1_020_000, *_THIRD),
    Plan("07", "七栋", "building seven", 32, "BCCD", 1_050_000, *_FOURTH, lake=True),
    Plan("08", "八栋", "building eight", 11, "DDDD", 1_200_000, None, None),
)
CENTRE = Plan("01", "海天中心", "the tower", 10, "OOSS", 1_600_000, ("YS101", date(2023, 6, 1)), date(2023, 7, 8))
# housing that is given back to those who lived here before: the ground floors of 1 and 2, and two doors above
RETURNED = (
    *(f"{house}01{door:02}" for house in ("01", "02") for door in range(1, 5)),
    "010203", "010204", "020203", "020204",
)  # fmt: skip


@dataclass
class Development:
    """Filled while it is built. rooms: code → id, of the first project."""

    garden: Project
    centre: Project
    leased: int = 0
    rooms: dict[str, int] = field(default_factory=dict)
    offered: list[int] = field(default_factory=list)  # buildings that have a price list


def build(stage: Stage, staff: Staff) -> Development:
    """All of it on the drawing board; permits, prices and releases come on their days."""
    developer = Developer(**own(), name_zh="海天地产", name_en="Haitian Real Estate", licence_no="粤穗房开1998001")
    stage.add(developer)
    garden = Project(
        **own(), developer_id=developer.id, code="01", name_zh="海天花园", name_en="Haitian Garden",
        address_zh="广州市天河区海天路88号", address_en="88 Haitian Road, Tianhe District, Guangzhou", district="天河",
        green_rate="0.38", plot_ratio="2.8", property_fee_fen_m2=320, sales_office_phone="02038880000",
    )  # fmt: skip
    centre = Project(
        **own(), developer_id=developer.id, code="02", name_zh="海天中心", name_en="Haitian Centre",
        address_zh="广州市天河区海天路90号", address_en="90 Haitian Road, Tianhe District, Guangzhou", district="天河",
        property_fee_fen_m2=880, sales_office_phone="02038880010",
    )  # fmt: skip
    stage.add(garden, centre)
    made = Development(garden, centre)
    layouts = {layout[0]: _layout(stage, garden, *layout) for layout in LAYOUTS}
    shops = {
        "O": _layout(stage, centre, "O", "写字间", "office", 1, 1, 9600, 6720),
        "S": _layout(stage, centre, "S", "商铺", "shop", 1, 1, 6400, 4480),
    }
    for position, (kind, key, fen) in enumerate(FACTORS, 1):
        stage.add(_factor(garden, None, kind, key, position, value_fen=fen))
    for plan in GARDEN:
        _raise(stage, staff, made, (garden, plan, layouts))
    _raise(stage, staff, made, (centre, CENTRE, shops))
    for day, rate, note in REPRICED:
        stage.agenda.put(day - timedelta(days=2), partial(_reprice, stage, staff, made, (day, rate, note)))
        stage.agenda.put(day, lambda: _ignore(price_lists.take_effect(stage.clock)), time(0, 5))
    return made


def _ignore(_: object) -> None:
    """An act answers nothing."""


def _layout(stage: Stage, project: Project, code: str, zh: str, en: str, *rest: int) -> Layout:
    beds, halls, built, inner = rest
    layout = Layout(
        **own(), project_id=project.id, code=code, name_zh=zh, name_en=en, bedrooms=beds, halls=halls,
        baths=1 if beds < 3 else 2, built_x100=built, inner_x100=inner, base_unit_fen=BASE_FEN,
    )  # fmt: skip
    stage.add(layout)
    return layout


def _factor(project: Project, building: int | None, kind: str, key: str, position: int, **worth: Any) -> PriceFactor:
    mode = "pct" if "rate" in worth else "add_unit"
    return PriceFactor(
        **own(), project_id=project.id, building_id=building, kind=kind, key=key, mode=mode, position=position, **worth
    )


def _raise(stage: Stage, staff: Staff, made: Development, what: tuple[Project, Plan, dict[str, Layout]]) -> None:
    """A building with its rooms and factors; its permit, first price list and release on their days."""
    project, plan, layouts = what
    house = Building(
        **own(), project_id=project.id, code=plan.code, name_zh=plan.name_zh, name_en=plan.name_en,
        floors=plan.floors, structure="框剪",
    )  # fmt: skip
    stage.add(house)
    extra = {"基价 base": plan.base_fen - BASE_FEN} | ({"临路 near the road": -12_000} if plan.road else {})
    stage.add(
        *(
            _factor(project, house.id, "custom", "", 50 + place, value_fen=fen)
            for place, fen in enumerate(extra.values())
            if fen
        )
    )
    ids = batch.generate(stage.desk(staff.chief), house.id, range(1, plan.floors + 1), _doors(plan, layouts))
    if project is made.garden:
        codes = [f"{plan.code}{floor:02}{door:02}" for floor in range(1, plan.floors + 1)
                 for door in range(1, plan.doors + 1)]  # fmt: skip
        made.rooms.update(zip(codes, ids, strict=True))
    if plan.permit is None or plan.released is None:
        return
    no, issued = plan.permit
    stage.agenda.put(issued, partial(_permit, stage, staff, (project, house, ids), no))
    stage.agenda.put(plan.released - timedelta(days=5), partial(_price, stage, staff, made, house))
    stage.agenda.put(plan.released, partial(_release, stage, staff, made, ids), time(9))


def _doors(plan: Plan, layouts: dict[str, Layout]) -> list[Door]:
    doors = []
    for number, letter in enumerate(plan.layouts, 1):
        layout = layouts[letter]
        view = "lake" if plan.lake and number <= 2 else "garden" if number == 3 else None
        fields = {"built_x100": layout.built_x100 + OFFSETS_X100[number % 3], "view": view, "decoration": "毛坯"}
        if letter in "OS":
            fields["usage"] = "写字楼" if letter == "O" else "商铺"
        doors.append(Door(number, layout.id, FACING[plan.doors][number - 1], fields))
    return doors


def _permit(stage: Stage, staff: Staff, where: tuple[Project, Building, list[int]], no: str) -> None:
    project, house, ids = where
    desk = stage.desk(staff.chief)
    permit = _find_permit(stage, project, no) or PresalePermit(
        **desk.own, project_id=project.id, no=no, issued=desk.today
    )
    stage.add(permit)
    stage.add(PermitCover(**desk.own, permit_id=permit.id, building_id=house.id))
    batch.change(desk, ids, {"permit_id": permit.id})


def _find_permit(stage: Stage, project: Project, no: str) -> PresalePermit | None:
    return stage.session.query(PresalePermit).filter_by(project_id=project.id, no=no).first()


def _price(stage: Stage, staff: Staff, made: Development, house: Building) -> None:
    drawn = price_lists.draft(stage.desk(staff.chief), house.id, "首次定价 first prices")
    price_lists.submit(stage.desk(staff.chief), drawn.id)
    price_lists.approve_list(stage.desk(staff.leader), drawn.id)
    made.offered.append(house.id)


def _release(stage: Stage, staff: Staff, made: Development, ids: list[int]) -> None:
    """推盘, but for what is given back to those who lived here."""
    returned = {made.rooms[code] for code in RETURNED}
    desk = stage.desk(staff.chief)
    for room in ids:
        if room in returned:
            rooms.withdraw(desk, room, WITHDRAWN)
        else:
            rooms.put_on_sale(desk, room)


def _reprice(stage: Stage, staff: Staff, made: Development, what: tuple[date, Decimal, str]) -> None:
    """Another factor, and from that day on what is not sold costs accordingly."""
    day, rate, note = what
    garden = made.garden
    stage.add(_factor(garden, None, "custom", "", 90 + (day - BEGINNING).days // 100, rate=rate))
    effective = stage.agenda.days.at(day, time())
    for house in made.offered:
        if stage.session.get_one(Building, house).project_id == garden.id:
            drawn = price_lists.draft(stage.desk(staff.chief), house, note)
            price_lists.submit(stage.desk(staff.chief), drawn.id)
            price_lists.approve_list(stage.desk(staff.leader), drawn.id, effective)
