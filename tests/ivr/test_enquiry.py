"""The enquiry's leaves that ask for something: layouts (Q3), room (Q4), search (Q5), mortgage calculator (Q8, F4)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.call import Answered
from calls.facts import HelpGiven, WrongKeys
from ivr.enquiry import Found, Wish
from ivr.flow import Flow, load
from ivr.keys import LONGEST, Verdict, within
from ivr.loan import LoanWish
from ivr.place import Place
from tests.ivr.desk import FOUND, MAIN, ROOMS, SERVICE, SHOWN, House, Stage, copy, document, filled, words

BOTH = pytest.mark.parametrize(("key", "lang"), [("1", "zh"), ("2", "en")])


def place(step: str, lang: str = "zh", **more: str) -> str:
    return str(Place("main", MAIN.version, step, lang, **more))  # type: ignore[arg-type]


# -- Q3 ----


@BOTH
async def test_a_layout_with_its_rooms_for_sale_and_their_prices(key: str, lang: str) -> None:
    stage = await Stage(f" {key} 1 3 1 9 *", MAIN).run()
    assert stage.nodes == ["welcome", "lang", "root", "query", "layouts", "layout_say", "query"]
    assert filled("layout_option", lang, layout=SHOWN[1].name, number=2) in stage.speech
    heard = {
        "zh": "两室两厅，建筑面积八十九平方米，南向，目前在售两套，总价从八十九万元到八十九万八千九百元。",
        "en": "two bedrooms, eighty nine square metres, facing south. Number of rooms for sale: two. "
        "The total price is from eight hundred ninety thousand yuan "
        "to eight hundred ninety eight thousand nine hundred yuan.",
    }[lang]
    assert stage.speech.count(heard) == 2


async def test_a_layout_that_is_sold_has_no_price() -> None:
    stage = await Stage(" 1 1 3 2 2 1", MAIN).run()
    assert stage.nodes[4:] == ["layouts", "layout_say", "layouts", "layout_say"]
    [told] = [said for said in stage.said if "三室两厅，建筑面积" in said]
    assert "目前没有在售的房源" in told
    assert "总价" not in told


async def test_one_price_is_not_a_range_and_rooms_may_face_both_ways() -> None:
    one = replace(SHOWN[0], orientations=("S", "N"), for_sale=1, most_fen=89000000)
    stage = await Stage(" 1 1 3 1", MAIN, House(shown=(one,))).run()
    assert "南、北向，目前在售一套，总价八十九万元。" in stage.speech


async def test_only_eight_layouts_have_a_key_and_a_project_without_any_says_so() -> None:
    many = [replace(SHOWN[0], code=str(n)) for n in range(9)]
    stage = await Stage(" 1 1 3 9 8", MAIN, House(shown=many)).run()
    assert [fact.keys for fact in stage.of(WrongKeys)] == ["9"]
    assert stage.visit.place.entry == "7"
    none = await Stage(" 1 1 3 0", MAIN, House(shown=()), dials=[Answered(1.0)]).run()
    assert words("layout_none") in none.speech
    assert none.nodes[4:6] == ["layouts", "agent"]


async def test_a_layout_that_went_meanwhile() -> None:
    stage = await Stage(" *", MAIN).run(place=place("layout_say", entry="Z"))
    assert words("layout_none") in stage.speech


# -- Q4 ----


@BOTH
async def test_a_room_for_sale_may_be_reckoned_with(key: str, lang: str) -> None:
    """F4's loan, on room 020201 of the fixture: 890,000 yuan without being typed."""
    stage = await Stage(f" {key} 1 4 020201# 3 30# 20# 1 *", MAIN).run()
    assert stage.nodes[4:] == ["room_code", "room_say", "room_mortgage", "room_say"]
    assert words("room_mortgage", lang) in stage.speech
    assert words("mortgage_price", lang) not in stage.speech
    assert stage.house.loans == [LoanWish(89000000, 30, 20, "equal instalment")]
    assert {"zh": "三千七百四十元七角六分", "en": "seven hundred forty yuan and seventy six fen"}[lang] in stage.speech


@pytest.mark.parametrize("code", ["010201", "020202"])
async def test_a_room_that_is_not_for_sale_has_no_calculator(code: str) -> None:
    stage = await Stage(f" 1 1 4 {code}# 3 *", MAIN).run()
    assert words("room_mortgage") not in stage.speech
    assert [fact.keys for fact in stage.of(WrongKeys)] == ["3"]
    assert stage.house.loans == []


async def test_a_room_sold_while_the_caller_looks_at_it_keeps_its_price() -> None:
    sold = House(rooms=ROOMS | {"020201": replace(ROOMS["020201"], state="sold")})
    stage = await Stage(" *", MAIN, sold).run(place=place("room_mortgage", entry="020201"))
    assert stage.nodes == ["room_say", "query"]
    assert "目前已售" in stage.speech


async def test_the_fax_is_not_offered_until_it_is_switched_on() -> None:
    for keys in (" 1 1 4 020201# 1 *", " 1 1 5 0 0# 0# 2 *"):
        stage = await Stage(keys, MAIN).run()
        assert not {words("room_fax"), words("result_fax")} & set(stage.speech.split("。\n"))
        assert [fact.keys for fact in stage.of(WrongKeys)] == [keys[-3]]
    faxing = with_fax()
    for keys in (" 1 1 4 020201# 1", " 1 1 5 0 0# 0# 2"):
        assert (await Stage(keys, faxing).run()).nodes[-1] == "bye"
        without = await Stage(keys + " *", faxing, service=replace(SERVICE, off=frozenset({"fax"}))).run()
        assert [fact.keys for fact in without.of(WrongKeys)] == [keys[-1]]


def with_fax() -> Flow:
    made = copy(document())
    for name in ("room_say", "result"):
        made["steps"][name]["fax"] = True
        made["steps"][name]["leads"]["fax"] = "bye"
    return load(made)


# -- Q5 ----


@BOTH
async def test_a_search_tells_the_rooms_one_by_one(key: str, lang: str) -> None:
    stage = await Stage(f" {key} 1 5 2 120# 80# # 1 *", MAIN).run()
    assert stage.nodes == ["welcome", "lang", "root", "query", "bedrooms", "budget", "least_area", "result", "query"]
    assert stage.house.wishes == [Wish(2, 120, 80)]
    first, second, details = stage.said[-4:-1]
    assert first.startswith(filled("result_found", lang, n=2))
    assert {"zh": "二栋二楼零幺房，两室两厅，建筑面积八十九平方米，总价八十九万元", "en": "floor two, door zero one"}[
        lang
    ] in first
    assert words("result_next", lang) in first
    assert {"zh": "现在介绍第二套房源", "en": "This is the second room"}[lang] in second
    assert words("result_next", lang) not in second  # there is no third one
    assert filled("room_number", lang, code="020301") in details
    assert {"zh": "单价每平方米一万零一百元", "en": "unit price is ten thousand one hundred yuan"}[lang] in details


async def test_the_same_again_and_no_more() -> None:
    stage = await Stage(" 1 1 5 0 0# 0# 9 # # 9 0", MAIN, dials=[Answered(1.0)]).run()
    assert [stage.speech.count(filled("result_number", k=k)) for k in (1, 2, 3)] == [2, 2, 0]
    assert stage.speech.count(words("result_last")) == 1
    assert stage.house.wishes == [Wish()]
    assert stage.nodes[-3:] == ["agent", "operator", "bye"]


async def test_of_many_the_cheapest_five_are_told() -> None:
    five = [replace(ROOMS["020201"], code=f"02020{n}") for n in range(1, 6)]
    stage = await Stage(" 1 1 5 0 0# 0# # # # # #", MAIN, House(found=Found(17, five))).run()
    assert filled("result_found", n=17) in stage.speech
    assert words("result_cheapest") in stage.speech
    assert filled("result_number", k=5) in stage.speech
    assert stage.speech.count(words("result_last")) == 1


@BOTH
async def test_nothing_found_may_be_asked_otherwise(key: str, lang: str) -> None:
    stage = await Stage(f" {key} 1 5 5 1# 500# 1 2", MAIN, House(found=Found(0, ()))).run()
    assert stage.nodes[4:] == ["bedrooms", "budget", "least_area", "result", "result_none", "bedrooms", "budget"]
    assert words("result_none", lang) in stage.speech
    assert stage.house.wishes == [Wish(5, 1, 500)]
    assert stage.visit.place.entry == "2,0,0"  # the first wish is forgotten


async def test_back_goes_one_question_back() -> None:
    stage = await Stage(" 1 1 5 2 9* * *", MAIN).run()
    assert stage.nodes[3:] == ["query", "bedrooms", "budget", "bedrooms", "query", "root"]


@pytest.mark.parametrize(
    ("script", "wrong"),
    [
        (" 1 1 5 7 2", ["7"]),
        (" 1 1 5 2 #", ["#"]),
        (" 1 1 5 2 100000# 5#", ["100000#"]),
        (" 1 1 5 2 1# 10000# 0#", ["10000#"]),
    ],
)
async def test_a_wish_that_is_none_is_asked_for_again(script: str, wrong: list[str]) -> None:
    stage = await Stage(script, MAIN).run()
    assert [fact.keys for fact in stage.of(WrongKeys)] == wrong
    assert words("invalid") in stage.speech


async def test_a_search_taken_up_again_goes_on_with_the_same_room() -> None:
    stage = await Stage(" 9 *", MAIN).run(place=place("result", entry="2,120,80", phase="1+"))
    assert stage.house.wishes == [Wish(2, 120, 80)]
    assert filled("room_number", code="020301") in stage.said[0]
    assert filled("result_found", n=2) not in stage.speech
    fewer = await Stage(" *", MAIN, House(found=Found(1, FOUND.rooms[:1]))).run(
        place=place("result", entry="2,120,80", phase="4")
    )
    assert filled("result_number", k=1) in fewer.speech  # the last there is


# -- Q8 ----


async def test_f4_in_english() -> None:
    stage = await Stage(" 2 1 8 89# 30# 20# 1 9 0", MAIN, dials=[Answered(1.0)]).run()
    assert stage.nodes[:5] == ["welcome", "lang", "root", "query", "calculator"]
    told = (
        "The loan is six hundred twenty thousand yuan, at an annual rate of three point nine five percent. The number "
        "of years is twenty. You pay three thousand seven hundred forty yuan and seventy six fen every month. The "
        "interest is two hundred seventy seven thousand seven hundred eighty three yuan and sixty fen in all."
    )
    assert stage.speech.replace("\n", " ").count(told) == 2
    assert stage.nodes[5:7] == ["agent", "operator"]


async def test_f4_in_mandarin_and_once_more_with_equal_principal() -> None:
    stage = await Stage(" 1 1 8 89# 30# 20# 1 2 89", MAIN).run()
    assert "贷款六十二万元，年利率百分之三点九五，贷款期限二十年。" in stage.speech
    assert "每月还款三千七百四十元七角六分，利息总共二十七万七千七百八十三元六角。" in stage.speech
    assert stage.nodes[4:] == ["calculator", "calculator"]
    again = await Stage(" 9 *", MAIN).run(place=place("calculator", phase="121430000,30,30,2"))
    said = "第一个月还款五千一百五十九元零三分，以后逐月减少，最后一个月还款两千三百六十九元二角八分"
    assert again.speech.count(said) == 2


@pytest.mark.parametrize(
    ("keys", "wrong"),
    [
        ("0# 10001# 89#", "mortgage_price_wrong"),
        ("89# 19# 91# 30#", "mortgage_down_wrong"),
        ("89# 30# 31# 0# 20#", "mortgage_years_wrong"),
    ],
)
async def test_a_figure_out_of_range_is_told_its_range(keys: str, wrong: str) -> None:
    for lang, key in (("zh", "1"), ("en", "2")):
        stage = await Stage(f" {key} 1 8 {keys} ", MAIN).run()
        assert stage.speech.count(words(wrong, lang)) == 2
        assert stage.speech.count(words(f"help_{wrong.removesuffix('_wrong')}", lang)) == 1  # the second time
        assert stage.nodes[4:] == ["calculator"]


async def test_three_figures_out_of_range_bring_a_person() -> None:
    stage = await Stage(" 1 1 8 89# 5# 5# 5#", MAIN, dials=[Answered(1.0)]).run()
    assert [fact.time for fact in stage.of(WrongKeys)] == [1, 2, 3]
    assert stage.nodes[4:] == ["calculator", "timeout", "operator", "bye"]


@pytest.mark.parametrize("keys", ["*", "89# *", "89# 3*", "89# 30# *", "89# 30# 20# *", "89# 30# 20# 1 *"])
async def test_back_out_of_the_calculator(keys: str) -> None:
    stage = await Stage(f" 1 1 8 {keys}", MAIN).run()
    assert stage.nodes[4:] == ["calculator", "query"]


async def test_a_loan_of_nothing_is_asked_for_anew() -> None:
    stage = await Stage(" 1 1 8 1# 90# 1# 1 89# 30# 20# 1", MAIN).run()
    assert words("mortgage_small") in stage.speech
    assert stage.house.loans[-1] == LoanWish(89000000, 30, 20, "equal instalment")
    assert "六十二万元" in stage.speech


async def test_a_silent_caller_is_helped_with_each_figure() -> None:
    stage = await Stage(" 1 1 8 89#...", MAIN, House(is_open=False)).run()
    assert [(fact.node, fact.level) for fact in stage.of(HelpGiven)] == [("calculator", 1), ("calculator", 2)]
    assert words("help_mortgage_down") in stage.speech


@pytest.mark.parametrize(
    ("keys", "nodes"),
    [
        ("3", ["layouts"]),
        ("5 0 0# 0#", ["bedrooms", "budget", "least_area", "result"]),
        ("8 89# 30# 20# 1", ["calculator"]),
    ],
)
async def test_without_data_a_person_or_back(keys: str, nodes: list[str]) -> None:
    stage = await Stage(f" 1 1 {keys} *", MAIN, House(down=True)).run()
    assert words("host_unavailable") in stage.speech
    assert stage.nodes[4:] == [*nodes, "query"]
    person = await Stage(f" 1 1 {keys} 0", MAIN, House(down=True), dials=[Answered(1.0)]).run()
    assert person.nodes[-3:] == ["agent", "operator", "bye"]


# -- killed anywhere, gone on with ----

JOURNEYS = {
    "calculator": (" 2 1 8 89# 30# 20# 1", "six hundred twenty thousand"),
    "room": (" 2 1 4 020201# 3 30# 20# 1", "six hundred twenty thousand"),
    "search": (" 2 1 5 2 120# 80# #", "This is the second room"),
    "layout": (" 2 1 3 1", "Number of rooms for sale: two"),
}


def cuts(script: str) -> Iterator[tuple[str, str]]:
    for at in range(len(script) + 1):
        yield script[:at], script[at:]


@pytest.mark.parametrize("name", JOURNEYS)
async def test_whenever_a_controller_dies_another_brings_the_caller_to_the_same_answer(name: str) -> None:
    """The keys typed before and after the death are the same that a caller types whose controller lives."""
    script, answer = JOURNEYS[name]
    for before, after in cuts(script):
        first = await Stage(before, MAIN).run()
        second = await Stage(after, MAIN, first.house).run(place=str(first.visit.place))
        assert answer in f"{first.speech}\n{second.speech}", (before, after)
        assert first.of(WrongKeys) == second.of(WrongKeys) == [], (before, after)


# -- the rule ----


@given(st.integers(0, 99_999), st.integers(0, 99_999), st.text("0123456789", max_size=LONGEST - 1))
def test_a_number_within_its_range_and_nothing_else_is_an_answer(one: int, other: int, digits: str) -> None:
    least, most = sorted((one, other))
    right = digits.isdecimal() and least <= int(digits) <= most
    rule = within(least, most)
    assert rule(f"{digits}#") is (Verdict.DONE if right else Verdict.NEVER)
    assert not digits or rule(digits) is (Verdict.ENOUGH if right else Verdict.MORE)
    assert rule(f"{digits}*") is Verdict.DONE


def test_such_a_number_by_hand() -> None:
    assert [within(20, 90)(keys) for keys in ("19#", "20#", "90#", "91#")] == [
        Verdict.NEVER, Verdict.DONE, Verdict.DONE, Verdict.NEVER,
    ]  # fmt: skip
