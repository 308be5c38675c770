"""What kind of call a number is, and who may make it: the table of SPEC §2.11 by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialplan.classes import Class, classify, may, may_call_back
from dialplan.codes import Change, Outside, Unknown, Within, read
from dialplan.extension import Level

TABLE = {
    Class.EMERGENCY: ["110", "119", "120", "122"],
    Class.INTERNAL: ["8001", "9001"],
    Class.FREE: ["8008100001", "10000", "10086"],
    Class.LOCAL: [
        "4008001234", "38880000", "3888000", "95588", "114", "02038880000", "+862038880000", "17909 02038880000",
    ],
    Class.DDD: ["01062345678", "075526123456", "13800000001", "013800000001", "+8613800000001",
                "008601062345678"],
    Class.HKMT: ["0085221234567", "0085366123456", "+886212345678"],
    Class.INTL: ["0012125550100", "+442071234567"],
    Class.UNKNOWN: ["", "16812345", "96123", "1234567", "00", "001", "0852", "008521", "12x", "138000000011", "9" * 40],
}  # fmt: skip


@pytest.mark.parametrize(("number", "kind"), [(number, kind) for kind in TABLE for number in TABLE[kind]])
def test_the_class_of_a_number(number: str, kind: Class) -> None:
    assert classify(number) is kind


def test_a_mobile_of_our_own_area_is_local() -> None:
    assert classify("13800000001", home_mobiles={"1380000"}) is Class.LOCAL
    assert classify("013800000001", home_mobiles={"1380000"}) is Class.DDD, "dialled as a distant one"
    assert classify("02162345678") is Class.DDD
    assert classify("02162345678", area="21") is Class.LOCAL


@pytest.mark.parametrize(
    ("level", "yes", "no"),
    [
        (Level.INTERNAL, "110", "38880000"),
        (Level.LOCAL, "38880000", "01062345678"),
        (Level.DOMESTIC, "01062345678", "0085221234567"),
        (Level.HKMT, "0085221234567", "0012125550100"),
        (Level.ABROAD, "0012125550100", "16812345"),
        (Level.ABROAD, "110", "8001"),
    ],
)
def test_an_extension_may_what_its_level_says(level: Level, yes: str, no: str) -> None:
    assert may(level, yes)
    assert not may(level, no)


def test_nobody_is_called_back_at_our_expense_who_is_no_ordinary_subscriber() -> None:
    assert may_call_back("13800000001")
    assert may_call_back("02062345678")
    for number in ("16812345", "0012125550100", "0085221234567", "110", "8001", "10086", "", "19"):
        assert not may_call_back(number), number


@given(st.text(max_size=40))
def test_any_text_has_a_class_and_more_may_is_never_less(text: str) -> None:
    assert isinstance(classify(text), Class)
    allowed = [may(level, text) for level in Level]
    assert allowed == sorted(allowed)
    read(text)


@pytest.mark.parametrize(
    ("dialled", "meant"),
    [
        ("8001", Within("8001")),
        ("9001", Within("9001")),
        ("9114", Outside("114")),
        ("9110", Outside("110")),
        ("110", Outside("110")),
        ("913800000001#", Outside("13800000001")),
        ("*78", Change({"dnd": True})),
        ("*728002#", Change({"always": "8002"})),
        ("*72*8002#", Change({"always": "8002"})),
        ("*90" + "8002", Change({"busy": "8002"})),
        ("*93", Change({"no_answer": ""})),
        ("*72", Unknown()),
        ("*99", Unknown()),
        ("9", Unknown()),
        ("13800000001", Unknown()),
        ("800", Unknown()),
        ("", Unknown()),
        ("9٣٣٣", Unknown()),
    ],
)
def test_what_a_phone_has_dialled(dialled: str, meant: object) -> None:
    assert read(dialled) == meant
