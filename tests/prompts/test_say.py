"""SPEC §4.9 by its own vectors, by independent libraries, and by reading the words back."""

from datetime import date, time
from decimal import Decimal

import cn2an
import num2words
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.say import en, speaker, tokens, zh

NUMBERS = [
    (0, "零", "zero"),
    (10, "十", "ten"),
    (12, "十二", "twelve"),
    (20, "二十", "twenty"),
    (110, "一百一十", "one hundred ten"),
    (200, "二百", "two hundred"),
    (1002, "一千零二", "one thousand two"),
    (1012, "一千零一十二", "one thousand twelve"),
    (2200, "两千二百", "two thousand two hundred"),
    (10001, "一万零一", "ten thousand one"),
    (12000, "一万两千", "twelve thousand"),
    (22000, "两万两千", "twenty two thousand"),
    (120000, "十二万", "one hundred twenty thousand"),
    (200002, "二十万零二", "two hundred thousand two"),
    (1010000, "一百零一万", "one million ten thousand"),
    (2000000, "二百万", "two million"),
    (10203040, "一千零二十万三千零四十", "ten million two hundred three thousand forty"),
    (200000000, "两亿", "two hundred million"),
    (300400050, "三亿零四十万零五十", "three hundred million four hundred thousand fifty"),
]
MONEY = [
    (5, "五分", "five fen"),
    (20, "两角", "twenty fen"),
    (105, "一元零五分", "one yuan and five fen"),
    (150, "一元五角", "one yuan and fifty fen"),
    (200, "两元", "two yuan"),
    (220, "两元二角", "two yuan and twenty fen"),
    (374076, "三千七百四十元七角六分", "three thousand seven hundred forty yuan and seventy six fen"),
    (89872200, "八十九万八千七百二十二元", "eight hundred ninety eight thousand seven hundred twenty two yuan"),
    (100000560, "一百万零五元六角", "one million five yuan and sixty fen"),
]
AREAS = [
    (8900, "八十九平方米", "eighty nine square metres"),
    (12050, "一百二十点五平方米", "one hundred twenty point five square metres"),
    (8905, "八十九点零五平方米", "eighty nine point zero five square metres"),
]
DIGITS = [
    ("010201", "零幺零二零幺", "zero one zero two zero one"),
    ("8001", "八零零幺", "eight zero zero one"),
]
FIGURES = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


@pytest.mark.parametrize(("value", "mandarin", "english"), NUMBERS)
def test_numbers_as_specified(value: int, mandarin: str, english: str) -> None:
    assert (zh.number(value), en.number(value)) == (mandarin, english)


@pytest.mark.parametrize(("fen", "mandarin", "english"), MONEY)
def test_money_as_specified(fen: int, mandarin: str, english: str) -> None:
    assert (zh.money(fen), en.money(fen)) == (mandarin, english)


@pytest.mark.parametrize(("x100", "mandarin", "english"), AREAS)
def test_areas_as_specified(x100: int, mandarin: str, english: str) -> None:
    assert (zh.area(x100), en.area(x100)) == (mandarin, english)


@pytest.mark.parametrize(("code", "mandarin", "english"), DIGITS)
def test_digits_as_specified(code: str, mandarin: str, english: str) -> None:
    assert (zh.digits(code), en.digits(code)) == (mandarin, english)


def test_dates_and_times_as_specified() -> None:
    assert zh.day(date(2024, 3, 31)) == "二零二四年三月三十一日"
    assert en.day(date(2024, 3, 31)) == "March thirty first, twenty twenty four"
    assert zh.clock(time(15, 20)) == "下午三点二十分"
    assert en.clock(time(15, 20)) == "three twenty in the afternoon"


@pytest.mark.parametrize(
    ("at", "mandarin", "english"),
    [
        (time(0), "凌晨零点", "twelve o'clock in the morning"),
        (time(2), "凌晨两点", "two o'clock in the morning"),
        (time(12, 5), "中午十二点零五分", "twelve oh five in the afternoon"),
        (time(21, 30), "晚上九点三十分", "nine thirty in the evening"),
    ],
)
def test_times_round_the_clock(at: time, mandarin: str, english: str) -> None:
    assert (zh.clock(at), en.clock(at)) == (mandarin, english)


def test_the_price_of_the_feature_list_as_tokens() -> None:
    """S4-27: 898722 yuan."""
    assert tokens("zh", zh.money(89872200)) == list("八十九万八千七百二十二元")
    assert tokens("zh", zh.area(12050)) == [*"一百二十点五", "平方米"]
    assert tokens("en", en.money(105)) == ["one", "yuan", "and", "five", "fen"]


def test_rates() -> None:
    assert zh.percent(Decimal("0.0395")) == "百分之三点九五"
    assert en.percent(Decimal("0.0395")) == "three point nine five percent"
    assert zh.percent(Decimal("0.0005")) == "百分之零点零五"


def test_every_orientation_and_room_state_has_words_in_both_languages() -> None:
    assert zh.ORIENTATIONS.keys() == en.ORIENTATIONS.keys()
    assert zh.ROOM_STATES.keys() == en.ROOM_STATES.keys()
    assert (zh.orientation("SE"), en.orientation("SE")) == ("东南", "southeast")
    assert (zh.room_state("available"), en.room_state("sold")) == ("在售", "sold")


def test_two_of_a_thing() -> None:
    assert [zh.count(n) for n in (1, 2, 3, 12, 22)] == ["一", "两", "三", "十二", "二十二"]


def test_a_language_nobody_speaks() -> None:
    with pytest.raises(ValueError, match="fr"):
        speaker("fr")


def read_number(words: str) -> int:
    """An independent reader of Chinese numbers: units multiply what stands before them."""
    for unit, factor in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = words.rpartition(unit)
        if found:
            return read_number(head) * factor + (read_number(tail) if tail else 0)
    total = digit = 0
    for c in words:
        if c in FIGURES:
            digit = FIGURES[c]
        else:
            total += (digit or 1) * UNITS[c]
            digit = 0
    return total + digit


def read_money(words: str) -> int:
    fen = 0
    for unit, factor in (("元", 100), ("角", 10), ("分", 1)):
        head, found, tail = words.partition(unit)
        if found:
            fen += read_number(head) * factor
            words = tail
    return fen


def read_english(words: str) -> int:
    """An independent reader of English cardinals."""
    small = {word: i for i, word in enumerate(num2words.num2words(i) for i in range(20))}
    small |= {num2words.num2words(i): i for i in range(20, 100, 10)}
    total = part = 0
    for word in words.split():
        match word:
            case "hundred":
                part *= 100
            case "thousand" | "million" | "billion" | "trillion":
                total += part * {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}[word]
                part = 0
            case _:
                part += small[word]
    return total + part


def test_the_readers_themselves() -> None:
    assert read_number("三亿零四十万零五十") == 300400050
    assert read_money("一百万零五元六角") == 100000560
    assert read_english("ten million two hundred three thousand forty") == 10203040


whole = st.integers(0, 10**12 - 1) | st.integers(0, 99999)


@given(whole)
def test_mandarin_numbers_read_back(value: int) -> None:
    assert read_number(zh.number(value)) == value


@given(whole)
def test_mandarin_numbers_as_cn2an_says_them(value: int) -> None:
    """cn2an knows no 两, and says 一十 at the head only as 一十: both sides are brought to its way.

    It also puts a 零 after every section that ends in 0 (一千零二十万零三千); SPEC §4.9 has one for a gap only.
    """
    theirs = cn2an.an2cn(value).removeprefix("一十") if 10 <= value < 20 else cn2an.an2cn(value)
    ours = zh.number(value)
    assert _plain(ours) == _plain(theirs)


def _plain(words: str) -> str:
    return words.replace("两", "二").replace("零", "").removeprefix("一十").removeprefix("十")


@given(whole)
def test_english_numbers_as_num2words_says_them(value: int) -> None:
    theirs = num2words.num2words(value).replace("-", " ").replace(",", "").replace(" and ", " ")
    assert en.number(value) == theirs


@given(whole)
def test_english_numbers_read_back(value: int) -> None:
    assert read_english(en.number(value)) == value


@given(st.integers(1, 31))
def test_english_days_as_num2words_says_them(day: int) -> None:
    assert en.ordinal(day) == num2words.num2words(day, to="ordinal").replace("-", " ")


@given(st.integers(1901, 2099))
def test_english_years_as_num2words_says_them(year: int) -> None:
    theirs = num2words.num2words(year, to="year").replace("-", " ").replace(" and ", " ").replace("oh ", "oh ")
    assert en.year(year) == theirs


@given(st.integers(0, 10**12))
def test_money_reads_back_in_both_languages(fen: int) -> None:
    assert read_money(zh.money(fen)) == fen
    yuan, _, rest = en.money(fen).partition(" yuan")
    if not rest and fen < 100 and fen:
        yuan, rest = "zero", yuan
    cents = rest.removeprefix(" and ").removesuffix(" fen")
    assert read_english(yuan) * 100 + (read_english(cents) if cents else 0) == fen


@given(st.integers(0, 10**9))
def test_the_two_rule(value: int) -> None:
    """两 before 千 and as a lone digit before 万 and 亿; 二 everywhere else (SPEC §4.9)."""
    words = zh.number(value)
    for i, c in enumerate(words):
        before, after = words[i - 1 : i], words[i + 1 : i + 2]
        if c == "两":
            assert after in list("千万亿")
        if c == "二":
            assert after != "千"
            lone = before in ("", "亿") or (before == "零" and words[i - 2] == "亿")  # 七百零二万 is not: 702 of them
            assert not (after and after in "万亿" and lone)


@given(st.text("0123456789", max_size=20))
def test_digits_read_back(code: str) -> None:
    assert "".join(str("零幺二三四五六七八九".index(c)) for c in zh.digits(code)) == code
    assert "".join(str(en.ONES.index(word)) for word in en.digits(code).split()) == code


@given(st.decimals(0, 10**6, places=4, allow_nan=False, allow_infinity=False))
def test_decimals_read_back(value: Decimal) -> None:
    whole_part, _, rest = zh.decimal(value).partition("点")
    digits = "".join(str(FIGURES[c]) for c in rest)
    assert Decimal(f"{read_number(whole_part)}.{digits or 0}") == value
    whole_part, _, rest = en.decimal(value).partition(" point ")
    digits = "".join(str(en.ONES.index(word)) for word in rest.split())
    assert Decimal(f"{read_english(whole_part)}.{digits or 0}") == value
