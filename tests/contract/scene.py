"""A fake exchange with a controller on it and many callers in one menu: where faults are tried."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from calls.call import Call, Recorded
from calls.facts import CallEnded, CallOffered, Fact
from tests.contract.grounds import DID, Fake
from tests.contract.stage import Flow, Live
from tests.fake.caller import Caller
from tests.fake.exchange import Exchange, fake_exchange


def heard_again(caller: Caller, word: str) -> Callable[[], bool]:
    """True when the caller has heard that word once more than now, or has gone."""
    now = sum(word in media for media in caller.media)
    return lambda: not caller.is_up or sum(word in media for media in caller.media) > now


class Scene:
    """A fake exchange, a controller, and any number of callers in one flow."""

    def __init__(self, fake: Exchange, live: Live) -> None:
        self.fake, self.live = fake, live
        self.facts: list[Fact] = []
        self.live.bus.subscribe(lambda fact: self.facts.append(fact) if isinstance(fact, Fact) else None)

    def all_do(self, flow: Flow) -> None:
        self.live.flow = flow

    async def callers(self, number: int, hears: str = "menu") -> list[Caller]:
        """So many callers, all of whom hear the beginning of their flow. One who gets the fallback (a busy machine's
        controller declines) calls again, as people do."""
        return [await self._caller(f"138{index:08d}", hears) for index in range(number)]

    async def _caller(self, number: str, hears: str) -> Caller:
        for _ in range(5):
            caller = self.fake.call(number, DID)
            await caller.until(partial(_looked_after, caller, hears), 10, f"to hear {hears!r}")
            if not caller.fallback:
                return caller
            caller.hangup()
        raise AssertionError(f"{number} got nothing but the fallback")

    async def until(self, condition: Callable[[], bool], deadline: float = 10.0) -> None:
        await self.live.until(condition, deadline)

    @property
    def ends(self) -> Counter[str]:
        return Counter(fact.call for fact in self.facts if isinstance(fact, CallEnded))

    async def good_bye(self, caller: Caller) -> None:
        """The caller asks to leave whenever there is a menu to do it in."""
        while caller.is_up:
            caller.press("9")
            await caller.until(heard_again(caller, "menu"), 15)

    async def all_over(self, callers: list[Caller], deadline: float = 15.0) -> None:
        """Every call that was offered has exactly one end, and nothing of it is left anywhere."""
        for caller in callers:
            await caller.over(deadline)
        await self.fake.quiet(deadline)
        offered = {fact.call for fact in self.facts if isinstance(fact, CallOffered)}
        await self.until(lambda: set(self.ends) >= offered, deadline)
        assert set(self.ends) == offered
        assert set(self.ends.values()) <= {1}, "exactly one end each"
        assert self.fake.idle()
        assert self.live.controller.calls == ()
        assert [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith("call ")] == []


def _looked_after(caller: Caller, hears: str) -> bool:
    return bool(caller.fallback) or any(hears in media for media in caller.media)


@asynccontextmanager
async def scene(directory: Path, *, lease_scale: float = 1.0) -> AsyncIterator[Scene]:
    async with fake_exchange(lease_scale=lease_scale) as fake:
        live = Live(Fake(fake), directory)
        await live.controller.start()
        await live.controller.ready()
        try:
            yield Scene(fake, live)
        finally:
            await live.controller.stop()


def menu(live: Live) -> Flow:
    """A menu: `1` a leaf, `2` a message, `7` the end, `8` the operator, `9` good-bye; else once more."""
    question, leaf, bye = live.words("menu"), live.words("leaf"), live.words("bye")

    async def flow(call: Call) -> None:
        await call.answer()
        while True:
            call.mark("menu")
            match await call.play(question) or await call.key(0.5):
                case "1":
                    call.mark("leaf")
                    await call.play(leaf)
                case "2":
                    made = await call.record(f"m-{call.id}", most=2, silence=1, beep=False)
                    assert isinstance(made, Recorded)
                case "7":
                    await call.hangup()
                case "8":
                    await call.dial("8001", patience=2)
                case "9":
                    await call.leave(bye)

    return flow
