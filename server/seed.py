"""`./run seed`: sample data into an installation that is not running."""

from rich.console import Console

from calls.clock import SystemClock
from db.upgrade import upgrade
from db.work import Database
from sales.fixture import load_fixture
from server.home import Home
from server.settings import Settings


async def load_data(settings: Settings, screen: Console) -> None:
    """Fixture T; loading it again changes nothing. Raises HomeTaken while a centre runs."""
    with Home(settings.home) as home:
        url = settings.database or f"sqlite:///{home.database}"
        async with Database.open(url, SystemClock().now) as db:
            await upgrade(db)
            new = await db.write(load_fixture, "T")
    screen.print("fixture T is loaded" if new else "fixture T was there already")
