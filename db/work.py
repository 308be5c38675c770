"""The unit of work: a plain synchronous function `fn(session, …)`, the same on both engines (decision 0004).

    room = await db.read(find_room, code)
    await db.write(reserve, room.id, customer)

It runs inside one transaction: a result commits, an exception rolls back. It may run again when the database was
locked or lost its connection, so it must not touch anything but its session.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import pydantic_core
from sqlalchemy import Connection
from sqlalchemy.orm import Session

import db.tenant  # noqa: F401  (every table refers to it)

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Now = Callable[[], datetime]
OnTrouble = Callable[[str, str, bool], None]  # key, text, cleared


class Unreachable(ConnectionError):
    """The database did not answer within the patience of the caller. Nothing has been done."""


class Uncertain(Unreachable):
    """The connection broke during the commit: it may have been done or not. Only idempotent work is repeated."""


class Occupied(RuntimeError):
    """Another process owns this SQLite file."""


class Trouble:
    """A condition of the database: said once in the log and once to `on_trouble` until it is over.

    Raised from any thread; heard on the event loop of whoever waits.
    """

    def __init__(self, key: str, on_trouble: OnTrouble | None) -> None:
        self.key = key
        self.on = False
        self._tell = on_trouble

    def begin(self, loop: asyncio.AbstractEventLoop, text: str) -> None:
        if not self.on:
            self.on = True
            log.warning("%s; waiting, nothing is lost", text)
            self._say(loop, text, False)

    def end(self, loop: asyncio.AbstractEventLoop) -> None:
        if self.on:
            self.on = False
            log.info("the database answers again")
            self._say(loop, "the database answers again", True)

    def _say(self, loop: asyncio.AbstractEventLoop, text: str, cleared: bool) -> None:
        if self._tell is not None:
            loop.call_soon_threadsafe(self._tell, self.key, text, cleared)


class Database(ABC):
    """One database. `dialect` is "sqlite" or "postgresql"."""

    dialect: str

    @staticmethod
    def open(url: str, now: Now, on_trouble: OnTrouble | None = None, *, readonly: bool = False) -> "Database":
        """`sqlite:///path` or `postgresql://user@host/name`; the tables are made by `db.upgrade.upgrade`.

        now         the clock that stamps rows
        on_trouble  told (key, text, cleared) when the database is locked or away, and when it is back
        readonly    do not become the owner of a SQLite file: for looking at it beside a running house

        Raises Occupied if another process owns the SQLite file.
        """
        from db.postgres import PostgresDatabase
        from db.sqlite import SqliteDatabase

        kind, _, rest = url.partition("://")
        match kind.partition("+")[0]:
            case "sqlite":
                return SqliteDatabase(Path(rest.removeprefix("/")), now, on_trouble, readonly=readonly)
            case "postgresql" | "postgres":
                return PostgresDatabase(rest, now, on_trouble)
            case _:
                raise ValueError(f"a database is sqlite:///path or postgresql://user@host/name, not {url!r}")

    @abstractmethod
    async def write(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn` in a transaction of its own and commit. Waits 30 s for a database that is locked or away, then
        raises Unreachable."""

    @abstractmethod
    async def store(self, fn: Callable[[Connection], T]) -> T:
        """As `write`, for rows in bulk: `fn` gets the bare connection, which costs a quarter of a session."""

    @abstractmethod
    async def read(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn` on what is there now; it must not write. On SQLite that is one picture, on PostgreSQL each statement
        has its own (`snapshot` gives one of all tables), and it fails fast (Unreachable after 2 s): somebody is
        waiting on the telephone."""

    @abstractmethod
    async def snapshot(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` on one unchanging picture of all tables, however long it takes and whatever is written meanwhile;
        it must not write. Not for the process that attends to callers: on PostgreSQL `fn` holds up its event loop."""

    @abstractmethod
    async def migrate(self, fn: Callable[[Any], T]) -> T:
        """Run `fn(connection)` with foreign keys off, in one transaction (only `db.upgrade` needs this)."""

    @abstractmethod
    async def close(self) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def to_json(value: object) -> str:
    """Compact JSON that both engines store: no NUL, no half of a surrogate pair, Chinese as itself."""
    try:
        text = pydantic_core.to_json(value).decode()
    except pydantic_core.PydanticSerializationError:
        return pydantic_core.to_json(_scrubbed(value)).decode()
    return pydantic_core.to_json(_scrubbed(value)).decode() if "\\u0000" in text else text


def _scrubbed(value: object) -> object:
    match value:
        case str():
            return value.replace("\0", "").encode("utf-8", "replace").decode()
        case dict():
            return {_scrubbed(name): _scrubbed(part) for name, part in value.items()}
        case list() | tuple():
            return [_scrubbed(part) for part in value]
        case _:
            return value


def clean(text: str, most: int) -> str:
    """Text from outside as both engines can store it, at most `most` characters."""
    text = text[:most]
    return text if text.isascii() and text.isprintable() else text.replace("\0", "").encode("utf-8", "replace").decode()
