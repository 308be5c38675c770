"""`./run seed`: sample data into an installation that is not running."""

import asyncio
from datetime import date

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

import admin.models  # noqa: F401
import billing.models  # noqa: F401  (the sample writes calls and messages, and knows their tables by name)
import conference.models  # noqa: F401
import cti_agent.models  # noqa: F401
import ivr.models  # noqa: F401
from calls.clock import SystemClock
from db.cipher import Cipher
from db.upgrade import upgrade
from db.work import Database
from sales.fixture import load_demo
from sales.sample import STORY_DAYS, Taken, Wanted, Watch, load_sample
from server.home import Home
from server.settings import Settings

__all__ = ["Taken", "fill", "load_data", "load_development"]


async def load_data(settings: Settings, screen: Console) -> None:
    """Fixture T; loading it again changes nothing. Raises HomeTaken while a centre runs."""
    with Home(settings.home) as home:
        url = settings.database or f"sqlite:///{home.database}"
        async with Database.open(url, SystemClock().now) as db:
            await upgrade(db)
            new = await db.write(load_demo, Cipher.of(home.path))
    screen.print("fixture T is loaded" if new else "fixture T was there already")


async def load_development(settings: Settings, screen: Console, wanted: Wanted) -> None:
    """The sample development, into an empty database. Raises Taken, and HomeTaken while a centre runs."""
    with Home(settings.home) as home:
        url = settings.database or f"sqlite:///{home.database}"
        await fill(url, wanted, Cipher.of(home.path), screen)
    screen.print(f"the sample development is loaded: seed {wanted.seed}, as of {wanted.as_of}", highlight=False)


async def fill(url: str, wanted: Wanted, cipher: Cipher, screen: Console) -> None:
    """Play the story into the database at `url`, with its progress on the screen. Raises Taken."""
    watch = Watch()
    progress = Progress(
        TextColumn("sample data"), BarColumn(), TextColumn("{task.fields[day]}"), TimeElapsedColumn(), console=screen
    )
    async with Database.open(url, watch.now) as db:
        await upgrade(db)
        with progress as bar:
            task = bar.add_task("", total=STORY_DAYS, day="")
            loop = asyncio.get_running_loop()

            def tell(day: date) -> None:  # from whatever thread the work runs in
                done = STORY_DAYS - (wanted.as_of - day).days
                loop.call_soon_threadsafe(lambda: bar.update(task, completed=done, day=str(day)))

            await db.write(load_sample, wanted, cipher, watch, tell)
            bar.update(task, completed=STORY_DAYS)
