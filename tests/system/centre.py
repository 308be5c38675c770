"""A real centre as its own process in a home of its own: started, killed, frozen, started again, cleaned up by pid.

async with centre_at(home, sounds) as centre, phone_at(centre.callers, exchange=centre.sip) as phone:
    line = await phone.call(NUMBER)
    …
    await centre.kill()
    await centre.start()
"""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from asterisk.ari.address import Address
from asterisk.ari.rest import Answer, Rest
from asterisk.ari.verbs import Request
from prompts import catalogue
from prompts.cache import Cache
from prompts.say import sentence
from prompts.speech import engines
from prompts.speech.engine import Line
from server.control import NobodyThere, ask

ROOT = Path(__file__).parents[2]
FLOWS = ROOT / "ivr/flows"
NUMBER = "02038880000"  # fixture T's
UP = 60.0  # s for a centre to come up on a busy machine
DOWN = 20.0
SIDE = 51 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])  # tests that run side by side have streets apart
EXCHANGE, CALLERS = f"127.0.{SIDE}.1", f"127.0.{SIDE}.3"

Record = dict[str, Any]
T = TypeVar("T")


class NotUp(Exception):
    """The centre did not come up; the text holds its last words."""


async def until(look: Callable[[], Awaitable[T | None]], seconds: float, what: str) -> T:
    """Look again and again until there is something to be seen. Raises TimeoutError with `what`."""
    deadline = time.monotonic() + seconds
    while True:
        seen = await look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s: {what}; last seen: {seen!r}")
        await asyncio.sleep(0.02)


class Centre:
    """`Centre(home, sounds)`; settings are those of `server.settings`, without their prefix."""

    def __init__(self, home: Path, sounds: Path, **settings: object) -> None:
        self.home = home
        self.callers = CALLERS
        self.process: asyncio.subprocess.Process | None = None
        self.last: Record = {}  # the last status it told
        self.up_s = 0.0  # how long the last start took
        chosen: dict[str, object] = {
            "home": home,
            "sample": "T",  # the rooms and prices these tests know by heart
            "voices": "light",
            "town": "false",
            "bind": EXCHANGE,
            "load_from": CALLERS,
            "sip_port": 0,
            "http_port": 0,
            "ami_port": 0,
            "rtp_ports": 1000,
            "drain": 0,
            **settings,
        }
        self._environment = {
            # a start without compiled modules takes seconds, and here it is starting that counts
            **{name: value for name, value in os.environ.items() if not name.startswith(("LOUPAN_", "PYTHONDONT"))},
            **{f"LOUPAN_{name.upper()}": str(value) for name, value in chosen.items()},
        }
        (home / "flows").mkdir(parents=True)
        shutil.copytree(sounds, home / "sounds", copy_function=os.link)

    # -- life ----------------------------------------------------------------------------------------------------

    async def start(self) -> float:
        """Until it takes calls; the seconds it took."""
        began = time.monotonic()
        await self.begin()
        await self.ready()
        self.up_s = time.monotonic() - began
        return self.up_s

    async def begin(self) -> None:
        assert self.process is None or self.process.returncode is not None, "it runs already"
        with (self.home / "serve.out").open("ab") as said:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "server", "serve",
                cwd=ROOT, env=self._environment, stdin=asyncio.subprocess.DEVNULL, stdout=said, stderr=said,
                start_new_session=True,
            )  # fmt: skip

    async def ready(self) -> None:
        deadline = time.monotonic() + UP
        while True:
            with suppress(NobodyThere, TimeoutError):
                if (await self.status())["healthy"]:
                    return
            if self._process.returncode is not None or time.monotonic() > deadline:
                raise NotUp(f"the centre does not take calls. Its last words:\n{self.words()}")
            await asyncio.sleep(0.02)

    async def kill(self) -> None:
        self._process.kill()
        await self._process.wait()

    async def terminate(self) -> int:
        """Stop it in an orderly way; its exit code."""
        self._process.terminate()
        return await asyncio.wait_for(self._process.wait(), DOWN)

    async def restart(self) -> float:
        await self.kill()
        return await self.start()

    def pause(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    async def close(self) -> None:
        """End controller, town and exchange, whatever state they are in."""
        process = self.process
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
                process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), DOWN)
            if process.returncode is None:
                process.kill()
                await process.wait()
        for part in ("town", "exchange"):
            await self._end(self.home / part)

    async def _end(self, home: Path) -> None:
        pid = _pid_of(home)
        while pid and _is(pid, home):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(0.02)

    # -- what it says ----------------------------------------------------------------------------------------------

    @property
    def _process(self) -> asyncio.subprocess.Process:
        assert self.process is not None, "not started"
        return self.process

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def password(self) -> str:
        """Of the exchange's ARI."""
        if given := self._environment.get("LOUPAN_EXCHANGE_PASSWORD"):
            return given
        secrets = json.loads((self.home / "exchange/secrets.json").read_text())
        return str(secrets["ari"])

    @property
    def exchange_pid(self) -> int:
        return _pid_of(self.home / "exchange")

    @property
    def sip(self) -> tuple[str, int]:
        host, _, port = str(self.last["sip"]).rpartition(":")
        return host, int(port)

    async def ask(self, command: str, **words: Any) -> Record:
        async with asyncio.timeout(10):
            return await ask(self.home / "control.sock", command, **words)

    async def status(self) -> Record:
        self.last = await self.ask("status")
        return self.last

    async def records(self, limit: int = 500) -> list[Record]:
        """The call records, newest first."""
        rows: list[Record] = (await self.ask("records", limit=limit))["records"]
        return rows

    async def settled(self, calls: int, seconds: float = 15.0) -> list[Record]:
        """The records once there are so many, all of them ended."""

        async def look() -> list[Record] | None:
            found = await self.records()
            return found if len(found) >= calls and all(record["ended"] for record in found) else None

        try:
            return await until(look, seconds, f"{calls} ended calls")
        except TimeoutError:
            open_calls = [record for record in await self.records() if not record["ended"]]
            raise AssertionError(f"{calls} calls, of which still open: {open_calls}") from None

    async def at(self, caller: str, node: str, seconds: float = 15.0) -> Record:
        """The record of this caller's call once it is in that step."""

        async def look() -> Record | None:
            found = [record for record in await self.records() if record["caller"] == caller]
            return found[0] if found and found[0]["nodes"][-1:] == [node] else None

        return await until(look, seconds, f"{caller} in {node}")

    async def calm(self, seconds: float = 10.0) -> None:
        """Until nothing of any call is left: on the exchange, in the controller, in the loop."""

        async def look() -> bool:
            status = await self.status()
            channels = (await self.ari("GET", "channels")).json()
            return (status["calls"], status["open"], status["flows"], channels) == (0, 0, 0, [])

        await until(look, seconds, "nothing left of any call")

    async def ari(self, method: str, path: str, **query: str) -> Answer:
        """A word with the exchange behind the controller's back."""
        rest = Rest(Address(str(self.last["ari"]), "loupan", self.password))
        try:
            return await rest.ask(Request("", method, path, tuple(query.items())))
        finally:
            await rest.close()

    # -- what it left ----------------------------------------------------------------------------------------------

    def log(self, containing: str = "") -> list[Record]:
        """The lines of its log."""
        lines = [json.loads(line) for line in (self.home / "log/loupan.log").read_text().splitlines()]
        return [line for line in lines if containing in line["event"]]

    def words(self) -> str:
        return (self.home / "serve.out").read_text(errors="replace")[-3000:]

    def read(self, sql: str) -> list[tuple[Any, ...]]:
        """A question to its SQLite file, past the centre."""
        with closing(sqlite3.connect(f"file:{self.home / 'loupan.db'}?mode=ro", uri=True)) as db:
            return db.execute(sql).fetchall()

    def ends(self) -> Mapping[str, int]:
        """How many ends were stored of each call."""
        return Counter(call for (call,) in self.read("SELECT call_id FROM call_event WHERE kind = 'ended'"))

    def flow(self, name: str, change: Callable[[Record], None]) -> None:
        """Have a changed copy of a shipped flow in force."""
        document = json.loads((FLOWS / f"{name}.json").read_text())
        change(document)
        (self.home / f"flows/{name}.json").write_text(json.dumps(document, ensure_ascii=False))

    def sound(self, lang: str, name: str) -> Path:
        """The sound file of a fixed prompt."""
        return self._spoken(catalogue.load()[name].line(lang))

    def text(self, lang: str, text: str) -> list[Path]:
        """The sound files of a free text, sentence by sentence."""
        return [self._spoken(Line(lang, piece)) for piece in sentence.sentences(lang, text)]

    def _spoken(self, line: Line) -> Path:
        return Cache(self.home / "sounds/cache").of(line, engines.spokesman())


@asynccontextmanager
async def centre_at(home: Path, sounds: Path, **settings: object) -> AsyncIterator[Centre]:
    """A centre that takes calls; ended by pid, with its exchange, whatever happens."""
    centre = Centre(home, sounds, **settings)
    try:
        await centre.start()
        yield centre
    finally:
        await centre.close()


def seconds(moment: str) -> float:
    """A record's moment as seconds since the epoch."""
    return datetime.fromisoformat(moment).timestamp()


def _pid_of(home: Path) -> int:
    try:
        return int((home / "run.pid").read_text())
    except (FileNotFoundError, ValueError):
        return 0


def _is(pid: int, home: Path) -> bool:
    """Is this process the Asterisk of that home, and not a ghost?"""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        return str(home).encode() in command and ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
