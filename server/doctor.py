"""`./run doctor`: is everything there and well? Quick, and changes nothing."""

import shutil
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

import admin.models  # noqa: F401
import conference.models  # noqa: F401
import cti_agent.models  # noqa: F401
import ivr.models  # noqa: F401  (their tables are looked at, too)
from asterisk.instance import software
from calls.clock import SystemClock
from db.upgrade import head, revision
from db.work import Database
from prompts.speech import voices
from sales import invariants
from server import sounds
from server.control import NobodyThere, ask
from server.flows import check_files
from server.home import Home
from server.settings import Settings

ROOM = 200_000_000  # bytes that should be free for recordings


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at. unasked: there was nothing to look at yet, so it says neither well nor wrong."""

    text: str
    wrong: bool = False
    unasked: bool = False

    @property
    def mark(self) -> str:
        """As rich prints it."""
        return "[red]✗[/red]" if self.wrong else "[yellow]–[/yellow]" if self.unasked else "[green]✓[/green]"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


async def examine(settings: Settings) -> list[Finding]:
    """What was looked at, in order; `wrong` ones need somebody."""
    home = Home(settings.home)
    found = [_exchange(settings), _voices(settings), _disk(settings), *await _prompts(), *_flows(settings)]
    try:
        status = await ask(home.control, "status")
    except NobodyThere:
        return [*found, Finding("no centre is running from this home (that is no fault by itself)")]
    found.append(
        Finding(f"the centre runs (process {status['pid']}), connected to Asterisk {status['exchange']}")
        if status["healthy"]
        else Finding("the centre runs, but takes no calls: see its log", wrong=True)
    )
    return [*found, *(Finding(f"alarm: {key}", wrong=True) for key in status["alarms"])]


def _exchange(settings: Settings) -> Finding:
    if settings.exchange:
        return Finding(f"the exchange is a remote one: {settings.exchange}")
    there = software.installed() or software.private(software.cache() / "root")
    if there is None:
        return Finding("no Asterisk yet: ./run setup fetches one", wrong=True)
    return Finding(f"Asterisk {there.version}")


def _voices(settings: Settings) -> Finding:
    if voices.installed():
        return Finding("the house's voice is installed")
    light = settings.voices == "light"
    return Finding("the house's voice is not installed: the stand-in speaks what is not recorded", wrong=not light)


def _disk(settings: Settings) -> Finding:
    place = settings.home if settings.home.exists() else settings.home.parent
    free = shutil.disk_usage(place).free
    return Finding(f"{free // 1_000_000} MB are free for recordings", wrong=free < ROOM)


async def _prompts() -> list[Finding]:
    return [Finding(problem, wrong=True) for problem in await sounds.examine()] or [
        Finding("all prompts are there, in both languages, at their level")
    ]


def _flows(settings: Settings) -> list[Finding]:
    return [Finding(text, wrong=True) for text in check_files(settings, None)] or [
        Finding("all flows could be published as they are")
    ]


async def examine_invariants(settings: Settings) -> list[Finding]:
    """What must always hold of the data (SPEC §2.12), one finding each, the offending rows below it.

    It only looks, so the centre may be running. Raises FileNotFoundError if there is no database yet.
    """
    home, zh = Home(settings.home), settings.language == "zh"
    if not settings.database and not home.database.exists():
        raise FileNotFoundError(f"there is no database in {settings.home} yet: ./run seed makes one")
    url = settings.database or f"sqlite:///{home.database}"
    async with Database.open(url, SystemClock().now, readonly=True) as db:
        at = await db.snapshot(revision)
        if at != head():
            return [Finding(f"the database is at revision {at}, this code knows {head()}: start the centre once", True)]
        return await db.snapshot(lambda connection: _held(Session(connection), zh))


def _held(session: Session, zh: bool) -> list[Finding]:
    left_out = {invariant.number: table for invariant, table in invariants.unanswerable(session)}
    found = []
    for invariant in invariants.INVARIANTS:
        name = f"{invariant.number}. {invariant.zh if zh else invariant.en}"
        if table := left_out.get(invariant.number):
            reason = f"尚无数据可查（还没有表{table}）" if zh else f"nothing to check yet (there is no table {table})"
            found.append(Finding(f"{name}: {reason}", unasked=True))
            continue
        rows = list(invariant.violations(session))
        found.append(Finding(name, wrong=bool(rows)))
        found += [Finding(f"   {row.table} {row.id}: {row.zh if zh else row.en}", wrong=True) for row in rows]
    return found
