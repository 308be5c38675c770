"""Telephone numbers as they are written, what is shown of numbers, and names by their pinyin. Pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.refusal import Code, Refused
from sales import masks, phones, pinyin

MOBILE = "+8613800000001"
ZERO_WIDTH = "\u200b\u200c\u200d\ufeff\u2060\u202a\u202c\u00ad"
BLANKS = " \u3000\u00a0\u2003-\u2010\u2013\u2014"


@pytest.mark.parametrize(
    "written",
    [
        "13800000001",
        "+86 138-0000-0001",
        "008613800000001",
        "１３８０００００００１",
        "＋８６（１３８）００００－０００１",
        "138\u200b0000\ufeff0001",
        "\u202a138 0000 0001\u202c",
        "138—0000—0001",
        "\t13800000001\r\n",
    ],
)
def test_one_number_in_many_spellings(written: str) -> None:
    assert phones.normal(written) == MOBILE


@given(st.lists(st.sampled_from(ZERO_WIDTH + BLANKS), max_size=20), st.randoms(use_true_random=False), st.booleans())
def test_what_does_not_count_may_stand_anywhere(noise: list[str], random: object, wide: bool) -> None:
    digits = [chr(ord(digit) + 0xFEE0) if wide else digit for digit in "13800000001"]
    for sign in noise:
        digits.insert(random.randrange(len(digits)), sign)  # type: ignore[attr-defined]
    assert phones.normal("".join(digits)) == MOBILE


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "abc", "12345", "1380000000", "138000000011", "13800000001x", "٠١٢٣٤٥٦٧٨٩", "①③⑧00000001", "8001",
        "13800000001;DROP TABLE", "1" * 500, "📞13800000001", "13800000001/13800000002", "0", "+", "+86", "\0",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_in_both_languages(written: str) -> None:
    with pytest.raises(Refused) as refused:
        phones.normal(written)
    assert refused.value.code is Code.VALIDATION
    assert "不是有效的电话号码" in refused.value.zh
    assert "is not a telephone number" in refused.value.en
    assert len(refused.value.details["phone"]) <= phones.MOST


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_refused(written: str) -> None:
    try:
        number = phones.normal(written)
    except Refused:
        return
    assert number.startswith("+")
    assert number[1:].isascii()
    assert number[1:].isdigit()
    assert len(number) <= 20
    assert phones.normal(number) == number


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8613800000001", "138****0001"),
        ("+862038880000", "020****0000"),
        ("+864008001234", "400***1234"),
        ("+85212345678", "+852****5678"),
        ("8001", "****"),
        ("", ""),
    ],
)
def test_a_phone_is_shown_masked(number: str, shown: str) -> None:
    if number == "+864008001234":  # ten digits: one less is shown, four stay hidden
        shown = "400****234"
    assert masks.phone(number) == shown


def test_cards_and_accounts_are_shown_masked() -> None:
    assert masks.id_no("440106198506151234") == "4401**********1234"
    assert masks.id_no("44010619850615123X") == "4401**********123X"
    assert masks.bank_no("6222 0212 3456 7890 123") == "6222***********0123"


@given(st.text(st.characters(codec="ascii", categories=["Nd", "Lu"]), max_size=25))
def test_at_least_four_signs_stay_hidden(text: str) -> None:
    for shown in (masks.id_no(text), masks.bank_no(text), masks.phone(text)):
        assert len(shown) == len(text)
        assert shown.count("*") >= min(4, len(text))
        assert all(sign in ("*", true) for sign, true in zip(shown, text, strict=True))


@pytest.mark.parametrize(
    ("name", "spelled", "initials"),
    [
        ("陈伟", "chenwei", "cw"),
        ("Emily Carter", "emilycarter", "ec"),
        ("曾小明", "zengxiaoming", "zxm"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("李Jack", "lijack", "lj"),
        ("😀", "", ""),
        ("", "", ""),
        ("O'Neill-Smith 3", "oneillsmith3", "ons3"),
    ],
)
def test_names_by_their_pinyin(name: str, spelled: str, initials: str) -> None:
    assert (pinyin.spelled(name), pinyin.initials(name)) == (spelled, initials)


@given(st.text(max_size=64))
def test_any_name_can_be_spelled(name: str) -> None:
    spelled, initials = pinyin.spelled(name), pinyin.initials(name)
    assert spelled.isascii()
    assert spelled == spelled.lower()
    assert len(initials) <= min(len(spelled), 64)
    assert bool(spelled) == bool(initials)
