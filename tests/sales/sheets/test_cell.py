"""Cells as people write them: what they mean, or why they mean nothing."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.words import Words
from sales.sheets.cell import Cell, Unreadable, blank, number, plain, text
from sales.sheets.column import bare
from sales.sheets.customer_list import IdNo, id_card_check
from sales.sheets.kind import Area, Choice, Code, Day, Kind, Money, Phones, Text, Whole

READ: list[tuple[Kind, Cell, object]] = [
    (Money(), "1,234.50", 123450),
    (Money(), "￥８９万元", 89_000_000),
    (Money(), "89.5万", 89_500_000),
    (Money(), "1.2亿", 12_000_000_000),
    (Money(), "10,000元/㎡", 1_000_000),
    (Money(), 8900.1, 890010),  # as a float it is 8900.1000000000003638
    (Money(), 890000.0000000001, 89_000_000),
    (Money(), "0", 0),
    (Money(), "'-0", 0),
    (Area(), "89.00㎡", 8900),
    (Area(), "１２０．５平方米", 12050),
    (Area(), 70.1, 7010),
    (Whole(-5, 99, frozenset({"层", "F"}), ("B", "负")), "B1", -1),
    (Whole(-5, 99, frozenset({"层", "F"}), ("B", "负")), "负2层", -2),
    (Whole(-5, 99, frozenset({"层", "F"})), "１２F", 12),
    (Whole(0, 9), 3.0, 3),
    (Day(), "2024年3月5日", date(2024, 3, 5)),
    (Day(), "2024/3/31", date(2024, 3, 31)),
    (Day(), "20240331", date(2024, 3, 31)),
    (Day(), 45382, date(2024, 3, 31)),  # as a spreadsheet counts
    (Day(), datetime(2024, 3, 31, 9, 30), date(2024, 3, 31)),  # noqa: DTZ001
    (Text(64), "  李\u200b小\ufeff明 🏠\t先生 ", "李小明 🏠 先生"),
    (Text(64), "👨\u200d👩\u200d👧 之家", "👨\u200d👩\u200d👧 之家"),
    (Text(64), "'=1+1", "=1+1"),
    (Text(64), "'tis", "'tis"),
    (Text(8), 201.0, "201"),
    (Code(r"[A-Z]\d+", Words("", "")), " ａ１2\u200b", "A12"),
    (Choice({"S": ("南", "朝南")}), "朝 南", "S"),
    (Phones(), "138 0000 0001、１３８００００００02", ("+8613800000001", "+8613800000002")),
    (Phones(), "13800000001\u200b\n13800000001", ("+8613800000001",)),
    (Phones(), 13800000001, ("+8613800000001",)),
    (Phones(), 13800000001.0, ("+8613800000001",)),
    (IdNo(), "11010519491231002x", "11010519491231002X"),
    (IdNo(), "G12345678", "G12345678"),
]

REFUSED: list[tuple[Kind, Cell, str]] = [
    (Money(), "-1", "not negative"),
    (Money(), "12.345", "at most 2 decimals"),
    (Money(), 10**12, "too large"),
    (Money(), "1e400", "too large"),
    (Money(), "NaN", "not a number"),
    (Money(), "1,23,4", "commas"),
    (Money(), "面议", "not a number"),
    (Text(9), float("inf"), "not a number"),
    (Money(), "#REF!", "formula's error"),
    (Money(), True, "not a number"),
    (Money(), "=1+1", "not a number"),
    (Area(), "89.123", "at most 2 decimals"),
    (Area(), "-89", "not negative"),
    (Whole(1, 9), "1.5", "at most 0 decimals"),
    (Whole(1, 9), 10, "must be 1 to 9"),
    (Day(), "2024-02-30", "no such day"),
    (Day(), "24-3-1", "not a date"),
    (Day(), "1066-10-14", "between 1900"),
    (Text(3), "四个字了", "longer than 3"),
    (Text(9), "\ud83d", "half a character"),
    (Code(r"\d{3}", Words("", "three digits")), "ABC", "must be three digits"),
    (Choice({"S": ("南",)}), "上", "one of 南"),
    (Phones(), "8001", "not a telephone number"),
    (Phones(), "、", "1 to 5 numbers"),
    (IdNo(), "110105194912310021", "check digit"),
    (IdNo(), 110105194912310021, "lost its last digits"),
    (IdNo(), "1" * 16, "not the number of a document"),
]


@pytest.mark.parametrize(("kind", "cell", "value"), READ)
def test_a_cell_that_can_be_read(kind: Kind, cell: Cell, value: object) -> None:
    found = kind.read(cell, "")
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("kind", "cell", "why"), REFUSED)
def test_a_cell_that_cannot(kind: Kind, cell: Cell, why: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        kind.read(cell, "")
    assert why in unreadable.value.why.en
    assert unreadable.value.why.zh


def test_a_heading_and_its_unit() -> None:
    assert bare(" 总 价(万元)*") == ("总价", "万元")
    assert bare("建筑面积\n【㎡】") == ("建筑面积", "m2")
    assert Money().read(89.5, "万元") == 89_500_000
    assert Money().read("89.5万", "万元") == 89_500_000  # said twice, it counts once


def test_blank() -> None:
    assert [blank(cell) for cell in (None, "", " \u3000\u200b", "-", "/", "无", 0, "0")] == [True] * 6 + [False] * 2


# an identity card by hand: 11010519491231002: 7·1+9·1+10·0+5·1+8·0+4·5+2·1+1·9+6·4+3·9+7·1+9·2+10·3+5·1+8·0+4·0+2·2
# = 7+9+5+20+2+9+24+27+7+18+30+5+4 = 167; 167 mod 11 = 2 → X
def test_the_check_digit_of_an_identity_card() -> None:
    assert id_card_check("11010519491231002") == "X"


@settings(max_examples=80)
@given(fen=st.integers(0, 10**12 - 1), thousands=st.booleans())
def test_money_goes_out_and_in(fen: int, thousands: bool) -> None:
    shown = Money().show(fen)
    assert Money().read(format(shown, ",.2f" if thousands else "f"), "") == fen
    assert Money().read(float(shown), "") == fen  # as XLSX keeps it


@settings(max_examples=80)
@given(st.text(max_size=40) | st.integers() | st.floats() | st.booleans() | st.none() | st.dates() | st.datetimes())
def test_no_cell_breaks_anything(cell: Cell) -> None:
    kinds: tuple[Kind, ...] = (Money(), Area(), Whole(0, 9), Day(), Text(30), Phones(), IdNo(), Choice({"S": ("南",)}))
    for kind in kinds:
        if not blank(cell):
            try:
                value = kind.read(cell, "")
            except Unreadable:
                continue
            kind.show(value)


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_what_is_read_stays_what_it_is(words: str) -> None:
    try:
        once = text(words)
    except Unreadable:
        return
    if not once.startswith("'"):
        assert text(once) == once or blank(once) or once in ("#REF!",)
    assert plain(plain(once) if not once.startswith("'") else "x") is not None


def test_a_number_of_a_spreadsheet_is_what_it_shows() -> None:
    assert number(0.1 + 0.2) == Decimal("0.3")
