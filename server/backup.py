"""`./run backup`: a copy of a house at one moment, also while it runs (S4-59, S3-56, S2-30, S1-36, S1-42).

The rows are read on one snapshot and written as text, so that a backup of one engine can be restored into the other.
It runs in a process of its own: whoever attends to callers is not held up.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from calls.clock import BUSINESS
from db.cipher import KEY_FILE
from db.refusal import Code, Refused
from db.rows import count, lines, shapes
from db.upgrade import head, revision
from db.work import Database
from server.archive import Draft, Manifest, drafted
from server.home import Home
from server.settings import Settings

SETTINGS_FILE = "loupan.toml"
# what cannot be made again; rendered sounds, the exchange's configuration and logs can, or need not
FOLDERS = ("flows", "prompts", "recordings", "exchange/spool/recording")
NAMED = "loupan-*.zip"

Tell = Callable[[str, int, int], None]  # part, its number, of how many


async def backup(
    settings: Settings, target: Path | None, now: datetime, tell: Tell, *, recordings: bool = True, key: bool = False
) -> tuple[Path, Manifest]:
    """Write the archive and read it back; the file and what is in it.

    target      the file; None: one with the time in its name, in the home's backup directory
    recordings  leave out what callers said (the bulk of it) with False
    key         put the key of encrypted numbers in too: whoever has the archive can then read them

    Raises Refused: nothing there, newer than this code, file exists, no room. Then no archive is left behind.
    """
    home = Home(settings.home)
    stamp = now.astimezone(BUSINESS).strftime("%Y%m%d-%H%M%S")
    path = (target or home.backups / f"loupan-{stamp}.zip").absolute()
    url = settings.database or f"sqlite:///{home.database}"
    if not settings.database and not home.database.exists():
        raise Refused(
            Code.NOT_FOUND, f"{home.path} 中没有数据库。", f"There is no database in {home.path}: nothing to back up."
        )
    files = dict(_files(home.path, recordings=recordings, key=key))
    kept = "inside" if KEY_FILE in files else "left out" if (home.path / KEY_FILE).exists() else "none"

    def copy(connection: Connection) -> Manifest:
        at = _known_revision(connection)
        manifest = Manifest(at, connection.dialect.name, now.isoformat(), str(home.path), kept)
        with drafted(path) as draft:
            _tables(connection, draft, manifest, tell)
            for number, (name, file) in enumerate(files.items(), 1):
                manifest.files[name] = draft.file(file, name)
                tell(name, number, len(files))
            draft.close(manifest)
        return manifest

    async with Database.open(url, lambda: now, readonly=True) as db:
        return path, await db.snapshot(copy)


def retain(folder: Path, keep: int) -> list[Path]:
    """Delete all but the `keep` newest backups that were named by the clock; return what was deleted."""
    old = sorted(folder.glob(NAMED), reverse=True)[keep:] if keep > 0 else []
    for file in old:
        file.unlink()
    return old


def _tables(connection: Connection, draft: Draft, manifest: Manifest, tell: Tell) -> None:
    tables = shapes(connection)
    for number, (name, shape) in enumerate(tables.items(), 1):
        manifest.tables[name] = draft.table(name, lines(connection, shape))
        if manifest.tables[name].rows != count(connection, shape):
            raise Refused(
                Code.CONFLICT, f"表 {name} 的行数与读出的不符。", f"Table {name} has another count than was read of it."
            )
        tell(name, number, len(tables))


def _known_revision(connection: Connection) -> str:
    at = revision(connection)
    if at is None:
        raise Refused(Code.NOT_FOUND, "数据库是空的,没有可备份的内容。", "The database is empty: nothing to back up.")
    if at > head():
        raise Refused(
            Code.VALIDATION,
            f"数据库版本 {at} 比程序({head()})新,请先升级程序。",
            f"The database is at revision {at}, newer than this code ({head()}): update the code.",
        )
    return at


def _files(home: Path, *, recordings: bool, key: bool) -> Iterator[tuple[str, Path]]:
    """Path under the home → file."""
    for name in (SETTINGS_FILE, *([KEY_FILE] if key else [])):
        if (home / name).is_file():
            yield name, home / name
    for folder in FOLDERS:
        if folder.endswith(("recordings", "recording")) and not recordings:
            continue
        for file in sorted((home / folder).rglob("*")):
            if file.is_file() and not file.is_symlink():
                yield file.relative_to(home).as_posix(), file
