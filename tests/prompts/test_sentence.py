"""Templates and their values become words; texts become sentences."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.say import LANGUAGES, sentence

ROOM = {
    "building": 2,
    "floor": 2,
    "door": "01",
    "layout": {"zh": "两室一厅", "en": "two bedrooms and one living room"},
    "area": 8900,
    "dir": "S",
    "unit_price": 1000000,
    "price": 89000000,
    "state": "available",
}


def test_the_room_of_the_golden_fixture_in_mandarin() -> None:
    template = "{building}栋{floor}楼{door}房，{layout}，建筑面积{area}，{dir}向，总价{price}，目前{state}。"
    said = sentence.fill("zh", template, ROOM)
    assert said == "二栋二楼零幺房，两室一厅，建筑面积八十九平方米，南向，总价八十九万元，目前在售。"


def test_the_room_of_the_golden_fixture_in_english() -> None:
    template = "Building {building}, door {door}: {layout}, {area}, facing {dir}, {price}, {state}."
    assert sentence.fill("en", template, ROOM) == (
        "Building two, door zero one: two bedrooms and one living room, eighty nine square metres, facing south, "
        "eight hundred ninety thousand yuan, for sale."
    )


def test_a_room_code_is_said_twice_each_time_uncut() -> None:
    assert sentence.fill("zh", "房号是{code}。", {"code": "010201"}) == "房号是零幺零二零幺，零幺零二零幺。"
    assert sentence.fill("en", "Room {code}.", {"code": "0102"}) == "Room zero one zero two, zero one zero two."


def test_a_price_ending_in_fen() -> None:
    assert sentence.fill("zh", "总价{price}。", {"price": 89000005}) == "总价八十九万元零五分。"


def test_dates_and_rates_come_as_values_or_as_text() -> None:
    assert sentence.fill("zh", "{date}", {"date": "2024-03-31"}) == sentence.fill(
        "zh", "{date}", {"date": date(2024, 3, 31)}
    )
    assert sentence.fill("en", "{rate} at {time}", {"rate": "0.0395", "time": "15:20"}) == (
        "three point nine five percent at three twenty in the afternoon"
    )


@pytest.mark.parametrize("values", [{}, {"price": "much"}, {"price": None}])
def test_a_value_that_is_missing_or_wrong_is_said_so(values: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError)):
        sentence.fill("zh", "总价{price}", values)


def test_text_is_cut_at_the_ends_of_sentences() -> None:
    assert sentence.sentences("zh", "您好。这里是海天!请问?") == ["您好。", "这里是海天!", "请问?"]
    assert sentence.sentences("en", "Hello. It is 3.5 km away! Is it?") == ["Hello.", "It is 3.5 km away!", "Is it?"]


def test_a_very_long_sentence_is_cut_at_its_commas() -> None:
    long = "，".join(["小区对面是天河第三小学"] * 20) + "。"
    pieces = sentence.sentences("zh", long)
    assert len(pieces) > 1
    assert "".join(pieces) == long
    assert max(map(len, pieces)) <= sentence.MOST


@pytest.mark.parametrize("nothing", ["", "   ", "😀😀", "。。。", "\x00\x07", "---"])
def test_what_nobody_can_speak_is_no_sentence(nothing: str) -> None:
    assert sentence.sentences("zh", nothing) == []


def test_emoji_inside_a_sentence_are_left_out() -> None:
    assert sentence.sentences("en", "Welcome 😀 home.") == ["Welcome home."]


@given(st.text(max_size=3000), st.sampled_from(LANGUAGES))
def test_no_text_makes_a_piece_an_engine_cannot_take(text: str, lang: str) -> None:
    for piece in sentence.sentences(lang, text):
        assert 0 < len(piece) <= sentence.MOST * sentence.LETTERS_PER_SYLLABLE
        sentence.spoken(lang, piece)


@pytest.mark.parametrize(
    ("lang", "written", "words"),
    [
        ("zh", "自动查询，请按1。", "自动查询，请按一。"),
        ("zh", "1栋2楼01房", "一栋二楼零幺房"),
        ("zh", "面积89.5,请按12", "面积八十九点五，请按十二"),
        ("en", "building 1, floor 2, door 01", "building one, floor two, door zero one"),
        ("en", "Call 02038889999.", "Call zero two zero three eight eight eight nine nine nine nine."),
    ],
)
def test_figures_in_a_written_text(lang: str, written: str, words: str) -> None:
    assert sentence.spoken(lang, written) == words
