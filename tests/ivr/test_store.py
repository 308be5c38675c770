"""Flows in force: changed files, mistakes, versions kept for the calls that began with them (S4-61)."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from calls.bus import LocalBus
from calls.clock import FixedClock
from calls.facts import Alarm
from db.work import Database, Unreachable
from ivr import queries
from ivr.flow import version
from ivr.publication import Door, InForce, Publication, counts
from ivr.store import Store
from tests.ivr.desk import CATALOGUE, FLOWS, MAIN, MONDAY_10, copy, document

SHIPPED = sorted(file.stem for file in FLOWS.glob("*.json"))


@asynccontextmanager
async def store(own: Path, db: Database, alarms: list[Any] | None = None) -> AsyncIterator[Store]:
    bus = LocalBus()
    if alarms is not None:
        bus.subscribe(alarms.append)
    made = Store(own, db, CATALOGUE, bus, FixedClock(MONDAY_10))
    await made.start()
    try:
        yield made
    finally:
        await made.close()


async def until(seen: Callable[[], Any], seconds: float = 5.0) -> float:
    """Wait until it is so; how long it took."""
    begun = time.monotonic()
    while not seen():
        assert time.monotonic() - begun < seconds, "it did not happen in time"
        await asyncio.sleep(0.01)
    return time.monotonic() - begun


def changed(note: str) -> dict[str, Any]:
    made = copy(document())
    made["note"] = note
    return made


def put(own: Path, made: dict[str, Any] | str, name: str = "main") -> None:
    own.mkdir(exist_ok=True)
    text = made if isinstance(made, str) else json.dumps(made, ensure_ascii=False)
    (own / f"{name}.json").write_text(text, encoding="utf-8")


async def _written(db: Database, name: str, version: str) -> dict[str, Any] | None:
    for _ in range(500):
        if found := await db.read(queries.document, name, version):
            return found
        await asyncio.sleep(0.01)
    return None


async def test_the_shipped_flows_are_in_force_without_any_file(tmp_path: Path, db: Database) -> None:
    async with store(tmp_path / "none", db) as flows:
        assert flows.names() == SHIPPED
        assert flows.current("main") == MAIN
        assert flows.current("other") is None
        kept = await _written(db, "main", MAIN.version)
        assert kept == document()
        spoken = list(document()["steps"]["root"]["options"])
        assert list(kept["steps"]["root"]["options"]) == spoken  # in the order they are spoken


async def test_a_change_is_live_within_a_second_and_running_calls_keep_theirs(
    tmp_path: Path, sqlite_db: Database
) -> None:
    async with store(tmp_path, sqlite_db) as flows:
        before = flows.current("main")
        assert before is not None
        put(tmp_path, changed("new"))
        took = await until(lambda: flows.current("main") != before)
        assert took < 1.0
        assert await flows.version("main", before.version) == before
        now = flows.current("main")
        assert now is not None
        await _written(sqlite_db, "main", now.version)
    (tmp_path / "main.json").unlink()
    async with store(tmp_path, sqlite_db) as later:  # another start, the file is gone
        assert later.current("main") == before
        assert await later.version("main", now.version) == now  # for a call that began with it
        assert await later.version("main", "00000000") is None


async def test_a_mistake_is_told_once_and_the_old_version_stays(tmp_path: Path, sqlite_db: Database) -> None:
    alarms: list[Alarm] = []
    async with store(tmp_path, sqlite_db, alarms) as flows:
        broken = changed("broken")
        broken["steps"]["query"]["leads"]["developer"] = "x"
        put(tmp_path, broken)
        await until(lambda: alarms)
        assert "query leads.developer: “developer” leads to “x”, which does not exist" in alarms[0].text
        assert flows.current("main") == MAIN
        put(tmp_path, '{"flow": "main",')
        await until(lambda: len(alarms) == 2)
        assert "line 1, column" in alarms[1].text
        put(tmp_path, changed("right again"))
        await until(lambda: flows.current("main") != MAIN)
        assert alarms[2].cleared
        assert len({alarm.key for alarm in alarms}) == 1


async def test_after_a_restart_with_a_mistake_the_last_good_version_is_in_force(tmp_path: Path, db: Database) -> None:
    async with store(tmp_path, db) as flows:
        put(tmp_path, changed("good"))
        await until(lambda: flows.current("main") != MAIN)
        good = flows.current("main")
        assert good is not None
        await _written(db, "main", good.version)
    put(tmp_path, "{")
    async with store(tmp_path, db) as flows:
        assert flows.current("main") == good


async def test_a_mistake_at_the_very_first_start_leaves_the_shipped_flow(tmp_path: Path, sqlite_db: Database) -> None:
    put(tmp_path, "[]")
    (tmp_path / "default.json").write_bytes(b"\xff\xfe")
    put(tmp_path, {**document("default"), "flow": "other"}, "third")
    alarms: list[Alarm] = []
    async with store(tmp_path, sqlite_db, alarms) as flows:
        assert flows.names() == SHIPPED
        told = [alarm.text for alarm in alarms]
    assert any("not UTF-8" in text for text in told)
    assert any("its file must be other.json" in text for text in told)


async def test_versions_are_numbered_and_one_put_back_is_the_same_one(db: Database) -> None:
    def number(note: str) -> Any:
        return db.write(queries.publish, changed(note), Publication(Door.COMMAND, "chen", MONDAY_10))

    assert [await number("a"), await number("b"), await number("b"), await number("a")] == [1, 2, 2, 1]
    kept = await db.read(queries.versions, "main")
    assert [(row.number, row.turn, row.document["note"]) for row in kept] == [(1, 3, "a"), (2, 2, "b")]


class Away(Database):
    """A database that does not answer until it is `back`."""

    def __init__(self) -> None:
        self.back: Database | None = None

    async def write(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return await self._there().write(fn, *args, **kwargs)

    async def read(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return await self._there().read(fn, *args, **kwargs)

    async def store(self, fn: Any) -> Any:
        return await self._there().store(fn)

    async def snapshot(self, fn: Any) -> Any:
        return await self._there().snapshot(fn)

    async def migrate(self, fn: Any) -> Any:
        return await self._there().migrate(fn)

    async def close(self) -> None:
        pass

    def _there(self) -> Database:
        if self.back is None:
            raise Unreachable("away")
        return self.back


async def test_a_database_that_is_away_does_not_keep_a_flow_from_being_live(
    tmp_path: Path, sqlite_db: Database
) -> None:
    away = Away()
    put(tmp_path, "{")
    async with store(tmp_path, away) as flows:
        assert flows.current("main") == MAIN
        assert await flows.version("main", "00000000") is None
        put(tmp_path, changed("while it is away"))
        await until(lambda: flows.current("main") != MAIN)
        away.back = sqlite_db
        now = flows.current("main")
        assert now is not None
        assert await _written(sqlite_db, "main", now.version) == changed("while it is away")


# -- published by command, or by another controller ---------------------------------------------------------------


async def publish(db: Database, made: dict[str, Any]) -> None:
    await db.write(queries.publish, made, Publication(Door.COMMAND, "chen", MONDAY_10))


async def test_what_is_published_by_command_is_live_within_a_second_without_a_reload(
    tmp_path: Path, db: Database
) -> None:
    async with store(tmp_path, db) as flows:
        await _written(db, "main", MAIN.version)
        made = changed("by command")
        await publish(db, made)
        assert await until(lambda: _version(flows) == version(made)) < 1.0
        await publish(db, document())  # and back: the shipped one has another turn
        assert await until(lambda: _version(flows) == MAIN.version) < 1.0


async def test_two_controllers_have_the_same_flow_in_force(tmp_path: Path, sqlite_db: Database) -> None:
    async with store(tmp_path / "a", sqlite_db) as one, store(tmp_path / "b", sqlite_db) as other:
        await _written(sqlite_db, "main", MAIN.version)
        put(tmp_path / "a", changed("in the file of one"))
        await until(lambda: _version(one) != MAIN.version)
        await until(lambda: _version(other) == _version(one))


async def test_a_row_with_a_mistake_changes_nothing(tmp_path: Path, sqlite_db: Database) -> None:
    alarms: list[Alarm] = []
    async with store(tmp_path, sqlite_db, alarms) as flows:
        await _written(sqlite_db, "main", MAIN.version)
        broken = changed("broken")
        broken["steps"]["query"]["leads"]["developer"] = "x"
        await publish(sqlite_db, broken)
        await until(lambda: alarms)
        assert "query leads.developer: “developer” leads to “x”, which does not exist" in alarms[0].text
        assert flows.current("main") == MAIN
        await publish(sqlite_db, changed("right again"))
        await until(lambda: _version(flows) != MAIN.version)
        assert alarms[1].cleared
    async with store(tmp_path, sqlite_db) as later:
        assert _version(later) == version(changed("right again"))


async def test_a_row_that_was_edited_in_place_is_not_trusted(tmp_path: Path, sqlite_db: Database) -> None:
    await publish(sqlite_db, changed("as it was published"))
    await sqlite_db.write(lambda s: queries.versions(s, "main")[0].__setattr__("document", changed("as it was edited")))
    alarms: list[Alarm] = []
    async with store(tmp_path, sqlite_db, alarms) as flows:
        assert flows.current("main") == MAIN
        assert "not the one that was published" in alarms[0].text


async def test_what_was_published_by_command_outlives_a_restart_and_an_older_file(
    tmp_path: Path, sqlite_db: Database
) -> None:
    put(tmp_path, changed("in the file"))
    async with store(tmp_path, sqlite_db) as flows:
        await _written(sqlite_db, "main", version(changed("in the file")))
        await publish(sqlite_db, changed("by command"))
        await until(lambda: _version(flows) == version(changed("by command")))
    async with store(tmp_path, sqlite_db) as flows:
        assert _version(flows) == version(changed("by command"))
    put(tmp_path, changed("edited while nobody looked"))
    async with store(tmp_path, sqlite_db) as flows:
        assert _version(flows) == version(changed("edited while nobody looked"))


def _version(flows: Store) -> str:
    flow = flows.current("main")
    assert flow is not None
    return flow.version


OWN, SHIPPED_FILE = "/home/flows/main.json", "/software/flows/main.json"


@pytest.mark.parametrize(
    ("door", "source", "file", "known", "counts_"),
    [
        (Door.SHIPPED, SHIPPED_FILE, SHIPPED_FILE, False, True),  # newer software
        (Door.FILE, OWN, OWN, True, True),  # edited back to what it was once
        (Door.FILE, OWN, SHIPPED_FILE, True, True),  # the file was taken away
        (Door.FILE, "/elsewhere/main.json", SHIPPED_FILE, True, False),  # another controller's file
        (Door.COMMAND, "", OWN, True, False),
        (Door.COMMAND, "", OWN, False, True),  # edited since
        (Door.COMMAND, "", SHIPPED_FILE, False, False),  # newer software does not undo what an administrator did
    ],
)
def test_whether_the_file_counts(door: Door, source: str, file: str, known: bool, counts_: bool) -> None:
    last = InForce("main", "00000001", 3, door, source)
    assert counts("00000002", file, last, own=OWN, known=known) is counts_
    assert counts("00000001", file, last, own=OWN, known=True)  # it is in force already
    assert counts("00000002", file, None, own=OWN, known=False)  # nothing was ever published
