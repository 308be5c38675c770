"""一房一价表 one room, one price: the sheet in which a building's rooms and prices are handed around. Pure."""

import re
from dataclasses import dataclass
from fractions import Fraction

from db.words import Words
from sales.money.rounding import by_area, half_up, half_up_to
from sales.sheets.cell import Unreadable
from sales.sheets.column import Column, Heading, Rule
from sales.sheets.kind import Area, Choice, Code, Money, Text, Whole
from sales.sheets.sheet import Record, Sheet

USAGES = {
    "住宅": ("住宅", "普通住宅", "高层住宅", "洋房", "公寓", "别墅", "residential", "flat", "apartment"),
    "商铺": ("商铺", "商业", "商业用房", "店铺", "shop", "retail"),
    "写字楼": ("写字楼", "办公", "办公用房", "office"),
    "车位": ("车位", "车库", "地下车位", "parking"),
    "储藏": ("储藏", "储藏室", "储藏间", "storage"),
}
ORIENTATIONS = {
    "N": ("北", "north", "朝北"),
    "NE": ("东北", "northeast", "朝东北"),
    "E": ("东", "east", "朝东", "东西"),
    "SE": ("东南", "southeast", "朝东南"),
    "S": ("南", "south", "朝南", "南北", "南北通透"),
    "SW": ("西南", "southwest", "朝西南"),
    "W": ("西", "west", "朝西"),
    "NW": ("西北", "northwest", "朝西北"),
}
_ROOM = Words("1 至 6 位数字的房号,如 201、0201 或 020201", "a room number of 1 to 6 digits, such as 201 or 020201")

ROOM_PRICE = Sheet(
    "room_price",
    Words("一房一价表", "one room, one price"),
    (
        Column("building", Heading("楼栋", "Building", ("楼号", "幢号", "栋号", "楼幢", "栋", "幢", "楼栋号", "座")),
               Text(32), Rule.CARRIED, "1栋"),
        Column("unit", Heading("单元", "Unit", ("单元号",)), Whole(1, 99, frozenset({"单元"})), example=1),
        Column("floor", Heading("楼层", "Floor", ("层", "所在层", "所在楼层", "层数")),
               Whole(-5, 99, frozenset({"层", "楼", "F", "f"}), ("B", "负", "地下")), example=2),
        Column("room", Heading("房号", "Room", ("室号", "房间号", "户号", "房间", "门牌号")),
               Code(r"(\d{1,2}[栋幢座]?-?)?(\d单元-?)?\d{1,6}室?", _ROOM), Rule.REQUIRED, "0202"),
        Column("layout", Heading("户型", "Layout", ("户型名称", "房型")), Text(32), Rule.REQUIRED, "A"),
        Column("usage", Heading("用途", "Usage", ("物业类型", "房屋用途", "规划用途", "房屋类型")),
               Choice(USAGES), example="住宅"),
        Column("built_x100", Heading("建筑面积", "Built area", ("建面", "预测建筑面积", "实测建筑面积")),
               Area(), Rule.REQUIRED, 89),
        Column("inner_x100", Heading("套内面积", "Inner area", ("套内建筑面积", "套内", "预测套内面积")),
               Area(), Rule.REQUIRED, 70.5),
        Column("shared_x100", Heading("公摊面积", "Shared area", ("分摊面积", "公摊", "分摊的共有建筑面积")),
               Area(), example=18.5),
        Column("unit_fen", Heading("单价", "Unit price", ("建筑单价", "建面单价", "销售单价", "建筑面积单价")),
               Money(), example=10_000),
        Column("list_fen", Heading("总价", "Total price", ("总价款", "房屋总价", "销售总价", "总房价", "总售价")),
               Money(), example=890_000),
        Column("orientation", Heading("朝向", "Orientation", ("方位",)), Choice(ORIENTATIONS), example="南"),
        Column("view", Heading("景观", "View", ("景观面",)), Text(16), example="湖景"),
        Column("decoration", Heading("装修", "Decoration", ("装修标准", "装修情况", "交付标准")),
               Text(16), example="毛坯"),
        Column("filed_unit_fen", Heading("备案单价", "Filed unit price", ("申报单价", "备案价", "物价备案单价")),
               Money(), example=10_500),
        Column("permit", Heading("预售许可证", "Presale permit", ("预售证号", "预售许可证号", "许可证号")),
               Text(32), example="YS002"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    floor: int
    door: str
    code: str


def place(building: str, record: Record) -> Place:
    """Floor, door and six-digit code of a room in the building of this two-digit code.

    201, 0201, 1-201, 1栋201室 and 020201 are all written for one; the floor's own column must agree. A room of two
    digits or less is a door, its floor then comes from the column. Raises Unreadable.
    """
    digits = re.split(r"[栋幢座-]|单元", record["room"].removesuffix("室"))[-1]
    floor: int | None = record["floor"]
    if len(digits) == 5:  # a spreadsheet that took it for a number has lost the nought
        digits = "0" + digits
    if len(digits) == 6 and digits[:2] != building:
        raise Unreadable(
            f"房号的前两位应是楼栋 {building}", f"the first two digits of the room must be its building {building}"
        )
    told = digits[-4:-2]
    if floor is None:
        if not told:
            raise Unreadable("房号中没有楼层,楼层列也是空的", "neither the room nor the floor's column says the floor")
        floor = int(told)
    elif told and floor > 0 and int(told) != floor:
        raise Unreadable(f"房号与楼层 {floor} 不符", f"the room is not on floor {floor}")
    if floor < 0:
        # rooms below ground are keyed as floors 95 to 99: B1 is 99
        return Place(floor, digits[-2:].zfill(2), f"{building}{100 + floor:02}{digits[-2:].zfill(2)}")
    return Place(floor, digits[-2:].zfill(2), f"{building}{floor:02}{digits[-2:].zfill(2)}")


@dataclass(frozen=True, slots=True)
class Price:
    unit_fen: int
    list_fen: int


def price(record: Record, *, basis: str = "built", round_fen: int = 100) -> Price:
    """Unit and total price; what is missing is computed, what is there must agree beyond rounding.

    basis      "built" or "inner": the area the unit price is for; "set": a price for the room as it stands
    round_fen  what totals are rounded to

    Raises Unreadable: neither is there, or unit × area is not the total.
    """
    area = record["inner_x100" if basis == "inner" else "built_x100"]
    unit, total = record["unit_fen"], record["list_fen"]
    if 0 in (unit, total):
        raise Unreadable("价格应大于零", "a price is more than nought")
    if unit is None and total is None:
        raise Unreadable("单价和总价都没有", "there is neither a unit price nor a total")
    if total is None:
        return Price(unit, half_up_to(Fraction(unit * area, 100), round_fen))
    if unit is None:
        return Price(half_up(Fraction(total * 100, area)), total)
    if basis == "set":
        return Price(unit, total)
    expected = by_area(unit, area)
    # the total was rounded to `round_fen`, or the unit price, computed from it, to the fen
    if abs(expected - total) > round_fen + area // 200 + 1:
        raise Unreadable(
            f"单价 × 面积 = {_yuan(expected)},与总价 {_yuan(total)} 不符",
            f"unit price × area is {_yuan(expected)}, not the total {_yuan(total)}",
        )
    return Price(unit, total)


def areas(record: Record) -> None:
    """Raises Unreadable unless 0 < inner ≤ built and built − inner is the shared area, where that is told."""
    built, inner, shared = record["built_x100"], record["inner_x100"], record["shared_x100"]
    if not 0 < inner <= built:
        raise Unreadable(
            "套内面积应大于零且不超过建筑面积", "the inner area must be positive and within the built area"
        )
    if shared is not None and built - inner != shared:
        raise Unreadable("建筑面积 − 套内面积 ≠ 公摊面积", "built area − inner area is not the shared area")


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02}"
