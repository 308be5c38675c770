"""On a real Asterisk: the death of a controller, of a link, of a flow. Callers are SIP phones in Python that log what
they hear; death is a controller that stops without touching its calls (kill -9 of the process is a system test)."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from asterisk.call import AriCall
from asterisk.controller import Controller, OpenCall
from asterisk.office import Office
from calls.bus import LocalBus
from calls.call import Utterance
from calls.clock import SystemClock
from calls.facts import Alarm, AnyFact, CallEnded, CallOffered, CallResumed, CallTroubled
from tests.contract.grounds import DID, Real, real_ground
from tests.sip.media import RATE, to_ulaw
from tests.sip.uac import Line as Telephone

pytestmark = [pytest.mark.alone, pytest.mark.exchange, pytest.mark.slow]

HOLE = 0.15  # seconds without a packet; a busy test machine is late by itself now and then
LONG = 20.0


class House:
    """A bus, and controllers that all follow one flow: `9` says good-bye, `7` breaks the flow, others go round."""

    def __init__(self, ground: Real, home: Path) -> None:
        self.ground = ground
        self.facts: list[AnyFact] = []
        self.places: list[str | None] = []
        self.bus = LocalBus()
        self._news = asyncio.Event()
        self.bus.subscribe(self._hear)
        self._office = Office(self.bus, SystemClock(), ground.spool / "recording", ground.endpoint)
        self._menu = [tone(home / "menu", 600, LONG)]
        self._bye = [tone(home / "bye", 900, 0.4)]

    def _hear(self, fact: AnyFact) -> None:
        self.facts.append(fact)
        self._news.set()

    async def attend(self, call: AriCall, place: str | None, resumed: bool) -> None:
        self.places.append(place)
        call.mark("menu")
        while True:
            match await call.play(self._menu):
                case "9":
                    await call.leave(self._bye)
                case "7":
                    raise RuntimeError("a flow with a fault")

    async def controller(self, name: str, known: tuple[OpenCall, ...] | None = None) -> Controller:
        async def open_calls() -> tuple[OpenCall, ...] | None:
            return known

        controller = Controller(self.ground.address, self._office, self.attend, name, open_calls)
        await controller.start()
        await asyncio.wait_for(controller.ready(), 5)
        return controller

    async def callers(self, number: int) -> list[Telephone]:
        lines = [await self.ground.callers.call(DID, caller=f"138{index:08d}") for index in range(number)]
        for line in lines:
            await line.answered()
        await self.until(lambda: self.count(CallOffered) == number)
        async with asyncio.timeout(5):  # who hears the menu is known to the exchange by what was written before it
            while not all(line.media.heard.audio().any() for line in lines):  # noqa: ASYNC110 (audio tells nobody)
                await asyncio.sleep(0.02)
        return lines

    async def until(self, condition: Callable[[], bool], deadline: float = 5.0) -> None:
        async with asyncio.timeout(deadline):
            while not condition():
                self._news.clear()
                await self._news.wait()

    def count(self, kind: type[object]) -> int:
        return sum(isinstance(fact, kind) for fact in self.facts)

    @property
    def ends(self) -> Counter[str]:
        """By whom; every call exactly once."""
        ended = [fact for fact in self.facts if isinstance(fact, CallEnded)]
        assert max(Counter(fact.call for fact in ended).values(), default=1) == 1
        return Counter(fact.by for fact in ended)

    async def good_bye(self, lines: list[Telephone], by: str = "us") -> None:
        before = self.ends[by]
        for line in lines:
            line.press("9")
        for line in lines:
            await line.over()
        await self.until(lambda: self.ends[by] == before + len(lines))


def tone(file: Path, hertz: float, seconds: float) -> Utterance:
    at = np.arange(round(seconds * RATE)) / RATE
    file.with_suffix(".ulaw").write_bytes(to_ulaw((8000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16)))
    return Utterance(file.name, str(file), seconds, file.name)


@asynccontextmanager
async def house(home: Path) -> AsyncIterator[House]:
    async with real_ground(home) as ground:
        yield House(ground, home)


async def test_a_controller_returns_and_its_callers_notice_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as on:
        first = await on.controller("one")
        lines = await on.callers(20)
        await first.stop()
        began = time.monotonic()
        second = await on.controller("one")
        await on.until(lambda: on.count(CallResumed) == 20)
        assert time.monotonic() - began < 1.0
        assert on.places[-20:] == ["menu"] * 20
        await on.good_bye(lines)
        for line in lines:
            assert line.media.heard.holes(HOLE, line.answered_at + 0.3, line.ended_at - 0.6, voiced=True) == []
        assert on.ends == {"us": 20}
        assert second.open == 0
        await second.stop()


async def test_a_colleague_takes_over_within_two_seconds_and_gives_back(tmp_path: Path) -> None:
    async with house(tmp_path) as on:
        one = await on.controller("one")
        lines = await on.callers(20)
        two = await on.controller("two")
        died = time.monotonic()
        await one.stop()
        await on.until(lambda: on.count(CallResumed) == 20)
        assert time.monotonic() - died < 2.0
        assert len(two.calls) == 20
        again = await on.controller("one")
        await on.until(lambda: on.count(CallResumed) == 40)
        assert (len(two.calls), len(again.calls)) == (0, 20)
        assert two.healthy()
        await on.good_bye(lines)
        assert on.ends == {"us": 20}
        for line in lines:
            assert line.media.heard.holes(HOLE, line.answered_at + 0.3, line.ended_at - 0.6, voiced=True) == []
        await two.stop()
        await again.stop()


async def test_whoever_is_replaced_lets_go_and_serves_under_another_name(tmp_path: Path) -> None:
    async with house(tmp_path) as on:
        old = await on.controller("one")
        lines = await on.callers(2)
        new = await on.controller("one")
        await on.until(lambda: on.count(CallResumed) == 2)
        assert (len(old.calls), len(new.calls)) == (0, 2)
        await asyncio.wait_for(old.ready(), 5)
        assert old.app == "lp-one-2"
        assert old.healthy()
        await on.good_bye(lines)
        assert on.ends == {"us": 2}
        await old.stop()
        await new.stop()


async def test_a_broken_link_costs_no_call_and_no_flow(tmp_path: Path) -> None:
    async with house(tmp_path) as on:
        one = await on.controller("one")
        lines = await on.callers(5)
        one._home.link.drop("for the test")
        lines[0].hangup()
        await on.until(lambda: any(isinstance(fact, Alarm) and fact.cleared for fact in on.facts))
        await asyncio.wait_for(one.ready(), 5)
        await on.until(lambda: sum(on.ends.values()) == 1)
        assert on.count(CallResumed) == 0
        await on.good_bye(lines[1:])
        assert on.ends["us"] == 4
        await one.stop()


async def test_a_flow_that_fails_leaves_its_caller_to_the_fallback(tmp_path: Path) -> None:
    async with house(tmp_path) as on:
        one = await on.controller("one")
        (line,) = await on.callers(1)
        line.press("7")
        await on.until(lambda: sum(on.ends.values()) == 1)
        assert on.ends == {"fallback": 1}
        assert on.count(CallTroubled) == 1
        assert line.is_up, "the dialplan speaks to the caller now"
        line.hangup()
        await line.over()
        await one.stop()


async def test_calls_that_vanished_while_nobody_looked_are_closed_once(tmp_path: Path) -> None:
    async with house(tmp_path) as on:
        one = await on.controller("one")
        lines = await on.callers(2)
        offered = [fact for fact in on.facts if isinstance(fact, CallOffered)]
        await one.stop()
        lines[0].hangup()
        await lines[0].over()
        known = tuple(OpenCall(fact.call, fact.channel, fact.exchange, fact.controller) for fact in offered)
        before = OpenCall("01M80JW2N1YCNJS9K55P1HMDSG", "1577836800.1", "02:00:00:00:00:01@2020-01-01", "lp-one")
        again = await on.controller("one", (*known, before))
        await on.until(lambda: sum(on.ends.values()) == 2)
        assert on.ends == {"vanished": 1, "switch restart": 1}
        await on.good_bye(lines[1:])
        await again.stop()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("小明购房", "小明购房"),
        ("x" * 200, "x" * 79),
        ("'; DROP TABLE call; --", "'; DROP TABLE call; --"),
        (b"\xff\xfe\x80 broken", None),
    ],
    ids=["Chinese", "long", "hostile", "not UTF-8"],
)
async def test_names_that_strangers_send(tmp_path: Path, sent: str | bytes, kept: str | None) -> None:
    async with house(tmp_path) as on:
        one = await on.controller("one")
        line = await on.ground.callers.call(DID, name=sent)
        await line.answered()
        await on.until(lambda: on.count(CallOffered) == 1)
        (offered,) = [fact for fact in on.facts if isinstance(fact, CallOffered)]
        assert offered.name.isprintable()
        assert len(offered.name) <= 80
        if kept is not None:
            assert offered.name.startswith(kept)
        await on.good_bye([line])
        await one.stop()
