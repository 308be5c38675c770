"""A house is copied while it works, and comes back the same: into either engine, or not at all."""

import asyncio
import json
import random
import resource
import shutil
import stat
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.orm import Session

from calls.call import Recorded
from calls.clock import FixedClock
from db.cipher import KEY_FILE
from db.refusal import Code, Refused
from db.rows import Content, content, shapes
from db.tenant import HOME, Tenant
from db.upgrade import head, upgrade
from db.work import Database
from ivr.mailbox.port import Letter
from ivr.mailbox.services import file as file_letter
from ivr.mailbox.services import greet
from sales.fixture import load_fixture
from sales.models import Customer, PriceItem, Project
from server.archive import MANIFEST
from server.backup import backup, retain
from server.home import Home, HomeTaken
from server.restore import restore
from server.settings import Settings
from tests.db.engines import ENGINES, NOON, Cluster

pytestmark = pytest.mark.slow  # whole houses are copied and brought back

Place = Callable[[str], Awaitable[Settings]]


def quiet(part: str, number: int, of: int) -> None:
    assert 1 <= number <= of, part


@pytest.fixture
async def place(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Place]:
    """`await place("sqlite")`: settings of a house with migrated, empty tables; "… new": without tables."""
    made: list[str] = []
    number = count()

    async def make(kind: str) -> Settings:
        home = tmp_path / f"home{next(number)}"
        home.mkdir()
        engine, _, new = kind.partition(" ")
        if engine == "sqlite":
            if not new:
                shutil.copy(sqlite_template, home / "loupan.db")
            return Settings(home=home)
        server: Cluster = request.getfixturevalue("cluster")
        made.append(await server.create())
        settings = Settings(home=home, database=server.url(made[-1]))
        if not new:
            async with opened(settings) as db:
                await upgrade(db)
        return settings

    yield make
    for name in made:
        await request.getfixturevalue("cluster").drop(name)


def opened(settings: Settings, *, readonly: bool = False) -> Database:
    url = settings.database or f"sqlite:///{Home(settings.home).database}"
    return Database.open(url, FixedClock(NOON).now, readonly=readonly)


def odd(session: Session) -> None:
    """What is hard to carry over: fractions, a gap in the keys, texts of all kinds, nothing and null."""
    session.execute(update(Project).values(lat=Decimal("23.135000"), lng=Decimal("113.327001")))
    session.add(Customer(id=500_000, tenant_id=HOME, name="🏠 'O\"Neill' \\ 换\n行\t"))
    session.execute(update(PriceItem).values(factors={"floor": [1, None, 0.1], "景观": "湖 🏞"}))
    session.flush()


async def furnish(settings: Settings) -> None:
    async with opened(settings) as db:
        await db.write(load_fixture, "T")
        await db.write(odd)
    for name, words in (("flows/main.json", "{}"), ("recordings/a.wav", "RIFF"), ("loupan.toml", 'name = "one"')):
        file = settings.home / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(words)
    (settings.home / KEY_FILE).write_text("00" * 32)


def contents(connection: Connection) -> dict[str, Content]:
    return {name: content(connection, shape) for name, shape in shapes(connection).items()}


async def found(settings: Settings) -> dict[str, Content]:
    async with opened(settings, readonly=True) as db:
        return await db.snapshot(contents)


async def saved(settings: Settings, target: Path, **how: Any) -> Path:
    return (await backup(settings, target, NOON, quiet, **how))[0]


PAIRS = [
    ("sqlite", "sqlite new"),
    ("sqlite", "sqlite"),
    *(
        pytest.param(*pair, marks=pytest.mark.postgres)
        for pair in (
            ("sqlite", "postgresql new"),
            ("postgresql", "sqlite new"),
            ("postgresql", "postgresql"),
        )
    ),
]


@pytest.mark.parametrize(("source", "target"), PAIRS)
async def test_what_comes_back_is_what_was_there(place: Place, source: str, target: str, tmp_path: Path) -> None:
    old, new = await place(source), await place(target)
    await furnish(old)
    file, manifest = await backup(old, tmp_path / "b.zip", NOON, quiet)
    assert await restore(new, file, NOON, quiet) == manifest
    assert await found(new) == await found(old) == manifest.tables
    assert manifest.tables["room"].rows == 11
    assert (manifest.engine, manifest.revision) == (source, head())
    assert (new.home / "flows/main.json").read_text() == "{}"
    assert (new.home / "recordings/a.wav").read_text() == "RIFF"
    assert (new.home / "loupan.toml.restored").exists()
    assert not (new.home / "loupan.toml").exists()
    assert not (new.home / KEY_FILE).exists()  # it was not asked for
    async with opened(new) as db:
        project = await db.read(lambda s: s.scalars(select(Project)).one())
        assert (project.lat, project.lng) == (Decimal("23.135000"), Decimal("113.327001"))
        assert {c.name for c in await db.read(lambda s: s.scalars(select(Customer)).all())} >= {
            "🏠 'O\"Neill' \\ 换\n行\t",
            "陈伟",
        }
        await db.write(next_customer, 500_001)  # the keys are counted on from the highest


def next_customer(session: Session, expected: int) -> None:
    customer = Customer(tenant_id=HOME, name="下一位")
    session.add(customer)
    session.flush()
    assert customer.id == expected


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
async def test_a_copy_taken_while_others_write_is_of_one_moment(place: Place, engine: str, tmp_path: Path) -> None:
    """Two tables always get their rows in one transaction: in the copy they are as many."""
    settings, stop = await place(engine), asyncio.Event()
    await furnish(settings)

    def pair(session: Session, number: int) -> None:
        phone = f"+86139{number:08}"
        session.add(Customer(tenant_id=HOME, name="写"))
        session.add(Tenant(code=phone, name="写"))

    async with opened(settings) as db:

        async def write() -> int:
            done = 0
            while not stop.is_set():
                await db.write(pair, done)
                done += 1
            return done

        writing = asyncio.create_task(write())
        try:
            manifests = []
            for number in range(3):
                target = tmp_path / f"{number}.zip"
                # in a loop of its own, beside the one that writes
                await asyncio.to_thread(asyncio.run, saved(settings, target))
                manifests.append(json.loads(zipfile.ZipFile(target).read(MANIFEST))["tables"])
        finally:
            stop.set()
            done = await writing
    assert done > 3
    for tables in manifests:
        assert tables["customer"]["rows"] - 12 == tables["tenant"]["rows"] - 1
    assert manifests[0]["customer"]["rows"] < manifests[-1]["customer"]["rows"]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
async def test_a_full_place_is_refused_and_with_replace_set_aside(place: Place, engine: str, tmp_path: Path) -> None:
    old, new = await place(engine), await place(engine)
    await furnish(old)
    file = await saved(old, tmp_path / "b.zip")
    await furnish(new)
    async with opened(new) as db:
        await db.write(lambda s: s.add(Customer(id=600_000, tenant_id=HOME, name="后来")))
    before = await found(new)
    with pytest.raises(Refused, match="--replace") as refusal:
        await restore(new, file, NOON, quiet)
    assert refusal.value.code is Code.CONFLICT
    assert "--replace" in refusal.value.zh
    assert await found(new) == before
    (new.home / "flows/mine.json").write_text("[]")
    await restore(new, file, NOON, quiet, replace=True)
    assert await found(new) == await found(old)
    aside = new.home / "before-20240331-120000"
    assert (aside / "flows/mine.json").read_text() == "[]"
    assert not (new.home / "flows/mine.json").exists()
    if engine == "sqlite":
        (aside / "loupan.db").rename(new.home / "loupan.db")
        assert await found(new) == before
    else:
        async with opened(new) as db:
            kept = await db.migrate(
                lambda c: c.execute(text(f'SELECT count(*) FROM "{aside.name}".customer')).scalar_one()
            )
        assert kept == before["customer"].rows


@pytest.mark.postgres
async def test_a_database_in_use_is_not_replaced(place: Place, tmp_path: Path) -> None:
    settings = await place("postgresql")
    await furnish(settings)
    file = await saved(settings, tmp_path / "b.zip")
    async with opened(settings) as other:
        await other.read(lambda s: s.scalar(select(func.count()).select_from(Customer)))
        with pytest.raises(Refused, match="1 other connections use this database"):
            await restore(settings, file, NOON, quiet, replace=True)


async def test_a_running_house_is_not_restored_over(place: Place, tmp_path: Path) -> None:
    settings = await place("sqlite")
    await furnish(settings)
    file = await saved(settings, tmp_path / "b.zip")
    with Home(settings.home), pytest.raises(HomeTaken):
        await restore(settings, file, NOON, quiet, replace=True)


async def test_every_cut_and_every_changed_byte_is_noticed(place: Place, tmp_path: Path) -> None:
    old, new = await place("sqlite"), await place("sqlite")
    await furnish(old)
    whole = (await saved(old, tmp_path / "b.zip")).read_bytes()
    bad = tmp_path / "bad.zip"
    for size in (0, 1, len(whole) // 3, len(whole) - 1):
        bad.write_bytes(whole[:size])
        with pytest.raises(Refused, match="not a whole backup"):
            await restore(new, bad, NOON, quiet, replace=True)
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        room = packed.getinfo("tables/room.jsonl")
    at = room.header_offset + 30 + len(room.filename) + 20 + room.compress_size // 2
    bad.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
    with pytest.raises(Refused, match="table room differs") as refusal:
        await restore(new, bad, NOON, quiet)
    assert refusal.value.details == {"table": "room"}
    assert "表 room" in refusal.value.zh
    assert (await found(new))["room"].rows == 0


async def test_a_row_less_or_another_row_is_named_with_its_table(place: Place, tmp_path: Path) -> None:
    """Whoever repacks an archive has whole zip members, but not the sums of the manifest."""
    old, new = await place("sqlite"), await place("sqlite new")
    await furnish(old)
    file = await saved(old, tmp_path / "b.zip")
    for number, change in enumerate(
        (lambda d: d[d.index(b"\n") + 1 :], lambda d: d.replace(b"1985-06-15", b"1985-06-16"))
    ):
        bad = repacked(file, tmp_path / f"bad{number}.zip", {"tables/customer.jsonl": change})
        with pytest.raises(Refused, match="table customer differs"):
            await restore(new, bad, NOON, quiet)
    bad = repacked(file, tmp_path / "file.zip", {"files/flows/main.json": lambda data: b"[]"})
    with pytest.raises(Refused, match=r"file flows/main\.json differs"):
        await restore(new, bad, NOON, quiet)
    assert not (new.home / "loupan.db").exists()


def repacked(source: Path, target: Path, changes: dict[str, Callable[[bytes], bytes]]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, bytes)(old.read(name)))
    return target


def manifest_with(**other: Any) -> dict[str, Callable[[bytes], bytes]]:
    return {MANIFEST: lambda data: json.dumps(json.loads(data) | other).encode()}


async def test_what_is_no_backup_of_ours_is_refused(place: Place, tmp_path: Path) -> None:
    old, new = await place("sqlite"), await place("sqlite new")
    await furnish(old)
    file = await saved(old, tmp_path / "b.zip")
    cases = [
        (repacked(file, tmp_path / "1.zip", manifest_with(revision="9999")), "revision 9999, newer than this code"),
        (repacked(file, tmp_path / "2.zip", manifest_with(version=99)), "newer format"),
        (repacked(file, tmp_path / "3.zip", manifest_with(format="other")), "not a backup of this house"),
        (repacked(file, tmp_path / "4.zip", {MANIFEST: lambda data: b"{"}), "not a backup of this house"),
        (
            repacked(file, tmp_path / "5.zip", manifest_with(files={"flows/../../x": {"rows": 1, "sha256": "0"}})),
            "belongs into no house",
        ),
        (tmp_path / "none.zip", "There is no file"),
        (Path(__file__), "not a whole backup"),
    ]
    for bad, words in cases:
        with pytest.raises(Refused, match=words):
            await restore(new, bad, NOON, quiet)
    assert not (new.home / "loupan.db").exists()


async def test_a_backup_never_overwrites_and_needs_a_house(place: Place, tmp_path: Path) -> None:
    settings = await place("sqlite")
    (tmp_path / "b.zip").write_text("mine")
    with pytest.raises(Refused, match="exists already"):
        await saved(settings, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_text() == "mine"
    with pytest.raises(Refused, match="no database"):
        await saved(await place("sqlite new"), tmp_path / "c.zip")


@contextmanager
def small_disk(room: int) -> Iterator[None]:
    """No file may grow beyond `room` bytes: writing fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_without_room_nothing_is_lost_and_nothing_left_behind(place: Place, tmp_path: Path) -> None:
    old, new = await place("sqlite"), await place("sqlite")
    await furnish(old)
    await furnish(new)
    folder = tmp_path / "backups"
    (old.home / "recordings/long.wav").write_bytes(random.Random(1).randbytes(300_000))
    with small_disk(200_000), pytest.raises(Refused, match="cannot be written") as refusal:
        await saved(old, folder / "b.zip")
    assert refusal.value.code is Code.LIMIT
    assert list(folder.iterdir()) == []
    file = await saved(old, folder / "b.zip", recordings=False)
    before = await found(new)
    with small_disk(100_000), pytest.raises(Refused, match="cannot be written"):
        await restore(new, file, NOON, quiet, replace=True)
    assert await found(new) == before
    assert not [path.name for path in new.home.iterdir() if "restoring" in path.name]


@pytest.mark.slow
async def test_the_key_goes_along_only_when_asked_for(place: Place, tmp_path: Path) -> None:
    old, new, third = await place("sqlite"), await place("sqlite new"), await place("sqlite new")
    await furnish(old)
    file, manifest = await backup(old, tmp_path / "key.zip", NOON, quiet, key=True)
    assert manifest.key == "inside"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await restore(new, file, NOON, quiet)
    assert (new.home / KEY_FILE).read_text() == "00" * 32
    assert stat.S_IMODE((new.home / KEY_FILE).stat().st_mode) == 0o600
    (third.home / KEY_FILE).write_text("11" * 32)
    with pytest.raises(Refused, match=r"field\.key is not empty"):
        await restore(third, file, NOON, quiet)
    await restore(third, await saved(old, tmp_path / "b.zip"), NOON, quiet)  # brought by hand: it stays
    assert (third.home / KEY_FILE).read_text() == "11" * 32


async def test_recordings_are_found_in_another_home_and_may_be_left_out(place: Place, tmp_path: Path) -> None:
    old, new = await place("sqlite"), await place("sqlite new")
    await furnish(old)

    def record(session: Session) -> None:
        session.execute(
            text(
                "INSERT INTO recording (tenant_id, call_id, name, file, seconds, ended_by, made_at, notice_played) "
                "VALUES (1, 'c', 'a', :file, 1.5, 'hangup', '2024-03-31 04:00:00.000000', 0)"
            ),
            {"file": str(old.home / "recordings/a.wav")},
        )
        letter = Letter("01HQ0000000000000000000001", 1, "8001", "13800000001")
        file_letter(session, letter, Recorded(old.home / "recordings/a.wav", 1.5, "key"), "", NOON)
        greet(session, 1, "8001", str(old.home / "recordings/hello"), 2.0)

    async with opened(old) as db:
        await db.write(record)
    file = await saved(old, tmp_path / "b.zip", recordings=False)
    await restore(new, file, NOON, quiet)
    assert not (new.home / "recordings/a.wav").exists()
    async with opened(new) as db:
        for column, moved in (
            ("file FROM recording", "recordings/a.wav"),
            ("file FROM message", "recordings/a.wav"),
            ("greeting FROM mailbox", "recordings/hello"),
        ):
            assert await db.read(only, column) == str(new.home / moved)


def only(session: Session, column: str) -> str:
    return str(session.execute(text(f"SELECT {column}")).scalar_one())


@pytest.mark.slow
async def test_the_newest_are_kept(place: Place) -> None:
    settings = await place("sqlite")
    for day in range(4):
        await backup(settings, None, NOON + timedelta(days=day), quiet)
    folder = Home(settings.home).backups
    (folder / "mine.zip").touch()
    assert [file.name for file in retain(folder, 2)] == ["loupan-20240401-120000.zip", "loupan-20240331-120000.zip"]
    assert retain(folder, 0) == []
    assert sorted(file.name for file in folder.iterdir()) == [
        "loupan-20240402-120000.zip", "loupan-20240403-120000.zip", "mine.zip",
    ]  # fmt: skip
