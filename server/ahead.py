"""What callers may ask for is rendered before they ask: sentences of rooms and texts, again whenever these change."""

import asyncio
import logging
from collections.abc import Iterable, Iterator

from db.watched import Fingerprint, Watched, keep_looking
from db.work import Database
from ivr.desk import Room
from ivr.steps.room import told
from prompts.catalogue import Catalogue
from prompts.say import LANGUAGES, sentence
from prompts.speech.engine import Line
from prompts.voice import HouseVoice
from sales import models
from sales.queries import spoken_texts
from sales.rooms import SpokenRooms

log = logging.getLogger(__name__)

# rooms: a caller who asks for another one waits some seconds, which is better than a voice that is busy for hours
MOST = 100
_watched = Watched(models.Room, models.Layout, models.PriceList, models.PriceItem, models.ProjectText)


def lines_of_rooms(rooms: Iterable[Room], catalogue: Catalogue) -> Iterator[Line]:
    """What is said of these rooms, in every language."""
    for room in rooms:
        for lang in LANGUAGES:
            for name, values in told(room):
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
        lines = list(lines_of_rooms(await self._rooms.latest(MOST), self._voice.catalogue))
        for lang, text in await self._db.read(spoken_texts):
            lines += [Line(lang, piece) for piece in sentence.sentences(lang, text)]
        self._seen = seen
        if count := self._voice.render_ahead(dict.fromkeys(lines)):
            log.info("%d sentences are rendered ahead", count)
        return count
