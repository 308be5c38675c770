"""The town as others use it: a plan for its exchange, calls from it, phones in it."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from asterisk.instance.plan import Plan, Registration, Trunk
from asterisk.instance.ports import Ports
from asterisk.instance.process import Instance
from asterisk.town.caller import PATIENCE, Caller, HungUp, Stay, TownCall
from asterisk.town.ear import Ear
from asterisk.town.keys import parse
from asterisk.town.numbers import BEHAVIOURS, dialplan
from asterisk.town.wire import Wire

FRAME_TIME = 0.02  # s


def plan(bind: str, ports: Ports, exchange: str, phones: Sequence[tuple[str, str]] = ()) -> Plan:
    """The town's exchange on `bind`. `exchange` is the "address:port" of the one it calls; `phones` are (extension,
    password) that it plays there. Ports with `phones=True` are needed for those."""
    return Plan(
        bind=bind,
        ports=ports,
        dialplan=dialplan(extension for extension, _ in phones),
        trunks=(Trunk("exchange", exchange),),
        registrations=tuple(Registration(extension, password, exchange) for extension, password in phones),
        variables=("UNICASTRTP_LOCAL_ADDRESS", "UNICASTRTP_LOCAL_PORT"),
        transmit_silence=True,
    )


class Town:
    """Callers and phones of a running town. `calls` is where recordings of calls go."""

    def __init__(self, instance: Instance, calls: Path | None = None) -> None:
        self.instance = instance
        self.calls = calls or instance.home / "calls"
        self._wire = Wire(instance.ari_url, instance.ari_auth)
        self._ears: set[Ear] = set()
        self._numbers = itertools.count(1)
        self._run = f"{time.time():.3f}"
        self._clock: asyncio.Task[None] | None = None
        self._mending = asyncio.Lock()

    async def start(self) -> float:
        """Start the town's exchange (or take over the running one) and connect to it. Returns its boot seconds."""
        took = await self.instance.start()
        await self._wire.open()
        self._clock = asyncio.create_task(self._tick())
        return took

    async def stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._clock
            await self._wire.close()
            self._clock = None
        await self.instance.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def call(
        self,
        did: str,
        keys: str = "",
        *,
        caller: str = "13800000001",
        name: str = "",
        stay: Stay = "prompt",
        listen: bool = True,
    ) -> TownCall:
        """A whole call: dial, do what KEYS says, stay, hang up.

        stay    after the keys: so many seconds, until the "prompt" ends, or until the exchange hangs up ("hangup")
        listen  False: no sound is received or sent (cheap: for calls in hundreds); then stay in seconds or "hangup"
        Raises UnreadableKeys before anything is dialled.
        """
        deeds = parse(keys)
        line = await self.dial(did, caller=caller, name=name, listen=listen)
        if await line.answered():
            try:
                await line.play(deeds)
                match stay:
                    case "prompt":
                        await line.prompt_end()
                    case "hangup":
                        await line.wait(PATIENCE)
                    case seconds:
                        await line.wait(seconds)
            except HungUp:
                pass
            except TimeoutError as error:
                line.trouble = str(error)
            finally:
                await line.hang_up()
        return await self.end(line)

    async def dial(
        self, did: str, *, caller: str = "13800000001", name: str = "", listen: bool = True, patience: float = 30.0
    ) -> Caller:
        """Begin a call and hold its end in hand: press, say, listen, hang up at will; then `end` it."""
        async with self._mending:
            if self._wire.lost:  # the town died; it is nobody's exchange, so it is mended when it is wanted
                await self._wire.close()
                await self.instance.start()
                await self._wire.open()
        channel = f"town-{self._run}-{next(self._numbers)}"
        ear = Ear(self.instance.plan.bind) if listen else None
        line = Caller(self._wire, ear, channel, did, caller)
        if ear is not None:
            self._ears.add(ear)
        await line.dial(name, patience)
        return line

    async def end(self, line: Caller) -> TownCall:
        """Wait until the call is over; what became of it."""
        try:
            return await line.end(self.calls / line.channel)
        finally:
            if line.ear is not None:
                self._ears.discard(line.ear)

    async def phone(self, extension: str, behaviour: str) -> None:
        """From now on the phone behaves like this when it is rung: one of `numbers.BEHAVIOURS`."""
        if behaviour not in BEHAVIOURS:
            raise ValueError(f"a phone cannot {behaviour!r}; it can: {', '.join(BEHAVIOURS)}")
        await self._wire.post("/asterisk/variable", variable=f"PHONE_{extension}", value=behaviour)

    async def registered(self, within: float = 5.0) -> None:
        """Return when all phones of the town are registered at the exchange. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while True:
                said = await self.instance.cli("pjsip show registrations")
                if said.count(" Registered") == len(self.instance.plan.registrations):
                    return
                await asyncio.sleep(0.1)

    async def _tick(self) -> None:
        """One clock for all callers: every 20 ms each sends its next packet."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            for ear in tuple(self._ears):
                ear.tick()
            due = max(due + FRAME_TIME, loop.time() - 0.2)  # after a long pause, catch up a little only
            await asyncio.sleep(due - loop.time())
