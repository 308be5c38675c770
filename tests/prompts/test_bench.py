"""The judge of the voice bench: what counts as heard right."""

import pytest

from bench.judge import amount_right, distance, judge, played_together
from prompts import catalogue


@pytest.mark.parametrize(
    ("lang", "said", "heard", "errors"),
    [
        ("en", "For the developer, press 1.", "for the developer press one", 0),
        ("en", "For the developer, press 1.", "for the developer press once", 1),
        ("en", "zero one zero two zero one", "010201", 0),
        ("en", "eight hundred ninety thousand yuan", "890,000 yuan", 0),
        ("en", "Two square metres at the centre.", "2 square meters at the center", 0),
        ("zh", "自动查询，请按1。", "自動查詢,請按一", 0),
        ("zh", "总价两万元", "总价20000元", 0),
        ("zh", "请按井号键", "请按警号件", 0),  # tones are not judged
        ("zh", "零幺零二", "零一零二", 0),
        ("zh", "零幺零二", "0102", 0),
        ("zh", "零幺零二", "零腰零二", 0),
        ("zh", "请按井号键", "请按键", 2),
        ("zh", "两室两厅", "兩室二廳", 0),  # either script
    ],
)
def test_what_counts_as_heard_right(lang: str, said: str, heard: str, errors: int) -> None:
    assert judge(lang, said, heard).errors == errors


@pytest.mark.parametrize(
    ("fen", "heard", "right"),
    [
        (89872200, "总价八十九万八千七百二十二元,目前在售", True),
        (89872200, "总价898722元,目前在售", True),
        (89872200, "总价898,722元", True),
        (89872200, "总价八十九万八千七百二十元", False),
        (89872200, "总价一百八十九万八千七百二十二元", False),
        (120000000, "总价一百二十万元", True),
        (87220000, "總價八十七萬兩千二百元目前在售", True),
    ],
)
def test_an_amount_is_right_only_if_all_of_it_is(fen: int, heard: str, right: bool) -> None:
    assert amount_right(fen, heard) is right


def test_distance_by_hand() -> None:
    assert distance("kitten", "sitting") == 3
    assert distance([], ["a"]) == 1


def test_options_of_a_menu_are_judged_together() -> None:
    book = catalogue.load()
    texts = [book[name].words["en"] for name in ("root_1", "bye", "root_2", "leaf_again", "leaf_back")]
    assert played_together(book, "en", texts) == [[texts[0], texts[2]], [texts[3], texts[4]], [texts[1]]]
