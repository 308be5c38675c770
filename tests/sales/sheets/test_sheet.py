"""Whole sheets: the heading wherever it stands, every fault at its place, and back out as they came."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from db.refusal import Code, Refused
from sales.sheets.cell import Cell, Line, Unreadable
from sales.sheets.customer_list import CUSTOMER_LIST
from sales.sheets.fault import refused
from sales.sheets.read import read
from sales.sheets.room_price import ROOM_PRICE, Place, Price, areas, place, price
from sales.sheets.sheet import Record, Sheet
from sales.sheets.write import safe, template, write

HEAD = ("楼 栋", "楼层", "房号", "户型*", "建筑面积(㎡)", "套内面积", "单价(元/㎡)", "总价(万元)", "随便")
SHEETS = [ROOM_PRICE, CUSTOMER_LIST]


def lines(*rows: tuple[Cell, ...]) -> list[Line]:
    return [Line(number, cells) for number, cells in enumerate(rows, 1)]


def test_a_table_as_it_comes() -> None:
    parsed = ROOM_PRICE.parse(
        lines(
            ("海天花园一房一价表",),
            HEAD,
            ("1栋", "2层", 201, "A", "89.00", 70, "10,000", 89, "x"),
            (None, None, "202", "B", 120.0, 96, 10000, "120", None),
            (None,) * 9,
            ("合计", None, None, None, 209, 166, None, 209, None),
        )
    )
    assert parsed.faults == []
    assert parsed.ignored == ["随便"]
    assert parsed.skipped == [6]
    one, two = parsed.records
    assert (one.line, one["building"], one["floor"], one["room"], one["built_x100"]) == (3, "1栋", 2, "201", 8900)
    assert (one["unit_fen"], one["list_fen"]) == (1_000_000, 89_000_000)
    assert (two["building"], two["floor"], two["list_fen"]) == ("1栋", None, 120_000_000)


def test_every_bad_cell_is_named() -> None:
    parsed = ROOM_PRICE.parse(
        lines(HEAD, ("1栋", 2, "ABC", "A", "89.123", 70, -1, 89), ("1栋", 2, None, "A", 89, 70, 1, 89), ())
    )
    assert parsed.records == []
    assert [(f.line, f.column.zh, f.value, f.why.en[:12]) for f in parsed.faults] == [
        (2, "房号", "ABC", "must be a ro"),
        (2, "建筑面积", "89.123", "at most 2 de"),
        (2, "单价", "-1", "an amount is"),
        (3, "房号", "", "it must not "),
    ]
    refusal = refused(parsed.faults)
    assert refusal.zh.startswith("表中有 4 处错误,什么都没有保存:第 2 行“房号”“ABC”:应为")
    assert "line 2, Built area “89.123”: at most 2 decimals" in refusal.en
    assert refusal.en.endswith("and 1 more.")
    assert len(refusal.details["faults"]) == 4


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((), "no column Building"),
        ((("楼栋", "房号"),), "no column Layout, Built area, Inner area"),
        ((("楼栋", "房号", "房号"),), "Room is there twice"),
    ],
)
def test_a_sheet_without_its_heading(rows: tuple[tuple[Cell, ...], ...], words: str) -> None:
    with pytest.raises(Refused, match=words):
        ROOM_PRICE.parse(lines(*rows))


@pytest.mark.parametrize("sheet", SHEETS)
def test_no_two_columns_have_one_heading(sheet: Sheet) -> None:
    spellings = [word for column in sheet.columns for word in column.heading.spellings()]
    assert len(spellings) == len(set(spellings))
    assert len({column.key for column in sheet.columns}) == len(sheet.columns)
    assert all(all(column.kind.hint) and all(column.heading.words) for column in sheet.columns)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("sheet", SHEETS)
def test_the_template_is_read_and_its_example_left_out(sheet: Sheet, ending: str, tmp_path: Path) -> None:
    template(tmp_path / f"t.{ending}", sheet)
    parsed = sheet.parse(read(tmp_path / f"t.{ending}"))
    assert (parsed.records, parsed.faults, parsed.skipped, parsed.ignored) == ([], [], [2], [])
    other = [cell if at else "2栋" for at, cell in enumerate(sheet.example())]
    changed = sheet.parse([*read(tmp_path / f"t.{ending}")[:1], Line(2, tuple(other))])
    assert changed.faults == []
    assert len(changed.records) == 1


# -- rooms --------------------------------------------------------------------------------------------------------


def room(**values: Any) -> Record:
    return Record(1, dict.fromkeys(c.key for c in ROOM_PRICE.columns) | values)


@pytest.mark.parametrize(
    ("written", "floor", "found"),
    [
        ("201", None, Place(2, "01", "020201")),
        ("0201", 2, Place(2, "01", "020201")),
        ("1202", 12, Place(12, "02", "021202")),
        ("2", 3, Place(3, "02", "020302")),
        ("020201", None, Place(2, "01", "020201")),
        ("20201", None, Place(2, "01", "020201")),
        ("2栋201室", 2, Place(2, "01", "020201")),
        ("2-201", 2, Place(2, "01", "020201")),
        ("1单元201", 2, Place(2, "01", "020201")),
        ("01", -1, Place(-1, "01", "029901")),
    ],
)
def test_where_a_room_is(written: str, floor: int | None, found: Place) -> None:
    assert place("02", room(room=written, floor=floor)) == found


@pytest.mark.parametrize(
    ("written", "floor", "why"),
    [("201", 3, "not on floor 3"), ("010201", None, "must be its building"), ("2", None, "neither the room")],
)
def test_where_a_room_is_not(written: str, floor: int | None, why: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        place("02", room(room=written, floor=floor))
    assert why in unreadable.value.why.en


def test_what_a_room_costs() -> None:
    def cost(unit: int | None, total: int | None, built: int = 8943) -> Price:
        return price(room(unit_fen=unit, list_fen=total, built_x100=built, inner_x100=7000))

    # by hand: 10,000.37 yuan × 89.43 m² = 894,333.0891 → 894,333.09; rounded to the yuan 894,333
    assert cost(1_000_037, 89_433_309) == Price(1_000_037, 89_433_309)
    assert cost(1_000_037, 89_433_300) == Price(1_000_037, 89_433_300)
    assert cost(1_000_037, None) == Price(1_000_037, 89_433_300)
    # 894,333 / 89.43 = 10,000.36900… → 10,000.37
    assert cost(None, 89_433_300) == Price(1_000_037, 89_433_300)
    for unit, total in ((0, 89_433_309), (1_000_037, 89_433_309 + 200), (1_000_037, 89_000_000), (None, None)):
        with pytest.raises(Unreadable):
            cost(unit, total)


def test_areas_that_cannot_be() -> None:
    areas(room(built_x100=8900, inner_x100=7000, shared_x100=1900))
    for built, inner, shared in ((8900, 9000, None), (8900, 0, None), (8900, 7000, 1800), (0, 0, None)):
        with pytest.raises(Unreadable):
            areas(room(built_x100=built, inner_x100=inner, shared_x100=shared))


# -- out and in again ---------------------------------------------------------------------------------------------

PEOPLE: list[dict[str, Any]] = [
    {"name": "=cmd|' /C calc'!A0", "phones": ("+8613800000001", "+8613800000002"), "note": "@SUM(1)", "gender": "F"},
    {"name": '🏠 Wáng,"小" 明', "phones": ("+12125550100",), "birth": date(1985, 5, 1), "budget_fen": 100_000_001},
    {"name": "-2+3", "phones": ("+8613800000003",), "note": "+1", "address": "'引号"},
]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_goes_out_comes_in_again_and_runs_nowhere(ending: str, tmp_path: Path) -> None:
    blank_one: dict[str, Any] = dict.fromkeys(column.key for column in CUSTOMER_LIST.columns)
    people = [Record(number, blank_one | person) for number, person in enumerate(PEOPLE, 2)]
    file = tmp_path / f"people.{ending}"
    assert write(file, CUSTOMER_LIST, people) == 3
    parsed = CUSTOMER_LIST.parse(read(file))
    assert parsed.faults == []
    assert parsed.records == people
    if ending == "csv":
        raw = file.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        for row in csv.reader(io.StringIO(raw.decode("utf-8-sig"))):
            assert not any(cell[:1] in ("=", "+", "-", "@", "\t", "\r") for cell in row)
    else:
        page = load_workbook(file).active
        assert page is not None
        kinds = {cell.data_type for row in page.iter_rows() for cell in row}
        assert "f" not in kinds
        money = page.cell(3, 13)
        assert (money.value, money.number_format) == (1000000.01, "#,##0.00")
        assert page.cell(2, 1).quotePrefix
        assert page.cell(3, 6).is_date


def test_signs_that_could_run() -> None:
    for sign in ("=", "+", "-", "@", "\t", "\r", "=", " ="):
        assert safe(sign + "1") == "'" + sign + "1"
    assert [safe("1=1"), safe(""), safe("陈")] == ["1=1", "", "陈"]


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"\.xlsx or \.csv"):
        write(tmp_path / "a.pdf", CUSTOMER_LIST, [])
    with pytest.raises(Refused, match="cannot be written"):
        write(tmp_path / "none" / "a.csv", CUSTOMER_LIST, [])


# -- files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_in_any_dress(encoding: str, delimiter: str, tmp_path: Path) -> None:
    words = (
        delimiter.join(("姓名", "电话")) + "\r\n" + delimiter.join(('"陈\n伟"', "1")) + "\r\n\r\n" + "刘洋" + delimiter
    )
    (tmp_path / "a.csv").write_bytes(words.encode(encoding))
    assert read(tmp_path / "a.csv") == [Line(1, ("姓名", "电话")), Line(2, ("陈\n伟", "1")), Line(5, ("刘洋", ""))]


def xlsx(path: Path, change: Callable[[zipfile.ZipFile], None] | None = None) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["姓名", "电话"])
    page["A4"] = "陈伟"
    page["B4"] = "=1+1"
    book.save(path)
    if change is not None:
        with zipfile.ZipFile(path, "a") as packed:
            change(packed)
    return path


def test_a_workbook_gives_values_never_formulas(tmp_path: Path) -> None:
    assert read(xlsx(tmp_path / "a.xlsx")) == [Line(1, ("姓名", "电话")), Line(4, ("陈伟", None))]


def bomb(packed: zipfile.ZipFile) -> None:
    with packed.open(zipfile.ZipInfo("xl/bomb.xml"), "w", force_zip64=True) as out:
        for _ in range(64):
            out.write(bytes(1 << 20))


BAD: list[tuple[str, Any, Code, str]] = [
    ("a.xlsm", lambda p: xlsx(p), Code.VALIDATION, "has macros"),
    ("a.xlsx", lambda p: xlsx(p, lambda z: z.writestr("xl/vbaProject.bin", b"x")), Code.VALIDATION, "has macros"),
    ("b.xlsx", lambda p: xlsx(p, lambda z: z.writestr("x.xml", b"<!DOCTYPE a>")), Code.VALIDATION, "declares entities"),
    ("c.xlsx", lambda p: p.write_bytes(b"PK\x03\x04nothing"), Code.VALIDATION, "is broken"),
    ("d.xlsx", lambda p: p.write_bytes(xlsx(p).read_bytes()[:900]), Code.VALIDATION, "is broken"),
    ("e.xlsx", lambda p: p.write_bytes(b"hello"), Code.VALIDATION, "is broken"),
    ("f.xlsx", lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")),
     Code.VALIDATION, "protected by a password"),
    ("g.xls", lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"), Code.VALIDATION, r"old \.xls format"),
    ("h.csv", lambda p: p.write_bytes(b"\xff\xd8\xff\xe0\0\x10JFIF"), Code.VALIDATION, "is no sheet"),
    ("i.csv", lambda p: p.write_bytes(b'a,b\n"c'), Code.VALIDATION, "line 2"),
    ("j.csv", lambda p: p.write_bytes(b"x" * (31 << 20)), Code.TOO_LARGE, "31 MB, at most 30 MB"),
    ("none.csv", lambda p: None, Code.NOT_FOUND, "cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "make", "code", "words"), BAD, ids=[bad[0] for bad in BAD])
def test_a_file_that_is_no_plain_sheet(
    name: str, make: Callable[[Path], object], code: Code, words: str, tmp_path: Path
) -> None:
    make(tmp_path / name)
    with pytest.raises(Refused, match=words) as refusal:
        read(tmp_path / name)
    assert refusal.value.code is code
    assert name in refusal.value.zh


@pytest.mark.slow
def test_a_packed_bomb(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        for number in range(11):
            packed.writestr(f"xl/{number}.xml", bytes(60 << 20))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(Refused, match="too large") as refusal:
        read(path)
    assert refusal.value.code is Code.TOO_LARGE
