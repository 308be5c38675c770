"""The call acted out from a script keeps the promises of `calls.call.Call`, in virtual time."""

from typing import Any

import pytest

from calls.bus import LocalBus
from calls.call import Answered, Busy, Call, Dialled, GaveUp, Hungup, NoAnswer, Utterance
from calls.clock import FixedClock
from calls.facts import AnyFact, CallAnswered, CallEnded, CallOffered, KeyPressed, LegAnswered, LegEnded, LegRang
from calls.scripted import ScriptedCall
from tests.ivr.desk import MONDAY_10

TEN = [Utterance("ten seconds", "/s", 10.0)]


class Acted(ScriptedCall):
    def __init__(self, script: str, *dials: Dialled) -> None:
        self.facts: list[AnyFact] = []
        bus = LocalBus()
        bus.subscribe(self.facts.append)
        super().__init__(script, FixedClock(MONDAY_10), bus, dials=dials)

    def of(self, kind: type) -> list[Any]:
        return [fact for fact in self.facts if isinstance(fact, kind)]


async def test_it_is_a_call() -> None:
    acted = Acted("")
    call: Call = acted
    await call.answer()
    await call.answer()
    assert [type(fact) for fact in acted.facts] == [CallOffered, CallAnswered]


async def test_a_key_in_the_middle_of_a_prompt_stops_it_and_is_consumed() -> None:
    call = Acted(",,,56")
    assert await call.play(TEN) == "5"
    assert call.seconds == 3.0
    assert await call.key(6.0) == "6"
    assert [fact.key for fact in call.of(KeyPressed)] == ["5", "6"]


async def test_a_key_in_a_prompt_that_must_be_heard_waits() -> None:
    call = Acted(",,,5")
    assert await call.play(TEN, interruptible=False) == ""
    assert call.seconds == 10.0
    assert await call.play(TEN) == "5"
    assert call.seconds == 10.0


async def test_silence_lasts_as_long_as_one_is_patient() -> None:
    call = Acted(". 1")
    assert await call.key(6.0) == ""
    assert call.seconds == 6.0
    assert await call.key(3.0) == "1"
    assert call.seconds == 6.0


async def test_a_key_too_late_is_for_the_next_question() -> None:
    call = Acted(",,,,1")
    assert await call.key(3.0) == ""
    assert await call.key(3.0) == "1"
    assert call.seconds == 4.0


async def test_taking_a_waiting_key_takes_no_time_and_hangs_nobody_up() -> None:
    call = Acted("")
    assert await call.play([]) == ""
    assert await call.key(0.0) == ""
    assert call.of(CallEnded) == []


async def test_the_end_of_the_script_hangs_up_when_asked_and_only_once() -> None:
    call = Acted("")
    assert await call.play(TEN) == ""
    for _ in range(3):
        with pytest.raises(Hungup):
            await call.key(6.0)
    with pytest.raises(Hungup):
        await call.hangup()
    assert [(fact.by, fact.cause) for fact in call.of(CallEnded)] == [("caller", 16)]


async def test_hanging_up_in_the_middle_of_a_prompt() -> None:
    call = Acted(",,!")
    with pytest.raises(Hungup):
        await call.play(TEN)
    assert call.seconds == 2.0
    assert call.facts[-1].at == call.of(CallEnded)[0].at


@pytest.mark.parametrize(
    ("script", "seconds", "ended", "key", "passed"),
    [
        (" ,,,#", 3.0, "key", "#", 3.0),
        (" ,,7", 2.0, "key", "7", 2.0),
        (" ,,,,.", 4.0, "silence", "", 9.0),
        (".", 0.0, "silence", "", 5.0),
        (" ,,", 2.0, "hangup", "", 2.0),
        (" ,!", 1.0, "hangup", "", 1.0),
        (" " + "," * 40 + "#", 30.0, "limit", "", 30.0),
        ("12 ,#", 1.0, "key", "#", 1.0),  # what was typed before the tone does not count
    ],
)
async def test_a_recording(script: str, seconds: float, ended: str, key: str, passed: float) -> None:
    call = Acted(script)
    made = await call.record("m", most=30.0, silence=5.0)
    assert (made.seconds, made.ended, made.key) == (seconds, ended, key)
    assert call.seconds == passed
    assert len(call.of(CallEnded)) == (ended == "hangup")


async def test_somebody_answers_and_the_keys_are_theirs() -> None:
    call = Acted("12 3", Answered(30.0))
    assert await call.dial("8001", patience=20.0) == Answered(30.0)
    assert call.seconds == 33.0
    assert [type(fact) for fact in call.facts if not isinstance(fact, KeyPressed)] == [LegRang, LegAnswered, LegEnded]
    assert call.of(LegEnded)[0].result == "answered"
    assert await call.key(6.0) == "3"


async def test_the_caller_leaves_in_the_middle_of_the_talk() -> None:
    call = Acted(",,,,,,,!", Answered(30.0))
    with pytest.raises(Hungup):
        await call.dial("8001", patience=20.0)
    assert call.of(LegEnded)[0].seconds == 4.0
    assert len(call.of(CallEnded)) == 1


async def test_outcomes_come_in_their_order_and_then_nobody_answers() -> None:
    call = Acted(" 1", Busy())
    assert await call.dial("8001", patience=20.0) == Busy()
    assert await call.dial("8001", patience=20.0) == NoAnswer()
    assert call.seconds == 23.0


async def test_star_stops_the_ringing() -> None:
    call = Acted(",,,,*")
    assert await call.dial("8001", patience=20.0) == GaveUp()
    assert (call.seconds, call.of(LegEnded)[0].result) == (4.0, "gaveup")


async def test_we_say_goodbye() -> None:
    call = Acted(" 1")
    with pytest.raises(Hungup):
        await call.leave(TEN)
    assert call.seconds == 10.0
    assert [fact.by for fact in call.of(CallEnded)] == ["us"]
    assert call.transcript == ["< ten seconds", "= we hung up"]


async def test_what_is_left_of_the_script() -> None:
    call = Acted("12 34")
    assert await call.play(TEN) == "1"
    assert call.rest() == "2 34"
