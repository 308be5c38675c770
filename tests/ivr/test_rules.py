"""The common rules of SPEC §4.1: patience, help, wrong keys, barge-in, type-ahead, counters, sentences not ready."""

import doctest
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ivr.keys
import ivr.place
from calls.bus import LocalBus
from calls.call import Answered, Congested, Dialled, NoAnswer, Rejected, Unallocated
from calls.facts import CallEnded, CallTroubled, HelpGiven, KeyPressed, KeysDropped, Said, WrongKeys
from calls.scripted import ScriptedCall
from ivr.ask import Keyed, Question, ask
from ivr.flow import load
from ivr.keys import LONGEST, Verdict, entry, one_of
from tests.ivr.desk import MAIN, House, Stage, Wordy, copy, document, filled, welcome, words


@pytest.mark.parametrize("module", [ivr.keys, ivr.place])
def test_the_examples_in_the_docstrings(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


@given(st.sets(st.text("0123456789*#", min_size=1, max_size=3), min_size=1), st.text("0123456789*#", min_size=1))
def test_a_choice_is_done_exactly_when_it_is_one_and_could_not_become_another(choices: set[str], keyed: str) -> None:
    longer = [choice for choice in choices if choice.startswith(keyed) and choice != keyed]
    verdict = one_of(choices)(keyed)
    assert (verdict in (Verdict.DONE, Verdict.ENOUGH)) == (keyed in choices)
    assert (verdict in (Verdict.MORE, Verdict.ENOUGH)) == bool(longer)


@given(st.integers(1, 9), st.integers(0, 9), st.text("0123456789", max_size=40))
def test_an_entry_is_ended_by_the_pound_key_and_never_goes_on_for_ever(least: int, more: int, digits: str) -> None:
    rule = entry(least, least + more)
    fits = least <= len(digits) <= least + more
    assert rule(digits + "#") is (Verdict.DONE if fits else Verdict.NEVER)
    assert rule(digits + "*") is Verdict.DONE
    if len(digits) >= LONGEST:
        assert rule(digits) is Verdict.NEVER


async def test_the_first_help_comes_six_seconds_after_the_end_of_the_question() -> None:
    stage = await Stage(" 1.", MAIN).run()
    [helped] = stage.of(HelpGiven)
    asked = stage.of(Said)[2]
    assert (helped.at - asked.at).total_seconds() == len(asked.text) / 8 + 6.0


async def test_a_half_entered_code_is_wrong_after_three_seconds() -> None:
    stage = await Stage(" 1 1 4 0202.", MAIN).run()
    [wrong] = stage.of(WrongKeys)
    asked = stage.of(Said)[4]
    assert wrong.keys == "0202"
    assert (wrong.at - asked.at).total_seconds() == len(asked.text) / 8 + 3.0


async def test_six_digits_without_the_pound_key_are_enough_after_three_seconds() -> None:
    stage = await Stage(" 1 1 4 020201. ", MAIN).run()
    assert stage.nodes[-1] == "room_say"


async def test_too_many_digits_are_one_mistake_not_two() -> None:
    stage = await Stage(" 1 1 4 0202011# 020201#", MAIN).run()
    assert [fact.keys for fact in stage.of(WrongKeys)] == ["0202011#"]
    assert stage.nodes[-1] == "room_say"


async def test_three_wrong_keys_lead_to_a_person_and_help_comes_at_the_second() -> None:
    stage = await Stage(" 1 1 9 9 9", MAIN).run()
    assert [(fact.keys, fact.time) for fact in stage.of(WrongKeys)] == [("9", 1), ("9", 2), ("9", 3)]
    assert stage.said[4] == words("invalid") + stage.said[3]
    assert stage.said[5] == words("invalid") + words("help_query")
    assert stage.nodes[4] == "timeout"


async def test_a_valid_key_clears_both_counts() -> None:
    stage = await Stage(" 1 1 9 9. 2 9 9..", MAIN).run()
    assert [fact.time for fact in stage.of(WrongKeys)] == [1, 2, 1, 2]
    assert [fact.level for fact in stage.of(HelpGiven)] == [1, 1, 2]
    assert stage.nodes[4] == "intro"


async def test_any_key_cuts_a_prompt_short_and_counts() -> None:
    stage = await Stage(" 1, 1,1", MAIN).run()
    root, query, developer = stage.of(Said)[-3:]
    assert (root.node, query.node, developer.node) == ("root", "query", "developer")
    assert (developer.at - query.at).total_seconds() == 1.0


async def test_what_must_be_heard_is_heard_and_the_key_counts_afterwards() -> None:
    made = document()
    made["steps"]["welcome"]["interruptible"] = False
    stage = await Stage("1", load(made)).run()
    welcome, root = stage.of(Said)[0], stage.of(Said)[1]
    assert root.node == "root"
    assert (root.at - welcome.at).total_seconds() == len(welcome.text) / 8


async def test_the_buffer_holds_twenty_keys() -> None:
    stage = await Stage(", " + "9" * 500, MAIN).run()
    assert [fact.count for fact in stage.of(KeysDropped)] == [480]
    assert stage.ends == 1


async def test_zero_and_star_are_everywhere_in_the_menus() -> None:
    stage = await Stage(" 1 1 6 1 * * * 0", MAIN, dials=[Answered(1.0)]).run()
    assert stage.nodes[3:] == ["query", "fees", "routes", "fees", "query", "root", "agent", "operator", "bye"]


async def test_an_option_that_is_off_is_neither_spoken_nor_accepted() -> None:
    made = copy(document())
    made["steps"]["root"]["options"]["1"]["enabled"] = False
    stage = await Stage(" 1 1", load(made)).run()
    assert words("root_1") not in stage.speech
    assert [fact.keys for fact in stage.of(WrongKeys)] == ["1"]


async def test_nobody_waits_in_silence_for_a_sentence() -> None:
    stage = await Stage(" 1 1 4 020201#", MAIN, voice=Wordy({"welcome": 2, "room_say": 2})).run()
    moment = words("one_moment")
    assert stage.said[:3] == [moment, moment, welcome()]
    number, filler, rest = stage.said[-3:]  # what is ready is said while the rest is being rendered
    assert number == filled("room_number", code="020201")
    assert filler == moment
    assert rest.startswith("二栋二楼")


async def test_a_key_in_the_filler_counts() -> None:
    stage = await Stage(" 1 1 4 020201#,,,2", MAIN, voice=Wordy({"room_number": 5})).run()
    assert stage.nodes[-2:] == ["room_say", "room_code"]


async def test_a_sentence_that_never_comes_is_owned_up_to() -> None:
    stage = await Stage(" 1 1 4 020201# *", MAIN, voice=Wordy({"welcome": 99, "room_say": 99})).run()
    assert words("host_unavailable") in stage.speech
    assert stage.nodes[-2:] == ["room_say", "query"]
    assert len(stage.of(CallTroubled)) == 2  # the welcome was left out, the room apologised for


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (NoAnswer(), "operator_noanswer"),
        (NoAnswer(20), "operator_absent"),
        (Rejected(), "operator_busy"),
        (Unallocated(), "operator_absent"),
        (Congested(), "operator_congested"),
    ],
)
async def test_whatever_becomes_of_the_operators_phone_is_said(outcome: Any, said: str) -> None:
    stage = await Stage(" 1 0 . ", MAIN, dials=[outcome]).run()
    assert words(said) in stage.speech
    assert stage.nodes[-2:] == ["operator_failed", "leave"]  # silence there is a message (SPEC §4.3, X busy)


async def test_a_caller_tired_of_ringing_is_back_at_the_root() -> None:
    stage = await Stage(" 1 0,,,,,,*", MAIN).run()
    assert stage.nodes[-2:] == ["operator", "root"]


async def test_a_fault_in_every_step_still_lets_the_caller_go_with_an_apology() -> None:
    stage = Stage(" 1 0", MAIN, House())
    stage.house.open = lambda service: 1 / 0  # type: ignore[assignment,return-value,method-assign]
    await stage.run()
    assert stage.said[-1] == words("apology")
    assert [fact.by for fact in stage.of(CallEnded)] == ["us"]


LATE = {"welcome": 3, "room_say": 20}


@pytest.mark.slow
@settings(max_examples=2000, deadline=None)
@given(
    st.text("0123456789*#.,! 11224  ", max_size=60),
    st.booleans(),
    st.sampled_from(["", "zh", "en"]),
    st.sampled_from(["fine", "down", "broken", "late"]),
)
async def test_whatever_is_keyed_whenever_a_call_has_exactly_one_end(
    script: str, is_open: bool, lang: str, state: str
) -> None:
    house = House(is_open=is_open, down=state == "down", broken=state == "broken")
    dials: list[Dialled] = [Answered(20.0), NoAnswer()]
    stage = await Stage(script, MAIN, house, dials=dials, voice=Wordy(LATE if state == "late" else {})).run(lang=lang)
    assert stage.ends == 1
    end = next(index for index, fact in enumerate(stage.facts) if isinstance(fact, CallEnded))
    assert all(isinstance(fact, CallTroubled) for fact in stage.facts[end + 1 :])  # a message that could not be filed


async def test_a_busy_caller_by_hand() -> None:
    stage = await Stage(" *#1*0.!", MAIN).run()
    assert stage.ends == 1
    assert isinstance(stage.facts[-1], CallEnded)


async def test_a_secret_answer_stands_in_no_fact_and_in_no_place() -> None:
    places: list[str] = []

    class Watched(ScriptedCall):
        def mark(self, place: str) -> None:
            places.append(place)
            super().mark(place)

    stage = Stage("", MAIN)
    bus = LocalBus()
    bus.subscribe(stage.facts.append)
    stage.visit.call = Watched(" 12#  73514#", stage.clock, bus)
    question = Question([stage.visit.prompt("room_code")], entry(4, 6), [], private=True)
    assert await ask(stage.visit, question) == Keyed("73514")
    assert [fact.private for fact in stage.of(KeyPressed)] == [True] * 9
    assert [fact.keys for fact in stage.of(WrongKeys)] == ["•••"]
    assert not [place for place in places if "735" in place]
    assert not stage.visit.call.private
