"""`./run prompts`: the shipped sounds, made and judged."""

import tempfile
from dataclasses import replace

from rich.console import Console

from calls.clock import SystemClock
from db.upgrade import upgrade
from db.work import Database
from dialplan.service import Project
from ivr.desk import Room
from ivr.enquiry import MOST_ROOMS
from ivr.loan import LoanWish
from ivr.steps import mortgage, rooms_found
from ivr.steps.room import Told
from prompts import catalogue, numbers, shipped
from prompts.say import sentence
from prompts.shipped import Book
from prompts.speech.engine import Line
from sales.fixture import load_fixture
from sales.queries import layouts_by_project
from sales.rooms import SpokenRooms
from sales.sample import scenario
from server.ahead import lines, lines_of_layouts, lines_of_rooms
from server.enquiries import HouseLoans, told_layout
from server.settings import Settings
from server.setup import prepare

# of the worked example (fixture T): its project, and the loan of script F4
EXAMPLE = Project(1, "01", {})
LOAN = LoanWish(89_000_000, 30, 20, "equal instalment")
# what a search that finds few rooms says of them all
FOUND: tuple[Told, ...] = (
    *((rooms_found.COUNT, {"n": n}) for n in range(1, 10)),
    *((rooms_found.NUMBER, {"k": k}) for k in range(1, MOST_ROOMS + 1)),
)


async def build(settings: Settings, screen: Console) -> None:
    """Render what is new or changed since the last time."""
    await prepare(settings, screen)
    numbers.extend(catalogue.load())
    count = await shipped.build(lambda text: screen.print(text, highlight=False), await book())
    screen.print(f"{count} sentences rendered" if count else "nothing has changed")


async def examine() -> list[str]:
    """Everything wrong with the shipped prompts, a sentence each."""
    try:
        unnamed = numbers.missing(catalogue.load(), numbers.load())
        told = [f"The prompt {name} has no number; ./run prompts build gives it one." for name in unnamed]
        return [*told, *(problem.what for problem in shipped.doctor(await book()))]
    except catalogue.Faulty as fault:
        return [f"The catalogue is faulty: {fault}."]


async def book() -> Book:
    """Every sentence that ships: the prompts, the demo's texts, and what is said of the rooms its callers ask for."""
    now = SystemClock().now
    with tempfile.TemporaryDirectory(prefix="loupan-book-") as place:
        async with Database.open(f"sqlite:///{place}/sample.db", now) as db:
            await upgrade(db)
            await db.write(load_fixture, "T")
            spoken = [*await SpokenRooms(db, Room).all(), *(Room(**told) for told in scenario.ROOMS)]
            prompts = catalogue.load()
            rooms = [*lines_of_rooms(spoken, prompts), *lines(FOUND, prompts)]
            for rows in (await db.read(layouts_by_project)).values():
                rooms += lines_of_layouts(map(told_layout, rows), prompts)
            loan = await HouseLoans(db, SystemClock()).reckon(EXAMPLE, LOAN)
            rooms += lines(mortgage.told(LOAN, loan), prompts) if loan else []
    shipping = shipped.book()
    texts = [
        Line(lang, piece)
        for told in scenario.TEXTS
        for lang, text in told.items()
        for piece in sentence.sentences(lang, text)
    ]
    return replace(shipping, lines=list(dict.fromkeys([*shipping.lines, *texts, *rooms])))
