"""`./run flow`: documents checked, drawn and tried without a telephone."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from calls.bus import LocalBus
from calls.clock import SystemClock
from db.upgrade import upgrade
from db.work import Database
from dialplan.directory import Directory
from ivr import files
from ivr.desk import Desk, Room
from ivr.drawing import draw as drawing
from ivr.files import Draft
from ivr.simulate import NoMessages, Rehearsal, TextVoice
from prompts import catalogue
from sales.fixture import load_fixture
from sales.queries import customer_by_phone, projects_of_services
from sales.rooms import SpokenRooms, SpokenTexts
from server.control import Refused
from server.home import Home
from server.settings import Settings


def check_files(settings: Settings, file: Path | None) -> list[str]:
    """What forbids publishing this file, or any flow in force; one line per problem."""
    drafts = [_read(file)] if file else [_read(path) for path in files.find(Home(settings.home).flows).values()]
    return [line for draft in drafts for line in draft.told()]


def draw(settings: Settings, name: str, lang: str) -> str:
    """The flow as SVG. Raises Refused for a flow that cannot be drawn."""
    draft = _draft(settings, name)
    assert draft.flow is not None
    return drawing(draft.flow, catalogue.load(), lang)


async def try_out(settings: Settings, name: str, keys: str, caller: str) -> None:
    """Walk through a flow in the terminal, on this installation's data (or the sample's, where there is none)."""
    draft = _draft(settings, name)
    assert draft.flow is not None
    prompts = catalogue.load()
    async with _house(settings) as db:
        directory = Directory(db, SystemClock(), projects_of_services)
        await directory.refresh()
        service = next((s for s in directory.numbers.services.values() if s.flow == draft.flow.name), None)
        service = service or next(iter(directory.numbers.services.values()))
        known = await db.read(customer_by_phone, service.tenant, caller)
        desk = Desk(
            clock=SystemClock(),
            bus=LocalBus(),
            voice=TextVoice(prompts),
            rooms=SpokenRooms(db, Room),
            content=SpokenTexts(db),
            hours=directory,
            messages=NoMessages(),
        )
        rehearsal = Rehearsal(desk, service, prompts, caller, known.lang if known else "")
        if keys:
            print("\n".join(await rehearsal.run(draft.flow, keys)))
        else:
            await rehearsal.talk(draft.flow)


def _draft(settings: Settings, name: str) -> Draft:
    file = Path(name) if name.endswith(".json") else files.find(Home(settings.home).flows).get(name)
    if file is None:
        raise Refused(f"there is no flow “{name}”; there are: {', '.join(files.find(Home(settings.home).flows))}")
    draft = _read(file)
    if draft.flow is None:
        raise Refused("\n".join(draft.told()))
    return draft


def _read(file: Path) -> Draft:
    return files.read(file, catalogue.load())


@asynccontextmanager
async def _house(settings: Settings) -> AsyncIterator[Database]:
    """This installation's database, looked at beside a running centre; a made-up one where there is none yet."""
    home, now = Home(settings.home), SystemClock().now
    if settings.database or home.database.exists():
        async with Database.open(settings.database or f"sqlite:///{home.database}", now, readonly=True) as db:
            yield db
        return
    with tempfile.TemporaryDirectory(prefix="loupan-try-") as place:
        async with Database.open(f"sqlite:///{place}/sample.db", now) as db:
            await upgrade(db)
            await db.write(load_fixture, "T")
            yield db
