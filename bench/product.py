"""The whole product, as it is run: `python -m server serve` with its exchange, its ledger, its voices."""

import asyncio
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from bench.addresses import Addresses
from bench.records import Records
from bench.sides import VOICE_PORTS, NotReady, Side
from calls.clock import SystemClock
from db.tenant import Tenant
from db.upgrade import upgrade
from db.work import Database
from dialplan.models import CalendarRow, Did, ServiceRow
from server.control import NobodyThere, Refused, ask
from server.home import Home

FLOWS = Path(__file__).with_name("flows")
NUMBERS = {"bench_prompt": "6001", "bench_key": "6002", "bench_walk": "6003"}  # number called, by flow
MENU_PROMPT, LAST_PROMPT = "root_1", "bye"  # what the flows say; recordings of ours take their place
Furnish = Callable[[Session], object]
UP = 300.0  # s for the service to take calls, and to have rendered ahead what it wants to
DOWN = 20.0


@dataclass(frozen=True, slots=True)
class Product:
    side: Side
    records: Records
    home: Home


@asynccontextmanager
async def product(
    home: Path, addresses: Addresses, menu: Path, short: Path, more: Furnish | None = None
) -> AsyncIterator[Product]:
    """The product, from the moment it takes calls until it is stopped here; `more` is put into its database.
    Raises NotReady."""
    await furnish(Home(home), menu, short, more)
    settings = {"voices": "light", "town": "false", "rtp_ports": VOICE_PORTS}  # nothing of the bench is synthesised
    async with served(home, addresses, **settings) as process:
        yield _told(Home(home), addresses, process)


@asynccontextmanager
async def served(home: Path, addresses: Addresses, **settings: object) -> AsyncIterator[asyncio.subprocess.Process]:
    """`./run serve` in that home, from the moment it takes calls and has rendered what it wants to have ready; then
    stopped, with its exchange. settings: those of `server.settings`. Raises NotReady."""
    chosen: dict[str, object] = {
        "home": home,
        "bind": addresses.ours,
        "town_bind": addresses.town,
        "load_from": addresses.callers,
        "sip_port": 0,
        "http_port": 0,
        "ami_port": 0,
        **settings,
    }
    environment = {**os.environ, **{f"LOUPAN_{name.upper()}": str(value) for name, value in chosen.items()}}
    with (home / "serve.out").open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "server", "serve",
            env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=said, stderr=said,
        )  # fmt: skip
    try:
        await _up(Home(home), process)
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), DOWN)
        if process.returncode is None:
            process.kill()
            await process.wait()
        await _end_exchange(Home(home))


async def _end_exchange(home: Home) -> None:
    """A service that stops leaves its exchange running, for the next one. Here there is no next one."""
    try:
        pid = int((home.exchange / "run.pid").read_text())
        os.kill(pid, signal.SIGTERM)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return
    with suppress(ProcessLookupError):
        for _ in range(round(DOWN / 0.1)):
            await asyncio.sleep(0.1)
            os.kill(pid, 0)  # is it still there?
        os.kill(pid, signal.SIGKILL)


async def furnish(home: Home, menu: Path, short: Path, more: Furnish | None = None) -> None:
    """A home where three numbers lead to the flows of the bench, which speak with the tones of the bench."""
    with home:
        for lang in ("zh", "en"):
            recorded = home.sounds / "recorded" / lang
            recorded.mkdir(parents=True, exist_ok=True)
            shutil.copy(menu.with_suffix(".wav"), recorded / f"{MENU_PROMPT}.wav")
            shutil.copy(short.with_suffix(".wav"), recorded / f"{LAST_PROMPT}.wav")
        for flow in NUMBERS:
            shutil.copy(FLOWS / f"{flow}.json", home.flows)
        async with Database.open(f"sqlite:///{home.database}", SystemClock().now) as database:
            await upgrade(database)
            if more is not None:
                await database.write(more)
            await database.write(_services)


def _services(session: Session) -> None:
    tenant = Tenant(code="bench", name="bench")
    session.add(tenant)
    session.flush()
    calendar = CalendarRow(tenant_id=tenant.id, code="always", name="always")
    session.add(calendar)
    session.flush()
    for flow, number in NUMBERS.items():
        service = ServiceRow(
            tenant_id=tenant.id, code=flow, company_zh="测试", company_en="Bench", flow=flow, operator="",
            calendar_id=calendar.id,
        )  # fmt: skip
        session.add(service)
        session.flush()
        session.add(Did(tenant_id=tenant.id, number=number, service_id=service.id))


async def _up(home: Home, process: asyncio.subprocess.Process) -> None:
    deadline = time.monotonic() + UP
    while True:
        with suppress(NobodyThere, Refused):
            if not (await ask(home.control, "status"))["rendering"]:
                break
        if process.returncode is not None or time.monotonic() > deadline:
            words = (home.path / "serve.out").read_text(errors="replace")[-2000:]
            raise NotReady(f"the service does not take calls. Its last words:\n{words}")
        await asyncio.sleep(0.1)


def _told(home: Home, addresses: Addresses, process: asyncio.subprocess.Process) -> Product:
    ports = json.loads((home.exchange / "ports.json").read_text())
    exchange = int((home.exchange / "run.pid").read_text())
    side = Side(
        "ours",
        (addresses.ours, ports["sip"]),
        NUMBERS["bench_prompt"],
        NUMBERS["bench_key"],
        exchange,
        process.pid,
    )
    return Product(side, Records(home.database), home)


def walk_flow() -> dict[str, object]:
    """The document of the flow with many menus."""
    document: dict[str, object] = json.loads((FLOWS / "bench_walk.json").read_text())
    return document
