"""What every `Call` promises (calls/call.py), on all three stages."""

import time
from typing import NoReturn

import pytest

from calls.call import (
    Answered,
    Busy,
    Call,
    Congested,
    Dialled,
    GaveUp,
    Hungup,
    NoAnswer,
    Recorded,
    Rejected,
    Unallocated,
)
from calls.facts import (
    CallAnswered,
    CallOffered,
    KeyPressed,
    KeysDropped,
    LegAnswered,
    LegEnded,
    LegRang,
    RecordingMade,
)
from tests.contract.stage import Stage, Told

pytestmark = pytest.mark.asyncio(loop_scope="module")


def dropped(told: Told) -> int:
    return sum(fact.count for fact in told.facts if isinstance(fact, KeysDropped))


async def test_a_list_is_said_in_order_and_the_end_is_ours(stage: Stage) -> None:
    async def flow(call: Call) -> None:
        await call.answer()
        assert await call.play(stage.words("one", "two", "three")) == ""

    told = await stage.act(flow)
    assert told.said == ["one", "two", "three"]
    assert (told.end.by, told.end.cause) == ("us", 16)
    assert len(told.of(CallOffered)) == len(told.of(CallAnswered)) == 1
    assert told.facts[-1] == told.end, "nothing is told of a call after its end"


async def test_a_key_stops_the_prompt_and_is_the_answer(stage: Stage) -> None:
    got: list[str] = []

    async def flow(call: Call) -> None:
        got.append(await call.play(stage.words("one")))
        got.append(await call.play(stage.words("two")))

    told = await stage.act(flow, ",5")
    assert got == ["5", ""], "the key counts, and only once"
    assert told.said == ["one", "two"]
    assert told.whole in ([], [False, True])
    assert told.keys == "5"


async def test_keys_typed_ahead_skip_the_prompts_they_answer(stage: Stage) -> None:
    got: list[str] = []

    async def flow(call: Call) -> None:
        await stage.arrived(3)
        got.append(await call.play(stage.words("one")))
        got.append(await call.play(stage.words("two")))
        got.append(await call.key(1))
        got.append(await call.play(stage.words("three")))

    told = await stage.act(flow, "12#")
    assert got == ["1", "2", "#", ""]
    assert told.said == ["three"]


async def test_twenty_keys_are_kept_and_the_rest_is_dropped(stage: Stage) -> None:
    got: list[str] = []

    async def flow(call: Call) -> None:
        await call.play(stage.words("one", "two", "three", "four", "five", "six"), interruptible=False)
        while key := await call.key(0):
            got.append(key)

    told = await stage.act(flow, "1234567890" * 2 + "99999")
    assert "".join(got) == "1234567890" * 2
    assert told.keys == "1234567890" * 2
    assert dropped(told) == 5


async def test_a_prompt_that_may_not_be_interrupted_is_heard_out_and_the_key_kept(stage: Stage) -> None:
    got: list[str] = []

    async def flow(call: Call) -> None:
        got.append(await call.play(stage.words("one"), interruptible=False))
        got.append(await call.key(0))

    told = await stage.act(flow, ",7")
    assert got == ["", "7"]
    assert told.said == ["one"]
    assert told.whole in ([], [True])


async def test_patience_ends_without_a_key(stage: Stage) -> None:
    got: list[str] = []
    took: list[float] = []

    async def flow(call: Call) -> None:
        began = time.monotonic()
        got.append(await call.key(2 * stage.pace))
        took.append(time.monotonic() - began)

    await stage.act(flow)
    assert got == [""]
    if stage.name != "scripted":
        assert 2 * stage.pace <= took[0] < 2 * stage.pace + 0.3


async def test_a_key_ends_patience_at_once(stage: Stage) -> None:
    got: list[str] = []
    took: list[float] = []

    async def flow(call: Call) -> None:
        began = time.monotonic()
        got.append(await call.key(30))
        took.append(time.monotonic() - began)

    await stage.act(flow, ",*")
    assert got == ["*"]
    assert took[0] < 5


async def play(call: Call, stage: Stage) -> None:
    await call.play(stage.words("one", "two", "three"))


async def play_on(call: Call, stage: Stage) -> None:
    await call.play(stage.words("one", "two", "three"), interruptible=False)


async def key(call: Call, stage: Stage) -> None:
    await call.key(60)


async def dial(call: Call, stage: Stage) -> None:
    await call.dial(stage.number(NoAnswer()), patience=30)


async def hold(call: Call, stage: Stage) -> None:
    await call.hold(True)
    await call.key(60)


@pytest.mark.parametrize("verb", [play, play_on, key, dial, hold])
async def test_a_hang_up_comes_out_of_any_verb(stage: Stage, verb: object) -> None:
    raised: list[int] = []

    async def flow(call: Call) -> None:
        try:
            await verb(call, stage)  # type: ignore[operator]
        except Hungup as over:
            raised.append(over.cause)
        for again in (call.answer(), call.play(stage.words("two")), call.key(1), call.hold(False), call.hangup()):
            with pytest.raises(Hungup):
                await again
        with pytest.raises(Hungup):
            await call.record("never", most=1, silence=1)
        with pytest.raises(Hungup):
            await call.dial("8001", patience=1)
        with pytest.raises(Hungup):
            await call.leave(stage.words("two"))
        raised.append(0)

    told = await stage.act(flow, ",!", far=NoAnswer() if verb is dial else None)
    assert raised == [16, 0]
    assert (told.end.by, told.end.cause) == ("caller", 16)


@pytest.mark.parametrize(("script", "ended"), [(",,#", "key"), (",,!", "hangup"), ("", "silence")])
async def test_a_recording_is_ended_by_the_caller(stage: Stage, script: str, ended: str) -> None:
    made: list[Recorded] = []

    async def flow(call: Call) -> None:
        quiet = 1 if ended == "silence" else 5
        made.append(await call.record(f"contract-{stage.name}-{ended}", most=20, silence=quiet, beep=False))
        if ended == "hangup":
            with pytest.raises(Hungup):
                await call.key(1)

    if ended == "silence" and stage.name == "scripted":
        script = "."
    told = await stage.act(flow, script)
    assert [one.ended for one in made] == [ended]
    assert made[0].key == ("#" if ended == "key" else "")
    assert [fact.ended for fact in told.facts if isinstance(fact, RecordingMade)] == [ended]
    assert told.end.by == ("caller" if ended == "hangup" else "us")


async def test_a_recording_has_a_limit(stage: Stage) -> None:
    made: list[Recorded] = []

    async def flow(call: Call) -> None:
        made.append(await call.record(f"contract-{stage.name}-limit", most=1, silence=0, beep=False))

    await stage.act(flow, ",,,")
    assert [one.ended for one in made] == ["limit"]
    assert 0.9 < made[0].seconds < 2.2, "the exchange counts in whole seconds"


@pytest.mark.parametrize("far", [Busy(), NoAnswer(), Unallocated(), Congested(), Rejected()])
async def test_an_attempt_to_connect_that_fails_tells_why(stage: Stage, far: Dialled) -> None:
    got: list[Dialled] = []

    async def flow(call: Call) -> None:
        got.append(await call.dial(stage.number(far), patience=1))
        await call.play(stage.words("one"))

    told = await stage.act(flow, far=far)
    assert [type(one) for one in got] == [type(far)]
    assert told.said == ["one"]
    assert len(told.of(LegRang)) == len(told.of(LegEnded)) == 1
    assert told.of(LegAnswered) == []
    assert [fact.result for fact in told.facts if isinstance(fact, LegEnded)] == [type(far).__name__.lower()]
    assert told.end.by == "us"


async def test_two_talk_until_the_far_end_leaves(stage: Stage) -> None:
    got: list[Dialled] = []

    async def flow(call: Call) -> None:
        got.append(await call.dial(stage.number(Answered(1)), patience=10))
        await call.play(stage.words("one"))

    told = await stage.act(flow, far=Answered(1))
    (result,) = got
    assert isinstance(result, Answered)
    assert result.seconds == pytest.approx(0.6, abs=0.5)
    assert [type(fact) for fact in told.facts if isinstance(fact, LegRang | LegAnswered | LegEnded)] == [
        LegRang,
        LegAnswered,
        LegEnded,
    ]
    assert told.said == ["one"]


async def test_the_caller_gives_up_ringing_with_a_star(stage: Stage) -> None:
    got: list[Dialled] = []

    async def flow(call: Call) -> None:
        got.append(await call.dial(stage.number(GaveUp()), patience=20))
        got_on.append(await call.key(stage.pace))

    got_on: list[str] = []
    told = await stage.act(flow, ",*", far=NoAnswer())
    assert got == [GaveUp()]
    assert got_on == [""], "the star is used up"
    assert told.of(LegEnded)[0].data()["result"] == "gaveup"


async def test_last_words_are_said_and_then_it_is_over(stage: Stage) -> None:
    async def flow(call: Call) -> None:
        with pytest.raises(Hungup):
            await call.leave(stage.words("one", "two"))
        with pytest.raises(Hungup):
            await call.key(1)
        raise Hungup

    told = await stage.act(flow)
    assert told.said == ["one", "two"]
    assert told.whole in ([], [True, True])
    assert (told.end.by, told.end.cause) == ("us", 16)


async def test_keys_in_the_last_words_change_nothing(stage: Stage) -> None:
    async def flow(call: Call) -> NoReturn:
        await call.leave(stage.words("one"))

    told = await stage.act(flow, ",12")
    assert told.said == ["one"]
    assert told.end.by == "us"


async def test_hanging_up_is_at_once_and_ours(stage: Stage) -> None:
    async def flow(call: Call) -> None:
        await call.hangup()

    told = await stage.act(flow)
    assert (told.said, told.end.by) == ([], "us")


async def test_where_the_caller_is_can_be_read_by_another(stage: Stage) -> None:
    marked: list[str] = []

    async def flow(call: Call) -> None:
        call.mark("flow/menu?lang=zh")
        assert await call.key(stage.pace) == ""
        marked.append(await stage.marked(call))
        call.mark("flow/leaf?lang=zh")
        await call.play(stage.words("one"))
        marked.append(await stage.marked(call))

    await stage.act(flow)
    assert marked == ["flow/menu?lang=zh", "flow/leaf?lang=zh"]


async def test_every_key_is_a_fact_once(stage: Stage) -> None:
    async def flow(call: Call) -> None:
        await call.play(stage.words("one", "two"), interruptible=False)
        for _ in range(4):
            await call.key(0)

    told = await stage.act(flow, "0*#9")
    assert [fact.key for fact in told.facts if isinstance(fact, KeyPressed)] == list("0*#9")


async def test_keys_pressed_in_private_are_told_as_secret(stage: Stage) -> None:
    async def flow(call: Call) -> None:
        await call.key(9)
        call.private = True
        await call.play(stage.words("one"))
        await call.key(9)
        call.private = False
        await call.key(9)

    told = await stage.act(flow, "1,2,3,4")
    pressed = [(fact.key, fact.private) for fact in told.facts if isinstance(fact, KeyPressed)]
    assert pressed == [("1", False), ("2", True), ("3", True), ("4", False)]
