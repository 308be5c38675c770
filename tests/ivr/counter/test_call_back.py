"""Callers who are called back: on the list once, under a number that costs us nothing (SPEC §4.3 A; S4-10)."""

import asyncio
from dataclasses import replace

import pytest

from calls.call import Busy, NoAnswer
from calls.facts import CallBackAsked, CallBarred, CallTroubled, WrongKeys
from db.refusal import Code, Refused
from ivr.counter.counter import Counter
from ivr.desk import Unavailable
from ivr.place import Place
from sales.models import Interaction, Task
from sales.states.task import TaskState
from server.call_backs import HouseCallBacks
from server.tasks import task
from tests.ivr.counter.office import LIU, Office
from tests.ivr.desk import MAIN, words

STRANGER = "13900000077"


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_agent_is_busy_and_the_number_calling_is_on_the_list(office: Office, lang: str) -> None:
    stage = await office.call(" 2 3 1", LIU, Busy(), lang=lang)
    assert stage.nodes[-4:] == ["operator", "operator_failed", "call_back", "bye"]
    assert words("call_back_made", lang) in stage.said
    [row] = await office.rows(Task)
    assert (row.phone, row.lang, row.state, row.call_id) == ("+8613800000002", lang, TaskState.OPEN, stage.call.id)
    [told] = await office.rows(Interaction, kind="task")
    assert told.customer_id == row.customer_id
    assert [(fact.number, fact.new) for fact in stage.of(CallBackAsked)] == [(LIU, True)]


async def test_another_number_is_read_back_and_may_be_entered_again(office: Office) -> None:
    stage = await office.call(" 2 3 2 13700000001# 2 02087654321# 1", STRANGER, NoAnswer(19))
    [row] = await office.rows(Task)
    assert (row.phone, row.customer_id) == ("+862087654321", None)
    assert stage.nodes[-1] == "bye"


async def test_who_asks_again_is_on_the_list_once_until_somebody_has_called(office: Office) -> None:
    await office.call(" 2 3 1", LIU, Busy())
    stage = await office.call(" 2 3 1", LIU, Busy())
    assert words("call_back_known") in stage.said
    [row] = await office.rows(Task)
    done = await task(office.db, {"do": "done", "id": row.id, "result": "已联系", "by": "chen"})
    assert [(one["state"], one["result"]) for one in done["tasks"]] == [("done", "已联系")]
    stage = await office.call(" 2 3 1", LIU, Busy())
    assert words("call_back_made") in stage.said
    assert len(await office.rows(Task)) == 2


async def test_ten_calls_at_once_from_one_number_are_one_task(office: Office) -> None:
    desk = HouseCallBacks(office.db, office.clock)
    new = await asyncio.gather(*(desk.ask(f"call {n}", 1, STRANGER, "zh") for n in range(10)))
    assert sorted(new) == [False] * 9 + [True]
    assert len(await office.rows(Task)) == 1


@pytest.mark.parametrize("number", ["16812345", "0085221234567", "8001234567", "0014155550100"])
async def test_premium_free_and_foreign_numbers_are_refused_and_told(office: Office, number: str) -> None:
    stage = await office.call(f" 2 3 2 {number}# {number}# {number}#", STRANGER, Busy())
    assert await office.rows(Task) == []
    assert [(fact.number, fact.way) for fact in stage.of(CallBarred)] == [(number, "call-back")] * 3
    assert words("number_refused") in stage.speech
    assert "leave" in stage.nodes


@pytest.mark.parametrize("keys", ["110#", "8001#", "#"])
async def test_what_is_no_number_is_asked_for_again(office: Office, keys: str) -> None:
    stage = await office.call(f" 2 3 2 {keys} 13700000001# 1", STRANGER, Busy())
    [row] = await office.rows(Task)
    assert row.phone == "+8613700000001"
    assert stage.of(WrongKeys) != []


async def test_a_withheld_number_is_asked_for_one(office: Office) -> None:
    stage = await office.call(" 2 3 13700000001# 1", "", Busy())
    [row] = await office.rows(Task)
    assert row.phone == "+8613700000001"
    assert words("number_1") not in stage.said


@pytest.mark.parametrize("script", [" 2 3 *", " 2 3 2 * *", " 2 3 ........"])
async def test_who_gives_no_number_may_leave_a_message(office: Office, script: str) -> None:
    stage = await office.call(script, STRANGER, Busy())
    assert await office.rows(Task) == []
    assert "leave" in stage.nodes


async def test_hanging_up_in_the_middle_leaves_nothing(office: Office) -> None:
    for script in (" 2 3!", " 2 3 2!", " 2 3 2 1370000!", " 2 3 2 13700000001#!"):
        stage = await office.call(script, STRANGER, Busy())
        assert stage.of(CallBackAsked) == []
    assert await office.rows(Task) == []


async def test_taken_up_again_it_is_told_once(office: Office) -> None:
    stage = await office.call(" 2 3 1", LIU, Busy())
    place = Place("main", MAIN.version, "call_back", "zh", phase="number;")
    again = await office.call(" 1", LIU, place=str(place), party=stage.call.party)
    assert words("call_back_made") in again.said
    assert len(await office.rows(Task)) == 1


class Away(HouseCallBacks):
    async def ask(self, call: str, tenant: int, number: str, lang: str) -> bool:
        raise Unavailable("the database does not answer")


async def test_the_database_is_away_and_the_caller_is_told(office: Office) -> None:
    office.counter = replace(office.counter, call_backs=Away(office.db, office.clock))
    stage = await office.call(" 2 3 1", LIU, Busy())
    assert words("call_back_made") not in stage.said
    assert stage.of(CallTroubled) != []


async def test_the_list_is_the_oldest_first_and_closed_ones_are_seen_with_all(office: Office) -> None:
    desk = HouseCallBacks(office.db, office.clock)
    for n in range(3):
        await desk.ask(f"call {n}", 1, f"1390000000{n}", "zh")
    listed = (await task(office.db, {"do": "list"}))["tasks"]
    assert [one["phone"] for one in listed] == ["+8613900000000", "+8613900000001", "+8613900000002"]
    await task(office.db, {"do": "cancel", "id": listed[0]["id"], "result": "重复", "by": "chen"})
    assert len((await task(office.db, {"do": "list"}))["tasks"]) == 2
    all_of_them = (await task(office.db, {"do": "list", "all": True}))["tasks"]
    assert [(one["phone"][-1], one["state"]) for one in all_of_them] == [
        ("2", "open"),
        ("1", "open"),
        ("0", "cancelled"),
    ]
    assert (await task(office.db, {"do": "list", "page": 2}))["tasks"] == []
    for words_, code in (
        ({"id": listed[0]["id"], "result": "x"}, Code.STATE),
        ({"id": 99, "result": "x"}, Code.NOT_FOUND),
        ({"id": listed[1]["id"], "result": " "}, Code.VALIDATION),
    ):
        with pytest.raises(Refused) as refused:
            await task(office.db, {"do": "done", "by": "chen", **words_})
        assert refused.value.code is code


def test_a_rehearsal_puts_nobody_on_a_list() -> None:
    assert asyncio.run(Counter().call_backs.ask("x", 1, LIU, "zh"))
