"""Whatever goes wrong between controller and exchange: every call has exactly one end, nothing is left over, and the
callers who are still there go on. All on the fake exchange and its bad cable."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls.facts import CallEnded, CallResumed
from tests.contract.grounds import DID
from tests.contract.scene import heard_again, menu, scene

MANY = 50


@pytest.mark.slow
async def test_the_link_is_dropped_under_fifty_calls(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        on.all_do(menu(on.live))
        callers = await on.callers(MANY)
        assert on.fake.wire.drop("websocket") == 1
        await on.fake.deaf(on.live.controller.app)
        for gone in callers[:10]:
            gone.hangup()
        for deaf in callers[10:20]:
            deaf.press("9")  # lost: nobody listens
        await on.live.controller.ready()
        await on.fake.listened(on.live.controller.app)
        await asyncio.gather(*(on.good_bye(caller) for caller in callers[10:]))
        await on.all_over(callers)
        assert all("bye" in caller.media[-1] for caller in callers[10:])
        assert Counter(fact.by for fact in on.facts if isinstance(fact, CallEnded)) == {"us": 40, "vanished": 10}
        assert on.live.controller.counters.links_lost == 1


@pytest.mark.slow
async def test_the_link_is_half_open_under_fifty_calls(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        on.all_do(menu(on.live))
        callers = await on.callers(MANY)
        began = time.monotonic()
        assert on.fake.wire.freeze("websocket") == 1
        callers[0].hangup()
        lost = on.live.controller.counters
        await on.until(lambda: lost.links_lost == 1, 15)
        assert time.monotonic() - began < 8, "a dead link is noticed in seconds"
        await on.live.controller.ready()
        await asyncio.gather(*(on.good_bye(caller) for caller in callers[1:]))
        await on.all_over(callers)


@pytest.mark.slow
async def test_everything_stands_still_for_a_while_and_goes_on(tmp_path: Path) -> None:
    """As when the exchange, or the controller, is stopped for a second and a half."""
    async with scene(tmp_path) as on:
        on.all_do(menu(on.live))
        callers = await on.callers(10)
        on.fake.wire.freeze()
        for caller in callers[:5]:
            caller.press("9")
        asyncio.get_running_loop().call_later(1.5, on.fake.wire.thaw)
        for caller in callers[:5]:
            await caller.hears("bye", 10)
        for caller in callers[5:]:
            caller.hangup()
        await on.all_over(callers)


@pytest.mark.parametrize("knob", ["duplicate", "reorder"])
async def test_events_twice_or_in_another_order(tmp_path: Path, knob: str) -> None:
    async with scene(tmp_path) as on:
        on.all_do(menu(on.live))
        setattr(on.fake.faults, knob, True)
        callers = await on.callers(10)
        for caller in callers[:3]:
            caller.hangup()
        for caller in callers[3:6]:
            caller.press("9")
        callers[6].press("2")
        callers[7].press("8")
        callers[8].press("1")
        await callers[8].until(heard_again(callers[8], "menu"))
        for caller in callers[6:]:
            caller.hangup()
        await on.all_over(callers)


REFUSED = [
    ("play", "POST /channels/[^/]+/play"),
    ("state", "POST /asterisk/variable$"),
    ("stop", "DELETE /playbacks/"),
    ("record", "POST /channels/[^/]+/record"),
    ("originate", "POST /channels$"),
    ("bridge", "POST /bridges/[^/]+$"),
    ("join", "POST /bridges/[^/]+/addChannel"),
    ("ring", "POST /channels/[^/]+/ring"),
    ("last words", "POST /channels/[^/]+/continue"),
    ("hang up", "DELETE /channels/"),
]

PARTY = ("originate", "bridge", "join", "ring")


@pytest.mark.parametrize("status", [404, 409, 422, 503])
@pytest.mark.parametrize(("what", "pattern"), REFUSED, ids=[what for what, _ in REFUSED])
async def test_a_refused_command_loses_no_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, what: str, pattern: str, status: int
) -> None:
    caplog.set_level(logging.CRITICAL)
    async with scene(tmp_path, lease_scale=0.05) as on:
        on.all_do(menu(on.live))
        refused = on.fake.faults.answer(status, pattern, times=2)
        caller = on.fake.call("1", DID)
        if what != "play":
            await caller.hears("menu")
        caller.press({"record": "2", "stop": "1", "hang up": "7"}.get(what, "8" if what in PARTY else "9"))
        await on.fake.asked(lambda: refused.seen > 0)
        await on.good_bye(caller)
        await on.all_over([caller])


async def test_a_flood_of_events_does_not_drown_the_callers(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        on.all_do(menu(on.live))
        callers = await on.callers(5)
        on.fake.flood(5_000)
        began = time.monotonic()
        for caller in callers:
            caller.press("9")
        for caller in callers:
            await caller.hears("bye", 10)
        assert time.monotonic() - began < 5
        on.fake.flood(1_000)
        await on.all_over(callers)


async def test_the_exchange_dies_and_comes_back(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        on.all_do(menu(on.live))
        callers = await on.callers(10)
        await on.fake.restart()
        await on.until(lambda: len(on.ends) == 10)
        assert {fact.by for fact in on.facts if isinstance(fact, CallEnded)} == {"switch restart"}
        await on.fake.listened(on.live.controller.app)
        await on.live.controller.ready()
        later = await on.callers(2)
        for caller in later:
            caller.press("9")
        await on.all_over(callers + later)


async def test_a_controller_returns_and_no_caller_hears_it(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        on.all_do(menu(on.live))
        callers = await on.callers(20)
        await on.live.controller.stop()
        on.live.controller = on.live.new_controller("one")
        await on.live.controller.start()
        await on.live.controller.ready()
        await on.until(lambda: sum(isinstance(fact, CallResumed) for fact in on.facts) == 20)
        for caller in callers:
            await caller.until(lambda caller=caller: caller.heard[0].ended > 0)  # type: ignore[misc]
            assert caller.heard[0].whole, "the prompt that was playing is heard to its end"
            assert len(caller.heard) == 1
            caller.press("9")
        await on.all_over(callers)
        assert {fact.place for fact in on.facts if isinstance(fact, CallResumed)} == {"menu"}


@pytest.mark.slow
async def test_a_colleague_takes_over_from_a_dead_controller(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        on.all_do(menu(on.live))
        callers = await on.callers(20)
        heir = on.live.new_controller("two")
        await heir.start()
        await heir.ready()
        dead, on.live.controller = on.live.controller, heir
        died = time.monotonic()
        await dead.stop()
        await on.until(lambda: sum(isinstance(fact, CallResumed) for fact in on.facts) == 20)
        assert time.monotonic() - died < 3
        for caller in callers:
            await caller.until(heard_again(caller, "menu"), 10)
            caller.press("9")
        await on.all_over(callers)
        assert heir.counters.takeovers == 1


@pytest.mark.slow
async def test_nobody_comes_and_the_callers_are_looked_after_by_the_dialplan(tmp_path: Path) -> None:
    async with scene(tmp_path, lease_scale=0.02) as on:
        on.all_do(menu(on.live))
        callers = await on.callers(3)
        await on.live.controller.stop()
        for caller in callers:
            await caller.over()
            assert caller.fallback == "ORPHANED"
        later = on.fake.call("1", DID)
        await later.over()
        assert later.fallback == "TIMEOUT"


# -- anything, at any time -----------------------------------------------------------------------------------------

DEEDS = st.one_of(
    st.tuples(st.just("press"), st.integers(0, 3), st.sampled_from("0123456789*#")),
    st.tuples(st.just("hang up"), st.integers(0, 3), st.just("")),
    st.tuples(st.sampled_from(["drop", "wait", "freeze"]), st.just(0), st.just("")),
)


async def live_through(directory: Path, deeds: Sequence[tuple[str, int, str]]) -> Counter[str]:
    """Four callers, and everything that happens to them and to the link; then they all hang up. How calls ended."""
    async with scene(directory) as on:
        on.all_do(menu(on.live))
        callers = await on.callers(4)
        for deed, who, key in deeds:
            match deed:
                case "press":
                    callers[who].press(key)
                case "hang up":
                    callers[who].hangup()
                case "drop":
                    on.fake.wire.drop("websocket")
                case "freeze":
                    on.fake.wire.freeze("websocket")
                    asyncio.get_running_loop().call_later(0.2, on.fake.wire.thaw)
                case "wait":
                    await asyncio.sleep(0.1)
        for caller in callers:
            caller.hangup()
        await on.all_over(callers)
        return Counter(fact.by for fact in on.facts if isinstance(fact, CallEnded))


async def test_one_such_life_by_hand(tmp_path: Path) -> None:
    ends = await live_through(
        tmp_path, [("press", 0, "9"), ("press", 1, "2"), ("wait", 0, ""), ("drop", 0, ""), ("hang up", 2, "")]
    )
    assert sum(ends.values()) == 4
    assert set(ends) <= {"us", "caller", "vanished"}


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(DEEDS, max_size=12))
def test_whatever_happens_every_call_has_exactly_one_end(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[str, int, str]]
) -> None:
    ends = asyncio.run(live_through(tmp_path_factory.mktemp("life"), deeds))
    assert sum(ends.values()) == 4


@pytest.mark.slow
@pytest.mark.parametrize("tenth", range(20))
async def test_a_hang_up_at_any_moment(tmp_path: Path, tenth: int) -> None:
    """Twenty callers who do everything there is, each gone a little later than the one before."""
    async with scene(tmp_path) as on:
        on.all_do(menu(on.live))
        callers = await on.callers(20)
        for index, caller in enumerate(callers):
            caller.press("12789"[index % 5])
            asyncio.get_running_loop().call_later((tenth + index / 20) / 10, caller.hangup)
        await on.all_over(callers)
