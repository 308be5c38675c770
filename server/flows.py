"""`./run flow`: documents checked, drawn and tried without a telephone."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from calls.bus import LocalBus
from calls.clock import SystemClock
from db.tenant import HOME
from db.upgrade import upgrade
from db.work import Database
from dialplan.directory import Directory
from ivr import files, queries
from ivr.desk import Desk
from ivr.drawing import draw as drawing
from ivr.files import Draft
from ivr.flow import Flow, load
from ivr.mailbox.none import NoMessages
from ivr.publication import counts
from ivr.simulate import Rehearsal, TextVoice
from prompts import catalogue
from reports.report import Wanted
from reports.traffic import fold
from reports.traffic import read as read_events
from sales.fixture import load_fixture
from sales.queries import customer_by_phone, projects_of_services
from sales.rooms import SpokenTexts
from server.control import Refused
from server.enquiries import Enquiries, HouseLoans, HouseRooms
from server.home import Home
from server.hosts import Hosts
from server.settings import Settings


def check_files(settings: Settings, file: Path | None) -> list[str]:
    """What forbids publishing this file, or any flow in force; one line per problem."""
    drafts = [_read(file)] if file else [_read(path) for path in files.find(Home(settings.home).flows).values()]
    return [line for draft in drafts for line in draft.told()]


async def draw(settings: Settings, name: str, lang: str, during: tuple[datetime, datetime] | None = None) -> str:
    """The flow as SVG; during: with what the calls that began in this time did. Raises Refused for a flow that cannot
    be drawn."""
    prompts = catalogue.load()
    async with _house(settings) as db:
        flow = await _flow(settings, db, name)
        if during is None:
            return drawing(flow, prompts, lang)
        seen = await db.read(lambda session: fold(read_events(session, Wanted(HOME, *during))))
    return drawing(flow, prompts, lang, {node: step for (of, node), step in seen.items() if of == flow.name})


async def try_out(settings: Settings, name: str, keys: str, caller: str) -> None:
    """Walk through a flow in the terminal, on this installation's data (or the sample's, where there is none)."""
    prompts = catalogue.load()
    async with _house(settings) as db, Hosts(LocalBus(), SystemClock()) as hosts:
        flow = await _flow(settings, db, name)
        directory = Directory(db, SystemClock(), projects_of_services)
        await directory.refresh()
        service = next((s for s in directory.numbers.services.values() if s.flow == flow.name), None)
        service = service or next(iter(directory.numbers.services.values()))
        known = await db.read(customer_by_phone, service.tenant, caller)
        desk = Desk(
            clock=SystemClock(),
            bus=LocalBus(),
            voice=TextVoice(prompts),
            rooms=Enquiries(HouseRooms(db), hosts),
            content=SpokenTexts(db),
            hours=directory,
            messages=NoMessages(),
            loans=HouseLoans(db, SystemClock()),
        )
        rehearsal = Rehearsal(desk, service, prompts, caller, known.lang if known else "")
        if keys:
            print("\n".join(await rehearsal.run(flow, keys)))
        else:
            await rehearsal.talk(flow)


async def _flow(settings: Settings, db: Database, name: str) -> Flow:
    """The flow in a file, or the one that callers have, or would have if the centre were started now."""
    if name.endswith(".json"):
        return _sound(_read(Path(name)))
    own = Home(settings.home).flows
    file, last = files.find(own).get(name), (await db.read(queries.in_force)).get(name)
    if file is not None:
        flow = _sound(_read(file))
        known = await db.read(queries.document, name, flow.version) is not None
        if counts(flow.version, str(file), last, own=str(own / f"{name}.json"), known=known):
            return flow
    document = await db.read(queries.document, name, last.version) if last else None
    if document is None:
        raise Refused(f"there is no flow “{name}”; there are: {', '.join(files.find(own))}")
    return load(document)


def _sound(draft: Draft) -> Flow:
    if draft.flow is None:
        raise Refused("\n".join(draft.told()))
    return draft.flow


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
