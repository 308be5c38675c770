"""The acceptance scripts of SPEC §4.10 that this tree serves, in both languages."""

from dataclasses import replace

import pytest

from calls.call import Answered, Busy
from calls.facts import CallTroubled, HelpGiven, LanguageChosen, Said, WrongKeys
from tests.ivr.desk import CENTRE, DEFAULT, MAIN, SERVICE, TWO_PROJECTS, House, Stage, filled, welcome, words

BOTH = pytest.mark.parametrize(("key", "lang"), [("1", "zh"), ("2", "en")])


@BOTH
async def test_f1_the_price_of_a_room_for_sale(key: str, lang: str) -> None:
    stage = await Stage(f" {key} 1 4 020201#", MAIN).run()
    assert stage.nodes == ["welcome", "lang", "root", "query", "room_code", "room_say"]
    heard = {
        "zh": ("零二零二零幺，零二零二零幺", "二栋二楼零幺房", "八十九平方米", "总价八十九万元", "目前在售"),
        "en": (
            "zero two zero two zero one",
            "Building two",
            "eighty nine square metres",
            "eight hundred ninety",
            "for sale",
        ),
    }[lang]
    for part in heard:
        assert part in stage.speech
    assert stage.ends == 1
    assert [fact.lang for fact in stage.of(LanguageChosen)] == [lang]


@BOTH
async def test_f2_a_sold_room_has_a_state_but_no_price_and_no_name(key: str, lang: str) -> None:
    stage = await Stage(f" {key} 1 4 010201#", MAIN).run()
    assert {"zh": "目前已售", "en": "The room is now sold"}[lang] in stage.speech
    for never in ("元", "yuan", "价", "price", "赵敏", "陈伟"):
        assert never not in stage.said[-1]


@BOTH
@pytest.mark.parametrize("code", ["020202", "020302"])
async def test_a_room_that_is_not_offered_is_not_described(key: str, lang: str, code: str) -> None:
    stage = await Stage(f" {key} 1 4 {code}#", MAIN).run()
    assert {"zh": "该房暂不销售", "en": "not for sale at present"}[lang] in stage.said[-1]
    assert "平方米" not in stage.said[-1]


@BOTH
async def test_f3_three_codes_nobody_has_lead_to_a_person(key: str, lang: str) -> None:
    stage = await Stage(f" {key} 1 4 999999# 999999# 999999#", MAIN).run()
    assert stage.speech.count(words("room_none", lang)) == 2
    assert stage.nodes[4:7] == ["room_code", "timeout", "operator"]
    assert [fact.time for fact in stage.of(WrongKeys)] == [1, 2, 3]


async def test_f3_at_night_they_lead_to_a_message() -> None:
    stage = await Stage(" 1 1 4 999999# 999999# 999999#", MAIN, House(is_open=False)).run()
    assert stage.nodes[-3:] == ["room_code", "timeout", "leave"]


async def test_f5_a_silent_caller_is_helped_twice_and_then_handed_to_a_person() -> None:
    stage = await Stage("......", MAIN, dials=[Answered(30.0)]).run()
    assert [fact.level for fact in stage.of(HelpGiven)] == [1, 2]
    assert stage.nodes == ["welcome", "lang", "root", "timeout", "operator", "bye"]


@BOTH
async def test_f5_at_the_root(key: str, lang: str) -> None:
    stage = await Stage(f" {key}...", MAIN, House(is_open=False)).run()
    helps = [(fact.node, fact.level) for fact in stage.of(HelpGiven)]
    assert helps == [("root", 1), ("root", 2)]
    assert words("help_root", lang) in stage.said[3]
    assert words("root_1", lang) in stage.said[3]
    assert stage.said[4].endswith(words("help_agent", lang))
    assert stage.nodes[-1] == "leave"


async def test_f5_a_caller_silent_to_the_end_is_taken_leave_of() -> None:
    stage = await Stage("........", MAIN, House(is_open=False)).run()
    assert stage.nodes == ["welcome", "lang", "root", "timeout", "leave", "bye"]
    assert stage.ends == 1
    assert stage.house.kept == []
    assert stage.said[-1] == words("bye")


@BOTH
async def test_f6_keys_typed_in_one_burst_pass_menus_nobody_hears(key: str, lang: str) -> None:
    stage = await Stage(f" {key}12", MAIN).run()
    assert stage.nodes == ["welcome", "lang", "root", "query", "intro"]
    assert [fact.node for fact in stage.of(Said)] == ["welcome", "lang", "intro"]
    assert stage.said[-1].startswith(words("intro_1", lang))


async def test_a_caller_who_prefers_english_is_not_asked_and_may_change_it() -> None:
    stage = await Stage(" * 1 1 1", MAIN).run(lang="en")
    assert stage.nodes == ["welcome", "root", "lang", "root", "query", "developer"]
    assert stage.said[0] == welcome("en")
    assert [fact.lang for fact in stage.of(LanguageChosen)] == ["zh"]


async def test_a_service_with_two_projects_asks_which() -> None:
    stage = await Stage(" 1 2 1 4 020201#", MAIN, service=TWO_PROJECTS).run()
    assert stage.nodes == ["welcome", "lang", "project", "root", "query", "room_code"]
    assert filled("project_option", project=CENTRE.name, number=2) in stage.speech
    assert words("room_none") in stage.speech  # the second project has no such room


@pytest.mark.parametrize(
    ("keys", "nodes", "said"),
    [
        ("1", ["developer"], "developer zh"),
        ("2 4", ["intro", "garden"], "garden zh"),
        ("6 2", ["fees", "taxes"], "fees zh"),
        ("6 4", ["fees", "hours"], words("open_now")),
        ("7 6", ["procedures", "title"], "title zh"),
    ],
)
async def test_the_leaves_of_the_enquiry(keys: str, nodes: list[str], said: str) -> None:
    stage = await Stage(f" 1 1 {keys} 9 *", MAIN).run()
    assert stage.nodes[4 : 4 + len(nodes)] == nodes
    assert len([text for text in stage.said if said in text]) == 2  # 9 says it again
    assert stage.nodes[-1] == (["query", *nodes])[-2]  # * goes back to the menu it came from


async def test_a_text_that_is_not_written_yet() -> None:
    stage = await Stage(" 1 1 1", MAIN, House(written=False)).run()
    assert words("text_none") in stage.said[-1]


async def test_outside_office_hours_an_agent_is_a_message_or_the_enquiry() -> None:
    stage = await Stage(" 1 2 2 1", MAIN, House(is_open=False)).run()
    assert stage.nodes == ["welcome", "lang", "root", "agent", "after_hours", "query", "developer"]
    assert words("after_hours") in stage.speech


async def test_a_busy_operator_and_a_message_instead() -> None:
    stage = await Stage(" 1 0 1 ,,,,# 2 1", MAIN, dials=[Busy()]).run()
    assert words("operator_busy") in stage.speech
    assert stage.nodes[-3:] == ["operator_failed", "leave", "bye"]
    [(call, recorded, mailbox)] = stage.house.kept
    assert (recorded.seconds, mailbox, call) == (4.0, "8001", stage.call.id)
    assert "♪" in stage.speech  # listened to before it was sent


@pytest.mark.parametrize(("script", "kept"), [(" ,,,", 1), (" ,", 0), (" ,,,# ", 1), (" ,,,#*", 0), (" ,,,*", 0)])
async def test_hanging_up_sends_a_message_of_two_seconds_or_more(script: str, kept: int) -> None:
    stage = await Stage(f" 1 2 1{script}", MAIN, House(is_open=False)).run()
    assert len(stage.house.kept) == kept
    assert stage.ends == 1


async def test_a_short_message_is_asked_for_again() -> None:
    stage = await Stage(" 1 2 1 ,# ,,,#1", MAIN, House(is_open=False)).run()
    assert words("leave_short") in stage.speech
    assert [recorded.file.stem[-2:] for _, recorded, _ in stage.house.kept] == ["-2"]


async def test_the_database_is_away() -> None:
    stage = await Stage(" 1 1 1 * 1 0", MAIN, House(down=True), dials=[Answered(5.0)]).run()
    assert stage.speech.count(words("host_unavailable")) == 2
    assert stage.nodes[3:] == ["query", "developer", "query", "developer", "agent", "operator", "bye"]
    assert stage.of(CallTroubled)[0].what == "the database does not answer"


async def test_a_fault_of_ours_brings_an_apology_and_a_person() -> None:
    stage = await Stage(" 1 1 1", MAIN, House(broken=True), dials=[Answered(5.0)]).run()
    assert words("trouble") in stage.speech
    assert stage.nodes[-3:] == ["timeout", "operator", "bye"]
    assert "RuntimeError" in stage.of(CallTroubled)[0].what


async def test_a_number_nobody_owns_has_a_simple_desk() -> None:
    stage = await Stage(" 2 1", DEFAULT, dials=[Answered(9.0)]).run()
    assert stage.nodes == ["welcome", "lang", "unknown", "agent", "operator", "bye"]
    assert stage.said[-1] == words("bye", "en")


async def test_a_function_that_the_tenant_does_not_offer_is_not_spoken_and_its_key_is_wrong() -> None:
    without = replace(SERVICE, off=frozenset({"bulletin"}))
    stage = await Stage(" 1 4 1", MAIN, service=without).run()
    assert words("root_4") not in stage.speech
    assert words("root_1") in stage.speech
    assert [fact.keys for fact in stage.of(WrongKeys)] == ["4"]
    assert stage.nodes == ["welcome", "lang", "root", "query"]


@pytest.mark.parametrize("key", ["3"])
async def test_what_does_not_exist_yet_has_words_but_is_not_spoken(key: str) -> None:
    stage = await Stage(f" 1 {key} *", MAIN).run()
    assert words(f"root_{key}") not in stage.speech
    assert [fact.keys for fact in stage.of(WrongKeys)] == [key]
