"""A controller goes and another comes: the caller hears nothing of it. On the fake exchange and on a real Asterisk."""

import asyncio
from datetime import timedelta

import pytest

from asterisk.controller import OpenCall
from calls.call import Call, Recorded
from calls.facts import CallAnswered, CallOffered, CallResumed
from tests.contract.conftest import EXCHANGES
from tests.contract.grounds import Telephone
from tests.contract.stage import Live

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("ground", EXCHANGES, indirect=True, scope="module"),
]


async def change_of_controllers(live: Live, name: str = "one") -> None:
    """The controller is gone without a word to anybody; another one comes."""
    await live.controller.stop()
    live.controller = live.new_controller(name)
    await live.controller.start()
    await live.controller.ready()


async def test_the_words_that_are_being_said_are_said_to_their_end(live: Live) -> None:
    begun: list[str] = []
    words = live.words("one", "two", "three")

    async def flow(call: Call) -> None:
        begun.append(call.id)
        call.mark("leaf")
        await call.play(words)

    person = await live.begin(flow)
    await asyncio.sleep(live.pace)
    await change_of_controllers(live)
    told = await live.finish(person)
    assert len(set(begun)) == 1
    assert len(begun) == 2, "the same call, the flow once more from where it was"
    assert told.said == ["one", "two", "three"], "nothing is said twice"
    assert all(told.whole)
    assert len(told.of(CallOffered)) == len(told.of(CallAnswered)) == len(told.of(CallResumed)) == 1
    assert told.end.by == "us"
    if isinstance(person, Telephone):
        voice = person.line.media.heard
        assert voice.holes(0.06, voice.times[0] + 0.1, voice.times[0] + 5 * live.pace) == []


async def test_the_next_key_goes_on_in_the_same_place(live: Live) -> None:
    places: list[str | None] = []
    got: list[str] = []
    words = live.words("one")
    live.attended(places.append)

    async def flow(call: Call) -> None:
        call.mark("menu:zh")
        while not (key := await call.play(words) or await call.key(20)):
            pass
        got.append(key)

    person = await live.begin(flow)
    await asyncio.sleep(3 * live.pace)  # the question has been asked, the patience runs
    await change_of_controllers(live)
    await live.until(lambda: len(places) == 2)
    person.press("4")
    told = await live.finish(person)
    assert places == [None, "menu:zh"]
    assert got == ["4"]
    assert told.keys == "4"


async def test_a_message_that_is_being_recorded_is_kept_whole(live: Live) -> None:
    made: list[Recorded] = []

    async def flow(call: Call) -> None:
        call.mark("message")
        made.append(await call.record(f"survives-{live.name}", most=30, silence=0, beep=False))

    person = await live.begin(flow)
    await asyncio.sleep(1.0)
    await change_of_controllers(live)
    await asyncio.sleep(1.0)
    person.press("#")
    told = await live.finish(person)
    (kept,) = made
    assert (kept.ended, kept.key) == ("key", "#")
    assert kept.seconds > 1.5, "both halves"
    assert told.end.by == "us"


async def test_who_hangs_up_while_nobody_listens_is_closed(live: Live) -> None:
    async def flow(call: Call) -> None:
        await call.key(60)

    person = await live.begin(flow)
    await asyncio.sleep(0.2)
    old = live.controller
    await old.stop()
    person.hangup()
    await person.over(5)
    assert not [fact for fact in live.told.facts if type(fact).__name__ == "CallEnded"]
    call = live.calls[-1]
    live.controller = live.new_controller("one", [OpenCall(call.id, call.party.channel, old.exchange, old.app)])
    await live.controller.start()
    told = await live.finish(person)
    assert (told.end.call, told.end.by) == (call.id, "vanished")


async def test_a_call_of_which_nobody_lived_to_tell_is_told(live: Live) -> None:
    async def flow(call: Call) -> None:
        call.mark("menu")
        await call.key(60)

    person = await live.begin(flow)
    await asyncio.sleep(0.2)
    await live.controller.stop()
    live.controller = live.new_controller("one", [])
    await live.controller.start()
    await live.until(lambda: len(live.told.of(CallAnswered)) == 2)
    person.hangup()
    told = await live.finish(person)
    first, again = [fact for fact in told.facts if isinstance(fact, CallOffered)]
    assert (again.call, again.channel, again.caller) == (first.call, first.channel, first.caller)
    assert first.at - timedelta(seconds=1) < again.at <= first.at, "the exchange knows since when it is there"


async def test_who_is_hearing_the_last_words_hears_them_once_and_goes(live: Live) -> None:
    begun: list[str] = []
    words = live.words("one", "two", "three")

    async def flow(call: Call) -> None:
        begun.append(call.id)
        call.mark("menu")
        await call.key(0.05)
        await call.leave(words)

    person = await live.begin(flow)
    await asyncio.sleep(live.pace)
    await change_of_controllers(live)
    told = await live.finish(person)
    assert len(begun) == 1, "the flow is not begun again"
    assert told.said == ["one", "two", "three"]
    assert all(told.whole)
    assert told.end.by == "us"
