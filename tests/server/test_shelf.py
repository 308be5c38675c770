"""The sample on the shelf: a house that has data keeps it, and a new one seals the numbers with its own key."""

from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.cipher import Cipher, Unsealable
from db.work import Database
from sales.fixture import load_fixture
from sales.models import Customer
from sales.sample import Wanted
from sales.services.customers import ID_COLUMN
from server.home import Home
from server.shelf import furnish, of_this_week, reseal, shelf
from tests.db.engines import *  # noqa: F403

OLD, NEW = Cipher(b"o" * 32), Cipher(b"n" * 32)


def numbers(session: Session, cipher: Cipher) -> dict[str, str]:
    """Name → number, of those who can be found by it."""
    people = session.scalars(select(Customer).where(Customer.id_no.is_not(None)))
    told = {each.name: (cipher.open(ID_COLUMN, each.id_no or ""), each.id_hash) for each in people}
    return {name: number for name, (number, found) in told.items() if found == cipher.hash(ID_COLUMN, number)}


async def test_a_house_seals_the_numbers_with_its_own_key(sqlite_db: Database) -> None:
    await sqlite_db.write(load_fixture, "T", OLD)
    before = await sqlite_db.read(numbers, OLD)
    assert before["冯刚"] == "440106198904040219"
    await sqlite_db.write(reseal, OLD, NEW)
    assert await sqlite_db.read(numbers, NEW) == before
    with pytest.raises(Unsealable):
        await sqlite_db.read(numbers, OLD)


async def test_a_house_with_a_database_keeps_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.database.write_bytes(b"somebody's")
    assert await furnish(home, Wanted(), Console(quiet=True)) is False
    assert home.database.read_bytes() == b"somebody's"


def test_the_shelf_is_the_user_s_and_the_sample_ends_on_a_sunday(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert shelf() == tmp_path / "loupan/sample"
    assert of_this_week().as_of.isoweekday() == 7
