"""The trace of one call, gathered from its facts while it happens."""

import asyncio
from collections.abc import Callable
from typing import ClassVar

from calls.bus import Bus
from calls.facts import AnyFact, CallEnded, CallOffered, Fact


class Tracer:
    """Watches for the next call from a certain number, and gathers its facts until it ends.

    `with Tracer(bus, "13800000001") as tracer: …`. Tracers of the same number follow different calls.
    """

    _followed: ClassVar[set[str]] = set()  # by tracers of this process

    def __init__(self, bus: Bus, caller: str) -> None:
        self._bus = bus
        self._caller = caller
        self._call = ""
        self.facts: list[Fact] = []
        self.ended = asyncio.Event()
        self._deafen: Callable[[], None] = lambda: None

    def __enter__(self) -> "Tracer":
        self._deafen = self._bus.subscribe(self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        self._deafen()
        self._followed.discard(self._call)

    def _hear(self, fact: AnyFact) -> None:
        if not isinstance(fact, Fact):
            return
        if not self._call:
            if not isinstance(fact, CallOffered) or fact.caller != self._caller or fact.call in self._followed:
                return
            self._call = fact.call
            self._followed.add(fact.call)
        if fact.call == self._call:
            self.facts.append(fact)
            if isinstance(fact, CallEnded):
                self.ended.set()
