"""What callers may ask for is rendered before they ask: sentences of rooms and texts, again whenever these change."""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from itertools import product

from db.watched import Fingerprint, Watched, keep_looking
from db.work import Database
from ivr.desk import Room
from ivr.enquiry import MOST_LAYOUTS, Layout
from ivr.steps import layout, rooms_found
from ivr.steps import layouts as choice
from ivr.steps.room import FOR_SALE, Told, told
from prompts.catalogue import Catalogue
from prompts.say import LANGUAGES, sentence
from prompts.speech.engine import Line
from prompts.voice import HouseVoice
from sales import models
from sales.queries import layouts_by_project, spoken_texts
from sales.rooms import SpokenRooms
from server.enquiries import told_layout

log = logging.getLogger(__name__)

# rooms: a caller who asks for another one waits some seconds, which is better than a voice that is busy for hours
MOST = 100
AT_ONCE = 50  # sentences looked for before others have their turn
_watched = Watched(models.Room, models.Layout, models.PriceList, models.PriceItem, models.ProjectText)


def lines_of_rooms(rooms: Iterable[Room], catalogue: Catalogue) -> Iterator[Line]:
    """What is said of these rooms, in every language: alone, and in a list of those found."""
    for room in rooms:
        listed = (rooms_found.brief(room),) if room.state == FOR_SALE else ()
        yield from lines((*told(room), *listed), catalogue)


def lines_of_layouts(layouts: Iterable[Layout], catalogue: Catalogue) -> Iterator[Line]:
    """What is said of these layouts, in every language, and the choice of them."""
    for number, one in enumerate(layouts, 1):
        option = (choice.OPTION, {"layout": one.name, "number": number})
        yield from lines((option, layout.told(one)), catalogue)


def lines(told: Iterable[Told], catalogue: Catalogue) -> Iterator[Line]:
    """These prompts with their values, in every language, sentence by sentence."""
    for lang, (name, values) in product(LANGUAGES, told):
        yield from catalogue[name].lines(lang, values)


class Ahead:
    """Watches what the sales desk changes and has the voice render it in the background."""

    def __init__(self, db: Database, rooms: SpokenRooms[Room], voice: HouseVoice) -> None:
        self._db = db
        self._rooms = rooms
        self._voice = voice
        self._seen: Fingerprint | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(keep_looking(self.look, "what is rendered ahead"), name="render ahead")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def look(self) -> int:
        """Returns how many sentences were handed to the voice because something has changed."""
        seen = await self._db.read(_watched)
        if seen == self._seen:
            return 0
        catalogue = self._voice.catalogue
        wanted: dict[Line, None] = {}
        for room in await self._rooms.latest(MOST):
            wanted |= dict.fromkeys(lines_of_rooms([room], catalogue))
            await asyncio.sleep(0)  # callers first: a second of this at once and the controller takes no more calls
        for rows in (await self._db.read(layouts_by_project)).values():
            wanted |= dict.fromkeys(lines_of_layouts(map(told_layout, rows[:MOST_LAYOUTS]), catalogue))
            await asyncio.sleep(0)
        for lang, text in await self._db.read(spoken_texts):
            wanted |= dict.fromkeys(Line(lang, piece) for piece in sentence.sentences(lang, text))
        self._seen = seen
        count = 0
        all_lines = list(wanted)
        for first in range(0, len(all_lines), AT_ONCE):
            count += self._voice.render_ahead(all_lines[first : first + AT_ONCE])
            await asyncio.sleep(0)
        if count:
            log.info("%d sentences are rendered ahead", count)
        return count
