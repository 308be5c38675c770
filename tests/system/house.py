"""A centre with its town, and a world in which every number shows one thing.

async with house_at(home, sounds) as house:
    trial = await house.call(", 1 , 1 , 4 , 020201#", caller="13900000001")
    trial.names == house.words.named("zh welcome", …)
"""

import asyncio
import json
import os
import wave
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from sqlalchemy import create_engine, delete, select
from sqlalchemy.orm import Session

from asterisk.ari.address import Address
from asterisk.ari.rest import Rest
from asterisk.ari.verbs import Request
from db.tenant import HOME
from db.work import Database
from dialplan.models import CalendarHours, CalendarRow, Did, ServiceRow
from sales.models import Project, ServiceProject
from server.control import ask
from server.seed import load_data
from server.settings import Settings
from tests.ivr.desk import ROOMS
from tests.sip.ear import Heard
from tests.sip.media import RATE
from tests.system.centre import FLOWS, NUMBER, SIDE, Centre, until
from tests.system.centre import ROOT as TREE
from tests.system.heard import Words

TOWN = f"127.0.{SIDE}.2"
OPEN = NUMBER  # day and night, so that the tests do not depend on the hour
CLOSED, TWO_PROJECTS, BUSY, RINGS, ABSENT = (f"0203888000{n}" for n in range(1, 6))
NOBODYS = "02039990000"
PHONES = {"8000": "talk_3s", "8003": "busy", "8004": "ring"}  # the operator of RINGS never answers
NOT_REGISTERED = "8005"
ENGLISH = "13800000088"  # a customer who prefers it
BURST = 0.35  # s between two keys pressed without a pause
CHANGED = "020301"  # a room for sale that somebody reserves
ADDED, UNIT_FEN, LIST_FEN = "020303", 984_877, 87_654_321  # a room that is new; its price ends in 分
HELLO = 1.7  # s of speech that our operator says


def offered(step: str) -> tuple[str, ...]:
    """What a menu of the shipped main flow says, in its order."""
    options = json.loads((FLOWS / "main.json").read_text())["steps"][step]["options"]
    return tuple(option["say"] for option in options.values() if option.get("enabled", True))


ROOT, QUERY = offered("root"), offered("query")
PROMPTS = (
    *ROOT, *QUERY, "lang_1", "lang_2", "help_lang", "help_root", "help_agent",
    "help_query", "room_mortgage", "intro_1", "intro_2", "intro_3", "intro_4", "intro_5",
    "room_code", "help_room_code", "room_none", "room_not_sale", "room_other", "leaf_again", "leaf_agent",
    "leaf_back", "invalid", "one_moment", "host_unavailable", "trouble", "apology", "bye", "after_hours",
    "after_hours_1", "after_hours_2", "operator", "operator_busy", "operator_noanswer", "operator_absent",
    "operator_congested", "operator_failed_1", "operator_failed_2", "operator_failed_star", "leave", "leave_1",
    "leave_2", "leave_3", "leave_star", "help_leave", "leave_sent", "leave_short", "leave_failed", "unknown_number",
    "unknown_1", "unknown_2", "tenant_suspended", "fallback_apology",
)  # fmt: skip


def environment(home: Path, **settings: object) -> dict[str, str]:
    """For a command of the house as somebody types it: nothing chosen but the home and these settings."""
    chosen = {f"LOUPAN_{name.upper()}": str(value) for name, value in settings.items()}
    rest = {name: value for name, value in os.environ.items() if not name.startswith("LOUPAN_")}
    return {**rest, "LOUPAN_HOME": str(home), **chosen}


async def run(home: Path, *words: str) -> tuple[int, str, str]:
    """`./run …`: its exit code, what it printed, what it showed on the screen."""
    process = await asyncio.create_subprocess_exec(
        "./run", *words,
        cwd=TREE, env=environment(home, voices="light"),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    printed, screen = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    assert "Traceback" not in screen.decode(), screen.decode()
    return process.returncode, printed.decode(), " ".join(screen.decode().split())


@dataclass(frozen=True, slots=True)
class Trial:
    """told: as `./run call --json` prints it · record: the ledger's · heard: every sentence the town recorded"""

    told: dict[str, Any]
    record: dict[str, Any]
    heard: list[tuple[str, Heard]]

    @property
    def names(self) -> list[str]:
        """What was heard, without the asking for patience and without what was cut off by the next key of a burst."""
        return [
            name for name, heard in self.heard if not name.endswith(" one_moment") and heard.end - heard.start > BURST
        ]

    @property
    def nodes(self) -> list[str]:
        return list(self.told["nodes"])

    @property
    def recording(self) -> Path:
        return Path(self.told["heard"])

    def one(self, name: str) -> Heard:
        return next(heard for label, heard in self.heard if label == name)


class House:
    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.words = Words(centre.home / "sounds", PROMPTS)
        for lang, company, projects in (
            ("zh", "海天", ("海天花园", "海天中心")),
            ("en", "Haitian", ("Haitian Garden", "Haitian Centre")),
        ):
            self.words.fill(lang, "welcome", company=company)
            for number, project in enumerate(projects, 1):
                self.words.fill(lang, "project_option", str(number), project=project, number=number)
        for code in ("020201", "010201"):
            self.words.room(ROOMS[code])
        self.words.room(ROOMS[CHANGED])
        self.words.room(replace(ROOMS[CHANGED], state="reserved"))
        self.words.room(replace(ROOMS["020301"], code=ADDED, door=ADDED[4:], unit_fen=UNIT_FEN, list_fen=LIST_FEN))

    async def call(self, keys: str, *, caller: str, to: str = OPEN) -> Trial:
        """A whole call by the town, through the side door."""
        async with asyncio.timeout(150):
            told = await ask(self.centre.home / "control.sock", "call", keys=keys, caller=caller, to=to)
        records = await self.centre.records()
        [record] = [record for record in records if record["call_id"] == told["call_id"]]
        heard = await asyncio.to_thread(self.words.listen, Path(told["heard"]), record["lang"])
        return Trial(told, record, heard)

    async def phone(self, extension: str, behaviour: str) -> None:
        """From now on the town's phone behaves so when it is rung."""
        await self._town("asterisk/variable", variable=f"PHONE_{extension}", value=behaviour)

    async def phones(self) -> None:
        """All phones of the town are registered, and behave as they should. The town must have been called from."""

        async def registered() -> bool:
            states = [await self.centre.ari("GET", f"endpoints/PJSIP/{phone}") for phone in PHONES]
            return all(answer.ok and answer.json()["state"] == "online" for answer in states)

        await until(registered, 20.0, "the town's phones are registered")
        for phone, behaviour in PHONES.items():
            await self.phone(phone, behaviour)

    async def _town(self, path: str, **query: str) -> None:
        home = self.centre.home / "town"
        port = json.loads((home / "ports.json").read_text())["http"]
        password = json.loads((home / "secrets.json").read_text())["ari"]
        rest = Rest(Address(f"http://{TOWN}:{port}/ari", "loupan", password))
        try:
            answer = await rest.ask(Request("test", "POST", path, tuple(query.items())))
        finally:
            await rest.close()
        assert answer.ok, answer

    @contextmanager
    def sales(self) -> Iterator[Session]:
        """The sales desk at work in the same database, past the centre."""
        engine = create_engine(
            f"sqlite:///{self.centre.home / 'loupan.db'}",
            connect_args={"timeout": 10},
            execution_options={"now": lambda: datetime.now(UTC)},
        )
        try:
            with Session(engine) as session, session.begin():
                yield session
        finally:
            engine.dispose()


@asynccontextmanager
async def house_at(
    home: Path, sounds: Path, more: Callable[[Session], None] | None = None, **settings: object
) -> AsyncIterator[House]:
    """A centre on the world of this page, with the town's phones ready. more: what else is in its tables."""
    chosen: dict[str, object] = {
        "town": "true",
        "town_bind": TOWN,
        "town_phones": json.dumps(list(PHONES)),
        "rtp_ports": 400,
        **settings,
    }
    centre = Centre(home, sounds, **chosen)
    await load_data(Settings(home=home), Console(quiet=True))
    async with Database.open(f"sqlite:///{home / 'loupan.db'}", lambda: datetime.now(UTC)) as db:
        await db.write(furnish)
        if more is not None:
            await db.write(more)
    try:
        await centre.start()
        house = House(centre)
        first = asyncio.create_task(house.call("", caller="13900000000", to=NOBODYS))  # wakes the town
        await until(lambda: _there(home / "town/run.pid"), 20.0, "the town is up")
        await house.phones()
        await first
        yield house
    finally:
        await centre.close()


async def _there(file: Path) -> bool:
    return await asyncio.to_thread(file.exists)


def furnish(session: Session) -> None:
    """The sample data, open day and night, and five more numbers."""
    calendar = session.scalars(select(CalendarRow)).one()
    session.execute(delete(CalendarHours))
    for day in range(1, 8):
        session.add(CalendarHours(tenant_id=HOME, calendar_id=calendar.id, weekday=day, opens=0, closes=1440))
    never = CalendarRow(tenant_id=HOME, code="never", name="never open")
    garden = session.scalars(select(Project)).one()
    centre = Project(
        tenant_id=HOME, developer_id=garden.developer_id, code="02", name_zh="海天中心", name_en="Haitian Centre"
    )
    session.add_all([never, centre])
    session.flush()
    for number, code, operator in (
        (CLOSED, "closed", "8000"),
        (TWO_PROJECTS, "two", "8000"),
        (BUSY, "busy", "8003"),
        (RINGS, "rings", "8004"),
        (ABSENT, "absent", NOT_REGISTERED),
    ):
        service = ServiceRow(
            tenant_id=HOME,
            code=code,
            company_zh="海天",
            company_en="Haitian",
            flow="main",
            operator=operator,
            calendar_id=never.id if number == CLOSED else calendar.id,
        )
        session.add(service)
        session.flush()
        session.add(Did(tenant_id=HOME, number=number, service_id=service.id))
        for position, project in enumerate((garden, centre) if number == TWO_PROJECTS else (garden,), 1):
            session.add(ServiceProject(tenant_id=HOME, service_id=service.id, project_id=project.id, position=position))


def speech(file: Path, seconds: float = 4.0) -> Path:
    """Somebody talking: a sound with the rhythm of words, as a wav file."""
    at = np.arange(round(seconds * RATE)) / RATE
    sound = np.sin(2 * np.pi * 300 * at) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * at)) * 12000
    with closing(wave.open(str(file), "wb")) as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(sound.astype("<i2").tobytes())
    return file
