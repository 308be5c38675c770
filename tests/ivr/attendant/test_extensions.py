"""The attendant for callers from outside: extensions at the root, every result of ringing one, the directory."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.call import Answered, Busy, Congested, Dialled, NoAnswer, Rejected, Unallocated
from calls.facts import LegEnded, WrongKeys
from ivr.place import Place
from tests.ivr.attendant.switchboard import Switchboard, barred, call, rung
from tests.ivr.desk import MAIN, SERVICE, House, Stage, filled, words

ROOT = ["welcome", "lang", "root"]


@pytest.mark.parametrize("keys", ["#8002", "#8002#", "# 8002", "8002", "8002#"])
async def test_an_extension_is_dialled_at_the_root_with_and_without_pound(keys: str) -> None:
    stage = await call(f" 1 {keys}", Answered(5.0))
    assert stage.nodes == [*ROOT, "ext", "ext_ring", "bye"]
    assert rung(stage) == [("8002", "seat")]
    assert not stage.of(WrongKeys)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("result", "exit", "prompt", "then"),
    [
        (Busy(), "busy", "ext_busy", "ext_failed"),
        (Rejected(), "busy", "ext_busy", "ext_failed"),
        (NoAnswer(19), "no answer", "ext_noanswer", "ext_failed"),
        (NoAnswer(18), "no answer", "ext_noanswer", "ext_failed"),
        (NoAnswer(20), "absent", "ext_absent", "ext_failed"),
        (Unallocated(), "unallocated", "ext_unalloc", "ext"),
        (Congested(), "congested", "ext_congest", "root"),
    ],
)
async def test_each_result_has_its_words_and_its_way(
    lang: str, result: Dialled, exit: str, prompt: str, then: str
) -> None:
    stage = await call(f" {'1' if lang == 'zh' else '2'} #8002", result)
    assert ("ext_ring", exit) in stage.exits
    assert words(prompt, lang) in stage.said
    assert stage.nodes[-1] == then
    [ended] = stage.of(LegEnded)
    assert (ended.result, ended.number) == (type(result).__name__.lower(), "")


async def test_f7_busy_and_silent_is_a_message_for_that_extension() -> None:
    stage = await call(" 1 #8002 . ,,,,,,,,,,# 1", Busy())
    assert stage.nodes == [*ROOT, "ext", "ext_ring", "ext_failed", "ext_leave", "bye"]
    [(_, recorded, mailbox)] = stage.house.kept
    assert (mailbox, recorded.seconds) == ("8002", 10.0)


async def test_after_a_busy_extension_another_one_or_the_operator() -> None:
    other = await call(" 1 #8002 2 8001", Busy(), Answered(3.0))
    assert [number for number, _ in rung(other)] == ["8002", "8001"]
    operator = await call(" 1 #8002 0", NoAnswer(), Answered(3.0))
    assert operator.nodes[-4:] == ["ext_failed", "agent", "operator", "bye"]


async def test_a_number_of_nobody_three_times_is_the_operators_business() -> None:
    stage = await call(" 1 #8888 8777 8666", Answered(3.0))
    assert stage.speech.count(words("ext_unalloc")) == 2
    assert [fact.keys for fact in stage.of(WrongKeys)] == ["8888", "8777", "8666"]
    results = [(fact.number, fact.result, fact.cause) for fact in stage.of(LegEnded)][:3]
    assert results == [(number, "unallocated", 1) for number in ("8888", "8777", "8666")]
    assert stage.nodes[-3:] == ["timeout", "operator", "bye"]


async def test_a_star_gives_up_while_it_rings() -> None:
    stage = await call(" 1 #8002#,,,,,,,,*", NoAnswer())
    assert ("ext_ring", "cancelled") in stage.exits
    assert stage.nodes[-1] == "root"


async def test_who_does_not_want_to_be_disturbed_is_busy_without_a_ring() -> None:
    stage = await call(" 1 #8002", house=Switchboard().has("8002", dnd=True))
    assert rung(stage) == []
    assert words("ext_busy") in stage.said
    assert [(fact.number, fact.result, fact.cause) for fact in stage.of(LegEnded)] == [("8002", "busy", 17)]


async def test_the_follow_me_list_is_rung_in_turn() -> None:
    house = Switchboard().has("8002", follow=("8001", "8003")).has("8003")
    stage = await call(" 1 #8002", NoAnswer(), Busy(), Answered(4.0), house=house)
    assert [number for number, _ in rung(stage)] == ["8002", "8001", "8003"]
    assert ("ext_ring", "done") in stage.exits
    nobody = await call(" 1 #8002", NoAnswer(), Busy(), NoAnswer(), house=house)
    assert words("ext_noanswer") in nobody.said, "told is what became of the extension called"


async def test_a_ringing_list_goes_on_where_it_was_with_another_controller() -> None:
    house = Switchboard().has("8002", follow=("8001",))
    place = Place(MAIN.name, MAIN.version, "ext_ring", entry="8002", phase="8002n,8001")
    stage = await Stage("", MAIN, dials=[Answered(2.0)], attendant=house).run(place=str(place))
    assert [number for number, _ in rung(stage)] == ["8001"]
    assert words("ext_connect") not in stage.speech


# -- the root menu, where 5 to 8 are choices and beginnings ----


async def test_a_menu_key_that_may_begin_an_extension_waits_for_a_second_digit() -> None:
    assert (await call(" 1 6")).nodes[-1] == "voicemail"
    assert (await call(" 1 6*")).nodes[-2:] == ["voicemail", "root"]
    assert (await call(" 1 6 1 8002# ,,,# 1")).nodes[3:6] == ["voicemail", "mailbox", "mailbox_leave"]
    assert (await call(" 1 6,,1")).nodes[-1] == "ext", "a second digit within three seconds"
    assert (await call(" 1 6,,,,1")).nodes[-1] == "mailbox"


async def test_the_other_keys_act_at_once() -> None:
    assert (await call(" 1 12")).nodes[-1] == "intro"


async def test_a_tenant_may_have_no_extensions() -> None:
    service = replace(SERVICE, off=frozenset({"extension"}))
    stage = await call(" 1 #8002", service=service)
    assert "ext" not in stage.nodes
    assert words("root_extension") not in stage.speech


async def test_numbers_for_other_things_lead_to_them_or_do_not_exist() -> None:
    assert (await call(" 1 #5000")).nodes[-1] == "mailbox_login"
    assert (await call(" 1 #6001")).nodes[3:5] == ["ext", "boards"]
    fax = await call(" 1 #9001")
    assert words("ext_unalloc") in fax.speech
    assert barred(fax) == []


# -- toll fraud ----


@pytest.mark.parametrize("keys", ["#913800000001#", "#900442071234567#", "#9110#", "#9138"])
async def test_a_stranger_gets_no_line_outside(keys: str) -> None:
    stage = await call(f" 1 {keys}")
    assert rung(stage) == []
    assert barred(stage) == [(keys.strip("#"), "dialled")]
    assert words("ext_outside") in stage.speech


async def test_nor_by_a_forward_that_leads_outside() -> None:
    for way in ("always", "busy", "no_answer"):
        result = Busy() if way == "busy" else NoAnswer()
        stage = await call(" 1 #8002", result, house=Switchboard().has("8002", **{way: "90044207123456"}))
        assert barred(stage) == [("90044207123456", "forward")]
        assert all(role == "seat" for _, role in rung(stage))


async def test_an_administrators_list_leads_outside_as_far_as_the_extension_may() -> None:
    house = Switchboard().has("8001", follow=("913800000001", "90044207123456"))
    stage = await call(" 1 #8001", NoAnswer(), NoAnswer(), house=house)
    assert rung(stage) == [("8001", "seat"), ("13800000001", "external")]
    assert barred(stage) == [("90044207123456", "follow-me")]


# -- the directory ----


async def test_somebody_is_found_by_name() -> None:
    stage = await call(" 1 #0 9264# 1", Answered(3.0))
    assert stage.nodes == [*ROOT, "ext", "directory", "ext_ring", "bye"]
    assert filled("directory_option", text="王芳", extension="8001", number=1) in stage.speech
    assert rung(stage) == [("8001", "seat")]


async def test_names_that_are_none_or_too_many() -> None:
    assert words("directory_none") in (await call(" 1 #0 222#")).speech
    crowd = Switchboard()
    for number in range(8010, 8022):
        crowd = crowd.has(str(number))
    assert words("directory_many") in (await call(" 1 #0 80#", house=crowd)).speech


async def test_another_name_and_back() -> None:
    stage = await call(" 1 #0 92# # 54# 1", Answered(3.0))
    assert rung(stage) == [("8002", "seat")]
    assert (await call(" 1 #0 92# * *")).nodes[-2:] == ["ext", "root"]


async def test_after_five_names_a_person_helps() -> None:
    stage = await call(" 1 #0" + " 222#" * 5, Answered(3.0))
    assert stage.nodes[-3:] == ["timeout", "operator", "bye"]


# -- bad input ----


@pytest.mark.parametrize(
    "keys", ["#80#", "#80021#", "#8002*", "##", "#*", "#8*0", "#. . .", "#0 #", "#0 9" + "2" * 40 + "#", "#0 *", "#80!"]
)
async def test_bad_input_loses_nobody(keys: str) -> None:
    stage = await call(f" 1 {keys}")
    assert stage.ends == 1
    assert rung(stage) in ([], [("8000", "seat")], [("8001", "seat")])


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.text("0123456789*#., !", max_size=40), st.lists(st.sampled_from([Busy(), NoAnswer(20), Answered(2.0)])))
async def test_whatever_is_keyed_nobody_gets_outside(keys: str, dials: list[Dialled]) -> None:
    stage = await call(f" 1 #{keys}", *dials, house=Switchboard().has("8002", always="913800000001"))
    assert stage.ends == 1
    assert all(role == "seat" for _, role in rung(stage))


async def test_hours_do_not_matter_for_an_extension() -> None:
    stage = await Stage(" 1 #8002# ", MAIN, House(is_open=False), dials=[Answered(2.0)], attendant=Switchboard()).run()
    assert rung(stage) == [("8002", "seat")]
