"""The content store: what callers hear of projects, edited here, told once it has become sound (S4-46 … S4-49)."""

from typing import Any

from sqlalchemy.orm import Session

from admin.actor import Actor
from calls.clock import SystemClock
from calls.unavailable import Unavailable
from db.tenant import HOME
from db.work import Database, Unreachable
from prompts.voice import HouseVoice
from sales.queries import TextRow, texts, versions_of
from sales.services.acting import Acting
from sales.services.desk import Desk
from sales.services.texts import write_text
from server.beside import Words
from server.control import Answer
from server.owner import project_of

MOST = 5  # versions looked at: whoever edits faster than the voice speaks may have several that are not ready


class SpokenContent:
    """An `ivr.desk.Content`: the latest version that can be heard at once; if there is none, the latest."""

    def __init__(self, db: Database, voice: HouseVoice) -> None:
        self._db = db
        self._voice = voice

    async def text(self, project: int, topic: str, lang: str) -> str | None:
        """Raises Unavailable."""
        try:
            versions = await self._db.read(versions_of, project, topic, lang, MOST)
        except Unreachable as away:
            raise Unavailable(str(away)) from away
        if not versions:
            return None
        latest = versions[0]
        if len(versions) == 1 or self._voice.can_say(lang, latest):
            return latest
        self._voice.render_ahead(self._voice.of_text(lang, latest))
        return next((text for text in versions if self._voice.can_say(lang, text)), latest)


async def content(db: Database, words: Words) -> Answer:
    """{"do": "list" | "edit", "project": code, "topic", "zh", "en", "version": the one edited, "by": who}.

    {"texts": [{project, topic, zh, en, version, by, at}]}: those of the project and topic, if these are given; of an
    edit, the text. Raises Refused.
    """
    if words.get("do") == "edit":
        acting = Acting(Actor.of(str(words["by"]), "admin"), SystemClock().now)
        await acting.does(db, _edit, words)
    return {"texts": await db.read(_list, words)}


def _edit(desk: Desk, words: Words) -> None:
    project = project_of(desk, str(words["project"]))
    seen = words.get("version")
    zh, en = str(words.get("zh") or ""), str(words.get("en") or "")
    write_text(desk, project, str(words["topic"]), zh, en, None if seen is None else int(seen))


def _list(session: Session, words: Words) -> list[dict[str, Any]]:
    found = texts(session, HOME, words.get("project") or None, words.get("topic") or None)
    return [_told(row) for row in found]


def _told(row: TextRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TextRow.__slots__} | {"at": row.at.isoformat()}
