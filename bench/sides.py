"""Who is measured: each side takes the same two calls, one with a prompt and one with a key press."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from asterisk.instance import ports
from asterisk.instance.plan import Plan
from asterisk.instance.process import Instance
from asterisk.instance.software import Software
from bench import cpu, dialplan
from bench.addresses import Addresses

SETTLE = 1.0  # s for the ends of calls to be dealt with
READY = 20.0  # s for a program to say that it takes calls
VOICE_PORTS = 6000  # two a call


@dataclass(frozen=True, slots=True)
class Side:
    """name; where its exchange takes calls; the two numbers; the processes that do the work (controller 0: none)."""

    name: str
    sip: tuple[str, int]
    prompt: str
    key: str
    exchange: int
    controller: int = 0

    def number(self, scenario: str) -> str:
        return self.key if scenario == "key" else self.prompt

    def spent(self) -> tuple[float, float]:
        """Seconds of processor time: (exchange, controller)."""
        return cpu.spent(self.exchange), cpu.spent(self.controller) if self.controller else 0.0

    async def clear(self) -> None:
        """Hang up whoever is left over from a load that was too much, so that the next one finds the same exchange."""
        await self._console("channel request hangup all")
        await asyncio.sleep(SETTLE)

    async def channels(self) -> int:
        """How many there are."""
        told = await self._console("core show channels count")
        return int(told.split()[0])

    async def _console(self, command: str) -> str:
        words = await asyncio.to_thread(Path(f"/proc/{self.exchange}/cmdline").read_bytes)
        console = await asyncio.create_subprocess_exec(
            *(word for word in os.fsdecode(words).rstrip("\0").split("\0") if word not in ("-f", "-n")),
            *("-rx", command),
            env={**os.environ, "OPENSSL_CONF": "/dev/null"},  # a private copy has none of its own
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        return (await console.communicate())[0].decode(errors="replace")


class NotReady(Exception):
    """A program that should take calls did not come up; the text holds its last words."""


def plain_plan(addresses: Addresses, menu: Path, short: Path, *, records: bool) -> Plan:
    """An exchange that needs nobody: its dialplan does all. With records, as a call centre must have them, it is what
    ours is compared with, and the rivals work on it, too."""
    bind = addresses.plain if records else addresses.bare
    return Plan(
        bind=bind,
        ports=ports.free(bind, voice=VOICE_PORTS),
        dialplan=dialplan.text(menu, short),
        load_from=addresses.callers,
        records=records,
    )


@asynccontextmanager
async def plain(home: Path, software: Software, plan: Plan) -> AsyncIterator[Instance]:
    instance = Instance(home, software, plan)
    await instance.start()
    try:
        yield instance
    finally:
        await instance.stop()


def dialplan_side(instance: Instance) -> Side:
    name = "dialplan" if instance.plan.records else "dialplan_without_records"
    return Side(name, (instance.plan.bind, instance.plan.ports.sip), dialplan.PROMPT, dialplan.KEY, instance.pid)


@asynccontextmanager
async def rival(name: str, instance: Instance, menu: Path, short: Path) -> AsyncIterator[Side]:
    """A controller written for the client package `name`. Raises NotReady."""
    user, password = instance.ari_auth
    command = (f"bench.clients.{name.replace('-', '_')}", instance.plan.bind, str(instance.plan.ports.http), user)
    async with program(*command, str(menu), str(short), environment={"ARI_PASSWORD": password}) as process:
        prompt, key = dialplan.RIVALS[name]
        yield Side(name, (instance.plan.bind, instance.plan.ports.sip), prompt, key, instance.pid, process.pid)


@asynccontextmanager
async def program(
    module: str, *arguments: str, environment: dict[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m module`, from the moment it prints "ready" until it is ended here."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        try:
            line = await asyncio.wait_for(process.stdout.readline(), READY)
        except TimeoutError:
            line = b""
        if line.strip() != b"ready":
            raise NotReady(f"{module} does not take calls")
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), 5)
            except TimeoutError:
                process.kill()
                await process.wait()
