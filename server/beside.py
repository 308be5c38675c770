"""Commands about the data alone: done by the centre where one runs, else on its database."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from calls.clock import SystemClock
from db.refusal import Refused as Refusal
from db.upgrade import upgrade
from db.work import Database, Unreachable
from server.control import Answer, Command, NobodyThere, Refused, ask
from server.home import Home
from server.settings import Settings

Words = Mapping[str, Any]
Work = Callable[[Database, Words], Awaitable[Answer]]


def at_the_door(work: Work, db: Database, lang: str) -> Command:
    """The command as the running centre serves it; what is refused is told in `lang`."""

    async def command(words: dict[str, Any]) -> Answer:
        try:
            return await work(db, words)
        except Refusal as refused:
            raise Refused(refused.zh if lang == "zh" else refused.en) from None
        except Unreachable as away:
            raise Refused(str(away)) from away

    return command


async def do(settings: Settings, name: str, work: Work, /, **words: Any) -> Answer:
    """Have it done. Raises control.Refused or db.refusal.Refused with what is wrong."""
    home = Home(settings.home)
    try:
        return await ask(home.control, name, **words)
    except NobodyThere:
        home.path.mkdir(parents=True, exist_ok=True)
        url = settings.database or f"sqlite:///{home.database}"
        async with Database.open(url, SystemClock().now) as db:
            await upgrade(db)
            return await work(db, words)
