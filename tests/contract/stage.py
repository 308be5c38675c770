"""Where the contract is acted out. A stage puts one caller with a script through one flow and tells what happened.

A script says what the caller does: a key, `,` (one second), `!` (hang up). Seconds are the contract's: a stage with a
`pace` of 0.15 lets one pass in 150 ms.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from zlib import crc32

import numpy as np

from asterisk.ari.address import Address
from asterisk.controller import Controller, OpenCall
from asterisk.office import Office
from calls.bus import LocalBus
from calls.call import Call, Dialled, Hungup, Utterance
from calls.clock import FixedClock, SystemClock
from calls.facts import Alarm, AnyFact, CallEnded, Fact, KeyPressed
from calls.scripted import ScriptedCall
from tests.sip.media import RATE, Samples, to_ulaw

Flow = Callable[[Call], Awaitable[None]]
WORD = 2.0  # seconds of the contract that every utterance lasts


@dataclass(slots=True)
class Told:
    """What came of a call: its facts, what was begun to be said (in order), whether the caller heard it whole."""

    facts: list[AnyFact] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)

    def of(self, kind: type[Fact]) -> list[Fact]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    @property
    def end(self) -> CallEnded:
        """The one end of the call."""
        ends = [fact for fact in self.facts if isinstance(fact, CallEnded)]
        assert len(ends) == 1, ends
        return ends[0]

    @property
    def keys(self) -> str:
        return "".join(fact.key for fact in self.facts if isinstance(fact, KeyPressed))


class Stage(Protocol):
    name: str
    pace: float

    def words(self, *names: str) -> list[Utterance]:
        """Utterances of two seconds each."""

    async def act(self, flow: Flow, script: str = "", *, far: Dialled | None = None) -> Told:
        """Put a caller through the flow until the call is over. far: what the party dialled in it will do."""

    async def arrived(self, keys: int) -> None:
        """Inside a flow: until so many keys have reached us."""

    def number(self, far: Dialled) -> str:
        """Whom to dial for this outcome."""

    async def marked(self, call: Call) -> str:
        """Where the caller is marked to be, as another controller would read it."""


# -- acted out from the script -----------------------------------------------------------------------------------


class Scripted:
    """`ScriptedCall`: no time passes, nothing is sent."""

    name, pace = "scripted", 1.0

    def words(self, *names: str) -> list[Utterance]:
        return [Utterance(name, f"/{name}", WORD, name) for name in names]

    async def act(self, flow: Flow, script: str = "", *, far: Dialled | None = None) -> Told:
        told, bus = Told(), LocalBus()
        bus.subscribe(told.facts.append)
        # a caller who has nothing more to do stays on the line
        call = ScriptedCall(
            [*script, *"." * 60], FixedClock(datetime(2026, 5, 1, tzinfo=UTC)), bus, dials=[far] if far else []
        )
        try:
            await flow(call)
            await call.hangup()
        except Hungup:
            pass
        told.said = [name for line in call.transcript if line.startswith("< ") for name in line[2:].split()]
        return told

    async def arrived(self, keys: int) -> None:
        pass

    def number(self, far: Dialled) -> str:
        return "8000"

    async def marked(self, call: Call) -> str:
        assert isinstance(call, ScriptedCall)
        return call.place


def babble(name: str, seconds: float) -> Samples:
    """Noise with the rhythm of syllables; the same name always gives the same."""
    chance = np.random.default_rng(crc32(name.encode()))
    length = round(seconds * RATE)
    noise = np.convolve(chance.normal(size=length + 7), np.ones(8) / 8, mode="valid")
    rhythm = np.repeat(chance.uniform(0.3, 1.0, size=length // 800 + 1), 800)[:length]
    return (noise * rhythm * 12000).clip(-32000, 32000).astype(np.int16)


# -- an exchange, fake or real -----------------------------------------------------------------------------------


class Person(Protocol):
    """A caller on a live exchange."""

    def press(self, key: str) -> None: ...

    def hangup(self) -> None: ...

    async def over(self, deadline: float) -> object: ...


class Ground(Protocol):
    """An exchange on which calls can be made."""

    name: str
    pace: float
    address: Address
    spool: Path
    endpoint: str

    async def caller(self) -> Person: ...

    def heard(self, person: Person, prompts: Sequence[Path]) -> tuple[list[str], list[bool]]:
        """What a caller heard whose call is over, and what of it to its end."""

    def number(self, far: Dialled) -> str: ...

    async def state(self, call: Call) -> str:
        """The channel's CCSTATE."""


class Live:
    """A controller on an exchange; one flow after the other."""

    def __init__(self, ground: Ground, sounds: Path, controller_name: str = "one") -> None:
        self.ground, self.sounds = ground, sounds
        self.name, self.pace = ground.name, ground.pace
        self.bus = LocalBus()
        self.told = Told()
        self.calls: list[Call] = []
        self.faults: list[BaseException] = []
        self.flow: Flow | None = None
        self._changed = asyncio.Event()
        self._attended: Callable[[str | None], None] = lambda place: None
        self.bus.subscribe(self._hear)
        self.controller = self.new_controller(controller_name)

    def attended(self, listener: Callable[[str | None], None]) -> None:
        """Be told with which place each flow begins."""
        self._attended = listener

    def new_controller(self, name: str, ledger: Sequence[OpenCall] | None = None) -> Controller:
        async def open_calls() -> Sequence[OpenCall] | None:
            return ledger

        office = Office(self.bus, SystemClock(), self.ground.spool / "recording", endpoint=self.ground.endpoint)
        return Controller(self.ground.address, office, self._attend, name, open_calls)

    def _hear(self, fact: AnyFact) -> None:
        if not isinstance(fact, Alarm):
            self.told.facts.append(fact)
        self._changed.set()

    async def _attend(self, call: Call, place: str | None, resumed: bool) -> None:
        self.calls.append(call)
        self._attended(place)
        self._changed.set()
        assert self.flow is not None
        try:
            await self.flow(call)
        except AssertionError as fault:
            self.faults.append(fault)
            raise

    def words(self, *names: str) -> list[Utterance]:
        """Sounds like speech in its rhythm, each name its own."""
        out = []
        for name in names:
            file = self.sounds / f"{name}.ulaw"
            if not file.exists():
                file.write_bytes(to_ulaw(babble(name, WORD * self.pace)))
            out.append(Utterance(name, str(file.with_suffix("")), WORD * self.pace, name))
        return out

    async def until(self, condition: Callable[[], bool], deadline: float = 10.0) -> None:
        """Until the facts make the condition true."""
        async with asyncio.timeout(deadline):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def arrived(self, keys: int) -> None:
        await self.until(lambda: len(self.told.keys) >= min(keys, 20))

    async def act(self, flow: Flow, script: str = "", *, far: Dialled | None = None) -> Told:
        person = await self.begin(flow)
        for deed in script:
            if deed == ",":
                await asyncio.sleep(self.pace)
            elif deed == "!":
                person.hangup()
            else:
                person.press(deed)
        return await self.finish(person)

    async def begin(self, flow: Flow) -> Person:
        """A caller comes in and the flow begins."""
        self.told = Told()
        self.flow = flow
        before = len(self.calls)
        person = await self.ground.caller()
        async with asyncio.timeout(10):
            while len(self.calls) == before:
                self._changed.clear()
                await self._changed.wait()
        return person

    async def finish(self, person: Person) -> Told:
        """The call comes to its end."""
        await person.over(20.0)
        await self.until(lambda: any(isinstance(fact, CallEnded) for fact in self.told.facts))
        prompts = sorted(self.sounds.glob("*.ulaw"))
        self.told.said, self.told.whole = self.ground.heard(person, prompts)
        if self.faults:
            raise self.faults.pop()
        return self.told

    def number(self, far: Dialled) -> str:
        return self.ground.number(far)

    async def marked(self, call: Call) -> str:
        state = await self.ground.state(call)
        assert state.startswith(f"{call.id}|"), state
        return state.split("|")[2]
