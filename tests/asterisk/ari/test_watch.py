"""When a link is dropped, and when a missing pong is only somebody's long prompt."""

import asyncio
from collections.abc import Coroutine
from time import monotonic

from asterisk.ari import verbs
from asterisk.ari.rest import DEADLINE, Answer, NoAnswer
from asterisk.ari.verbs import Request
from asterisk.ari.watch import MISSES, LinkWatch


class Wire:
    """A link that answers pings, or not, and an exchange that answers over HTTP, or not, and sends events, or not."""

    def __init__(self, *, pongs: bool, http: bool, events: bool) -> None:
        self.pongs, self.http, self.events = pongs, http, events
        self.heard_at = monotonic()
        self.dropped = ""
        self.strain = asyncio.Event()
        self.pinged = asyncio.Event()

    def ping(self) -> None:
        self.pinged.set()
        if self.pongs:
            self.heard_at = monotonic()

    def overdue(self, now: float) -> None: ...

    def pulse(self) -> Request:
        return verbs.user_event("pulse", "lp-one")

    def drop(self, why: str) -> None:
        self.dropped = why

    def strained(self, what: str) -> None:
        assert what == "blocked"
        self.strain.set()

    async def ask(self, request: Request, deadline: float = DEADLINE) -> Answer:
        if not self.http:
            raise NoAnswer(request.path)
        if request.verb == "user_event" and self.events:
            self.heard_at = monotonic()
        return Answer(204)


SILENCE = 0.02


def watch_over(wire: Wire) -> Coroutine[None, None, None]:
    return LinkWatch(wire, wire, tick=0.005, silence=SILENCE).run()


async def test_a_link_on_which_pings_are_answered_is_left_alone() -> None:
    wire = Wire(pongs=True, http=False, events=False)
    task = asyncio.create_task(watch_over(wire))
    for _ in range(3):
        wire.pinged.clear()
        await asyncio.wait_for(wire.pinged.wait(), 2)
    assert not wire.dropped
    task.cancel()


async def test_commands_held_up_by_a_waiting_verb_do_not_cost_the_link() -> None:
    wire = Wire(pongs=False, http=True, events=True)
    task = asyncio.create_task(watch_over(wire))
    await asyncio.wait_for(wire.strain.wait(), 2)
    assert not wire.dropped
    task.cancel()


async def test_a_half_open_link_is_dropped() -> None:
    wire = Wire(pongs=False, http=True, events=False)
    await asyncio.wait_for(watch_over(wire), 2)
    assert "half-open" in wire.dropped


async def test_a_dead_exchange_is_given_some_time() -> None:
    wire = Wire(pongs=False, http=False, events=False)
    begun = monotonic()
    await asyncio.wait_for(watch_over(wire), 2)
    assert "neither" in wire.dropped
    assert monotonic() - begun > MISSES * SILENCE
