"""The sample development ready on a shelf: played once for this user, then copied into each new house in a moment."""

import asyncio
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from rich.console import Console
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from calls.clock import BUSINESS, SystemClock
from db.cipher import KEY_BYTES, Cipher
from db.work import Database
from sales.models import Customer
from sales.sample import Taken, Wanted, last_sunday
from sales.services.customers import ID_COLUMN
from server.home import Home
from server.seed import fill
from server.settings import Settings

ROOT = Path(__file__).parent.parent
MADE_OF = ("billing", "calls", "db", "dialplan", "sales")  # a change of any of these may change the sample
KEPT = 3  # samples on the shelf: of this week, and of what was tried
# seals what lies on the shelf, which is fictional; a house seals it anew with its own
SHELF_KEY = Cipher(hashlib.sha256(b"a shelf of fictional people").digest()[:KEY_BYTES])


def shelf() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "loupan" / "sample"


def of_this_week() -> Wanted:
    """The sample that a demo begins with today."""
    return Wanted(as_of=last_sunday(SystemClock().now().astimezone(BUSINESS).date()))


async def stock_demo(settings: Settings, home: Home, screen: Console) -> None:
    """A new demo house begins with the sample as of the last Sunday: holds run out in the days to come, not before.

    One that has data keeps it.
    """
    wanted = of_this_week()
    if not settings.database:
        new = await furnish(home, wanted, screen)
    else:
        try:
            await fill(settings.database, wanted, Cipher.of(home.path), screen)
            new = True
        except Taken:
            new = False
    if new:
        screen.print(f"a new house: the sample development is loaded, as of {wanted.as_of}", highlight=False)


async def furnish(home: Home, wanted: Wanted, screen: Console) -> bool:
    """Put the sample into a house that has no database yet; False if it has one."""
    if home.database.exists():
        return False
    found = await ready(wanted, screen)
    with tempfile.TemporaryDirectory(prefix="sample-", dir=home.path) as place:
        draft = Path(place) / "loupan.db"
        await asyncio.to_thread(shutil.copyfile, found, draft)
        async with Database.open(f"sqlite:///{draft}", SystemClock().now) as db:
            await db.write(reseal, SHELF_KEY, Cipher.of(home.path))
        draft.rename(home.database)  # a house that is killed before this has no database, and begins anew
    return True


def reseal(session: Session, old: Cipher, new: Cipher) -> None:
    """The numbers of identity cards, with the key of the house."""
    table = Customer.__table__
    for key, sealed in session.execute(select(Customer.id, Customer.id_no)).all():
        if sealed is None:
            continue
        number = old.open(ID_COLUMN, sealed)
        again = {"id_no": new.seal(ID_COLUMN, number), "id_hash": new.hash(ID_COLUMN, number)}
        session.execute(update(table).where(table.c.id == key).values(again))  # type: ignore[arg-type]


async def ready(wanted: Wanted, screen: Console) -> Path:
    """The file on the shelf; played now if it is not there."""
    place = shelf()
    file = place / f"{wanted.seed}-{wanted.as_of:%Y%m%d}-{_revision()}.db"
    if file.exists():
        return file
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="playing-", dir=place) as work:
        draft = Path(work) / "sample.db"
        await fill(f"sqlite:///{draft}", wanted, SHELF_KEY, screen)
        draft.replace(file)
    for old in sorted(place.glob("*.db"), key=lambda each: each.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)
    return file


def _revision() -> str:
    """Of the code that makes the sample: its sources and its texts."""
    found = hashlib.sha256()
    for part in MADE_OF:
        for file in sorted((ROOT / part).rglob("*")):
            if file.suffix in (".py", ".json"):
                found.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:16]
