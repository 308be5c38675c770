"""`./run restore FILE`: a house out of its backup, into an empty place (S4-59, S1-42).

The archive is read whole before anything is touched; the rows are put in and compared within one transaction; files
take their names at the very end. Whatever goes wrong, what was there stays.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from billing.recordings import sha256
from calls.clock import BUSINESS
from db.cipher import KEY_FILE
from db.refill import empty, fill, renumber, unguarded
from db.refusal import Code, Refused
from db.rows import Shape, content, count, shapes
from db.upgrade import bring, head
from db.work import Database
from server.archive import Archive, Manifest
from server.backup import FOLDERS, SETTINGS_FILE, Tell
from server.home import Home
from server.settings import Settings

STAGE = ".restoring"
# columns that hold the path of a sound file
SOUNDS = (
    ("recording", "file"),
    ("message", "file"),
    ("message_draft", "file"),
    ("mailbox", "greeting"),
    ("take", "file"),
)


async def restore(settings: Settings, file: Path, now: datetime, tell: Tell, *, replace: bool = False) -> Manifest:
    """Put a backup into this installation's home and database; return what was in it.

    replace  a house that is there already is set aside (`before-TIME`: a directory of the home, a schema of
             PostgreSQL) and stays there until somebody deletes it

    The settings of the backup are written beside those of this place (loupan.toml.restored), never over them.
    Raises Refused (damaged, newer than this code, the place is not empty, no room) and HomeTaken while a centre runs.
    """
    aside = f"before-{now.astimezone(BUSINESS):%Y%m%d-%H%M%S}"
    with Archive(file) as archive, Home(settings.home) as home:
        _acceptable(archive.manifest)
        archive.verify()
        with _staged(archive, home) as stage:
            if not replace:
                _nothing_there(archive.manifest, home)
            if settings.database:
                await _into_postgres(archive, settings, home, now, tell, aside if replace else "")
            else:
                await _into_sqlite(archive, home, now, tell, aside if replace else "")
            _take_places(archive.manifest, home, stage, aside if replace else "")
        return archive.manifest


def _acceptable(manifest: Manifest) -> None:
    if manifest.revision > head():
        raise Refused(
            Code.VALIDATION,
            f"备份的数据库版本 {manifest.revision} 比程序({head()})新,请先升级程序。",
            f"The backup is of revision {manifest.revision}, newer than this code ({head()}): update the code.",
        )
    for name in manifest.files:
        path = PurePosixPath(name)
        inside = name in (SETTINGS_FILE, KEY_FILE) or any(path.is_relative_to(folder) for folder in FOLDERS)
        if path.is_absolute() or ".." in path.parts or not inside:
            raise Refused(
                Code.VALIDATION,
                f"备份中的文件 {name} 不属于一个系统目录。",
                f"The backup has a file {name}, which belongs into no house.",
            )


# -- rows ---------------------------------------------------------------------------------------------------------


def _load(connection: Connection, archive: Archive, home: Home, tell: Tell) -> None:
    """Tables of the backup's revision, its rows, compared with the manifest; then up to this code's revision."""
    bring(connection, archive.manifest.revision)
    here, told = shapes(connection), archive.manifest.tables
    if unknown := sorted(set(told) ^ set(here)):
        raise Refused(
            Code.VALIDATION,
            f"备份与数据库版本 {archive.manifest.revision} 的表不一致:{'、'.join(unknown)}。",
            f"The backup has not the tables of revision {archive.manifest.revision}: {', '.join(unknown)}.",
        )
    with unguarded(connection):
        empty(connection, here.values())
        for number, (name, shape) in enumerate(here.items(), 1):
            fill(connection, shape, archive.lines(name))
            tell(name, number, len(here))
    for name, shape in here.items():
        found = content(connection, shape)
        if found != told[name]:
            raise Refused(
                Code.VALIDATION,
                f"表 {name} 恢复后与备份不符({found.rows} 行,应为 {told[name].rows} 行)。",
                f"Table {name} is not what the backup says ({found.rows} rows of {told[name].rows}).",
                table=name,
            )
    renumber(connection, here.values())
    _move_recordings(connection, here, archive.manifest.home, str(home.path))
    bring(connection)


def _move_recordings(connection: Connection, here: dict[str, Shape], old: str, new: str) -> None:
    """Rows name sound files by their whole path: in another home they lie elsewhere."""
    for table, column in SOUNDS:
        if table in here and column in here[table].columns and old != new:
            change = f"{column} = :new || substr({column}, :rest) WHERE substr({column}, 1, :size) = :old"
            about = {"new": new, "old": old, "size": len(old), "rest": len(old) + 1}
            connection.execute(text(f"UPDATE {table} SET {change}"), about)


async def _into_postgres(
    archive: Archive, settings: Settings, home: Home, now: datetime, tell: Tell, aside: str
) -> None:
    def go(connection: Connection) -> None:
        if any(count(connection, shape) for shape in shapes(connection).values()):
            if not aside:
                raise _occupied(settings.database.rpartition("@")[2])
            others = connection.execute(text(_OTHERS)).scalar_one()
            if others:
                raise Refused(
                    Code.LOCKED,
                    f"还有 {others} 个连接在使用该数据库,请先停止它们。",
                    f"{others} other connections use this database: stop those first.",
                )
            schema = connection.execute(text("SELECT current_schema()")).scalar_one()
            connection.exec_driver_sql(f'ALTER SCHEMA "{schema}" RENAME TO "{aside}"')
            connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
        _load(connection, archive, home, tell)

    async with Database.open(settings.database, lambda: now) as db:
        await db.migrate(go)


_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


async def _into_sqlite(archive: Archive, home: Home, now: datetime, tell: Tell, aside: str) -> None:
    """Into a file beside the one in use, which takes its place in one step."""
    made = home.database.with_name(home.database.name + STAGE)
    _remove(made)
    try:
        async with Database.open(f"sqlite:///{made}", lambda: now) as db:
            await db.migrate(lambda connection: _load(connection, archive, home, tell))
        if aside and home.database.exists():
            _settle(home.database)
            (home.path / aside).mkdir(exist_ok=True)
            os.link(home.database, home.path / aside / home.database.name)
        os.replace(made, home.database)
    except (DBAPIError, OSError) as error:
        if isinstance(error, OSError) or getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _NO_ROOM:
            raise Refused(
                Code.LIMIT,
                f"无法写入 {made}({getattr(error, 'orig', error)})。原有数据未改动。",
                f"{made} cannot be written ({getattr(error, 'orig', error)}). What was there is untouched.",
            ) from error
        raise
    finally:
        _remove(made)


_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_TOOBIG})


def _settle(database: Path) -> None:
    """What still stands in the write-ahead log belongs to the file that is set aside."""
    with closing(sqlite3.connect(database)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm", ".owner"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


# -- files --------------------------------------------------------------------------------------------------------


def _nothing_there(manifest: Manifest, home: Home) -> None:
    """The files of this place are none, or the very ones of the backup. The database of PostgreSQL is asked later."""
    if home.database.exists() and _has_rows(home.database):
        raise _occupied(str(home.path))
    for name in (KEY_FILE, *FOLDERS):
        for file in [home.path / name] if (home.path / name).is_file() else sorted((home.path / name).rglob("*")):
            told = manifest.files.get(file.relative_to(home.path).as_posix())
            if file.is_file() and (told is None or told.sha256 != sha256(file)):
                if name == KEY_FILE and manifest.key != "inside":
                    continue  # whoever restores has put the key there, as he was told to
                raise _occupied(str(file))


def _has_rows(database: Path) -> bool:
    with closing(sqlite3.connect(database)) as there:
        names = [row[0] for row in there.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return any(
            there.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone() for name in names if name != "alembic_version"
        )


def _occupied(what: str) -> Refused:
    return Refused(
        Code.CONFLICT,
        f"{what} 中已有数据。请恢复到空的位置,或使用 --replace(原有数据会另行保存)。",
        f"{what} is not empty. Restore into an empty place, or say --replace: what is there is then set aside.",
    )


@contextmanager
def _staged(archive: Archive, home: Home) -> Iterator[Path]:
    """All files of the backup, under a directory of the same disk."""
    stage = home.path / STAGE
    shutil.rmtree(stage, ignore_errors=True)
    try:
        try:
            for name in archive.manifest.files:
                archive.save(name, stage / name)
        except OSError as error:
            raise Refused(
                Code.LIMIT,
                f"无法写入 {error.filename or home.path}:{error.strerror}。",
                f"{error.filename or home.path} cannot be written: {error.strerror}.",
            ) from error
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _take_places(manifest: Manifest, home: Home, stage: Path, aside: str) -> None:
    for name in (*FOLDERS, *([KEY_FILE] if manifest.key == "inside" else [])):
        there = home.path / name
        if aside and there.exists() and (there.is_file() or any(there.iterdir())):
            kept = home.path / aside / name
            kept.parent.mkdir(parents=True, exist_ok=True)
            os.replace(there, kept)
    for name in manifest.files:
        target = home.path / (name + ".restored" if name == SETTINGS_FILE else name)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(stage / name, target)
