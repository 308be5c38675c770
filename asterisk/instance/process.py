"""One running Asterisk: started, watched, started again, adopted, stopped.

The exchange is in a session of its own. It does not die with the controller: calls outlive it, and the next
controller in the same home directory takes the running exchange over as it is (SURVIVAL §1).
"""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import aiohttp

from asterisk.instance import configuration, ports
from asterisk.instance.child import Process
from asterisk.instance.plan import Plan
from asterisk.instance.secrets import USER, Secrets
from asterisk.instance.software import Software

log = logging.getLogger(__name__)

BOOT_DEADLINE = 20.0  # s; it takes 0.3 on an idle machine
STOP_DEADLINE = 5.0  # s, for each of: asked, told, killed
SETTLED = 10.0  # s that a start must last to be a good one
LOG_LIMIT = 10_000_000  # bytes, then a new log file is begun
LOG_FILES = 5  # kept beside the present one
LOG_CHECK = 600.0  # s


class ExchangeFailed(Exception):
    """Asterisk did not come up; the text holds its own last words."""


class Instance:
    """A private Asterisk in `home`, configured as `plan` says."""

    def __init__(self, home: Path, software: Software, plan: Plan) -> None:
        self.home = home.absolute()
        self.software = software
        self.plan = plan
        self.secrets = Secrets(self.home)
        self.boot_s = 0.0  # how long the last start took; 0 after an adoption
        self.adopted = False
        self._conf = self.home / "etc/asterisk.conf"
        self._process = Process(self.home / "run.pid", self._conf)
        self._stopped = asyncio.Event()
        self._change = asyncio.Lock()  # starting and ending, one after the other

    # -- where to reach it --

    @property
    def ari_url(self) -> str:
        return f"http://{self.plan.bind}:{self.plan.ports.http}/ari"

    @property
    def ari_auth(self) -> tuple[str, str]:
        return USER, self.secrets.ari

    @property
    def ami_address(self) -> tuple[str, int]:
        return self.plan.bind, self.plan.ports.ami

    @property
    def ami_auth(self) -> tuple[str, str]:
        return USER, self.secrets.ami

    @property
    def sip_address(self) -> str:
        return f"{self.plan.bind}:{self.plan.ports.sip}"

    @property
    def spool(self) -> Path:
        return self.home / "spool"

    @property
    def version(self) -> str:
        """What ARI calls `asterisk_version`, e.g. "22.10.1"."""
        return self.software.version

    # -- life --

    async def start(self) -> float:
        """Bring it up, or take over the one that already runs here with the same configuration.

        Returns the seconds it took. Raises PortTaken, UnusableHome, ExchangeFailed.
        """
        async with self._change:
            self._stopped.clear()
            return await self._start()

    async def stop(self) -> None:
        """Hang up everything and end it. Nothing happens if it does not run."""
        self._stopped.set()
        async with self._change:
            await self._end()

    async def restart(self) -> float:
        async with self._change:
            await self._end()
            return await self._start()

    async def watch(
        self, on_death: Callable[[], None] = lambda: None, on_restart: Callable[[float], None] = lambda _: None
    ) -> None:
        """Start it again whenever it dies: at once, and if it dies again soon, less and less eagerly (10 s).

        Ends after `stop`. `on_restart` gets the seconds of the start.
        """
        patience = 0.0
        while not self._stopped.is_set():
            began = time.monotonic()
            while not await self._process.dead_within(LOG_CHECK):
                await self.rotate()
            async with self._change:  # `restart` and `stop` end it on purpose and are waited for here
                if self._stopped.is_set() or self.alive:
                    continue
                log.error("the exchange has died: starting it again")
                on_death()
                if time.monotonic() - began > SETTLED:
                    patience = 0.0
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopped.wait(), patience)
                    continue
                patience = min(max(patience * 2, 0.5), 10.0)
                try:
                    took = await self._start()
                except (ExchangeFailed, ports.PortTaken) as error:
                    log.error("the exchange does not come up: %s", error)
                else:
                    on_restart(took)

    async def wait_dead(self) -> None:
        """Return once the process is gone."""
        await self._process.wait_dead()

    @property
    def alive(self) -> bool:
        return self._process.alive

    @property
    def pid(self) -> int:
        """0: it does not run."""
        return self._process.pid if self._process.alive else 0

    # -- a word with it --

    async def cli(self, command: str) -> str:
        """What Asterisk's own console answers to `command`."""
        console = await asyncio.create_subprocess_exec(
            *self.software.command, "-C", str(self._conf), "-rx", command,
            env=self._environment(), stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            said, _ = await asyncio.wait_for(console.communicate(), STOP_DEADLINE)
        except TimeoutError:
            console.kill()
            await console.wait()
            raise ExchangeFailed(f"the exchange does not answer to {command!r}") from None
        return said.decode(errors="replace")

    async def reload(self, plan: Plan | None = None) -> None:
        """Read the configuration again, for a new plan if one is given; calls go on.

        What Asterisk cannot change while it runs (addresses and ports) needs `restart`.
        """
        if plan is not None:
            self.plan = plan
            configuration.write(
                self.home, configuration.render(self.home, plan, self.software, self.secrets), self.software
            )
        await self.cli("core reload")

    async def rotate(self) -> None:
        """Begin a new log file if the present one has grown large; the oldest goes."""
        log_directory = self.home / "log"
        messages = log_directory / "messages.log"
        if messages.exists() and messages.stat().st_size > LOG_LIMIT:
            await self.cli("logger rotate")
            for old in log_directory.glob("messages.log.*"):
                if old.suffix[1:].isdigit() and int(old.suffix[1:]) >= LOG_FILES:
                    old.unlink()

    # -- inside --

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.software.environment}

    async def _start(self) -> float:
        files = configuration.render(self.home, self.plan, self.software, self.secrets)
        if self._process.find():
            if configuration.unchanged(self.home, files) and await self._answers():
                self.adopted, self.boot_s = True, 0.0
                log.info("the exchange still runs (pid %d): taken over as it is", self.pid)
                return 0.0
            log.info("another exchange of ours runs here (pid %d) and does not fit: stopping it", self.pid)
            await self._end()
        configuration.write(self.home, files, self.software)
        ports.check(self.plan.bind, self.plan.ports)
        self.adopted = False
        began = time.monotonic()
        command = (*self.software.command, "-C", str(self._conf), "-f", "-n")
        self._process.spawn(command, self._environment(), self.home / "log/output")
        try:
            await asyncio.wait_for(self._up(), BOOT_DEADLINE)
        except TimeoutError:
            await self._end()
            raise ExchangeFailed(f"Asterisk was not up after {BOOT_DEADLINE:.0f} s.\n{self._last_words()}") from None
        self.boot_s = time.monotonic() - began
        return self.boot_s

    async def _up(self) -> None:
        """ARI refuses, then says 404, then 503, and 200 when all modules run."""
        async with self._session() as session:
            while not await self._ok(session):
                if not self.alive:
                    raise ExchangeFailed(f"Asterisk ended while starting.\n{self._last_words()}")
                await asyncio.sleep(0.02)

    async def _answers(self) -> bool:
        async with self._session() as session:
            return await self._ok(session)

    def _session(self) -> aiohttp.ClientSession:
        authorization = aiohttp.encode_basic_auth(*self.ari_auth)
        return aiohttp.ClientSession(
            headers={"Authorization": authorization}, timeout=aiohttp.ClientTimeout(total=3), trust_env=False
        )

    async def _ok(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.ari_url}/asterisk/info") as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def _end(self) -> None:
        """Asked on its console, then told, then killed."""
        if not self.alive:
            return
        with suppress(ExchangeFailed):
            await self.cli("core stop now")
        for last_resort in (None, signal.SIGTERM, signal.SIGKILL):
            if last_resort and self.alive:
                log.warning("the exchange (pid %d) does not stop: %s", self.pid, last_resort.name)
                self._process.kill(last_resort)
            if await self._process.dead_within(STOP_DEADLINE):
                break
        self._process.forget()

    def _last_words(self) -> str:
        lines: list[str] = []
        for name in ("messages.log", "output"):
            with suppress(FileNotFoundError):
                lines += (self.home / "log" / name).read_text(errors="replace").splitlines()[-8:]
        return "\n".join(lines)
