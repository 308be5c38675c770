"""The archive of a backup: one zip file with the rows of every table, the files of the house, and a manifest.

    manifest.json        revision, engine, when, rows and SHA-256 of every table, size and SHA-256 of every file
    tables/NAME.jsonl    a line for every row (`db.rows`)
    files/PATH           what lay under LOUPAN_HOME at that path

It is made under another name and takes its own only once it was read back and compared: there is never half of one.
"""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from db.refusal import Code, Refused
from db.rows import Content, Tally

FORMAT = "loupan-backup"
VERSION = 1
MANIFEST = "manifest.json"
PIECE = 1 << 20
SOUND = frozenset({".wav", ".gsm", ".mp3", ".ogg", ".g722", ".sln16", ".zip", ".xlsx", ".jpg", ".png"})


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself.

    home   where the house was: paths in the rows begin with it
    key    the key of encrypted numbers: "inside", "left out" (it has to be kept elsewhere), or "none" there was
    files  path under the home → size and SHA-256
    """

    revision: str
    engine: str
    created: str
    home: str
    key: str
    tables: dict[str, Content] = field(default_factory=dict)
    files: dict[str, Content] = field(default_factory=dict)  # `rows` of a file are its bytes

    def as_json(self) -> dict[str, Any]:
        return {"format": FORMAT, "version": VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Manifest":
        tables, files = ({key: Content(**value) for key, value in told[name].items()} for name in ("tables", "files"))
        plain = {name: str(told[name]) for name in ("revision", "engine", "created", "home", "key")}
        return cls(**plain, tables=tables, files=files)


def member(table: str) -> str:
    return f"tables/{table}.jsonl"


class Draft:
    """An archive in the making."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._zip = file

    def table(self, name: str, lines: Iterator[str]) -> Content:
        tally = Tally()
        with self._zip.open(member(name), "w", force_zip64=True) as out:
            for line in lines:
                out.write(tally.take(line))
        return tally.content

    def file(self, path: Path, name: str) -> Content:
        """A file of the house as it is at this moment; one that still grows is taken as far as it is."""
        digest, size = hashlib.sha256(), 0
        entry = zipfile.ZipInfo(f"files/{name}")
        entry.compress_type = zipfile.ZIP_STORED if path.suffix in SOUND else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        with path.open("rb") as source, self._zip.open(entry, "w", force_zip64=True) as out:
            while piece := source.read(PIECE):
                out.write(piece)
                digest.update(piece)
                size += len(piece)
        return Content(size, digest.hexdigest())

    def close(self, manifest: Manifest) -> None:
        self._zip.writestr(MANIFEST, json.dumps(manifest.as_json(), ensure_ascii=False, indent=1))


@contextmanager
def drafted(target: Path) -> Iterator[Draft]:
    """Make the archive `target`: it is there only if the block ends well and what was written reads back the same.

    Raises Refused: there is such a file already, no room on the disk.
    """
    if target.exists():
        raise Refused(
            Code.DUPLICATE, f"{target} 已存在,请换一个文件名。", f"{target} exists already: choose another name."
        )
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
                yield Draft(packed)
            raw.flush()
            os.fsync(raw.fileno())
        with Archive(part) as made:
            made.verify()
        os.replace(part, target)
        _settle(target.parent)
    except OSError as error:
        if isinstance(error, ConnectionError):  # of the database, not of this file
            raise
        raise Refused(
            Code.LIMIT,
            f"无法写入备份 {target}:{error.strerror}。原有备份均未改动。",
            f"The backup {target} cannot be written: {error.strerror}. What was there before is untouched.",
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """A new name survives a power cut only once its directory is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Archive:
    """An archive that is read: `with Archive(path) as archive`. Raises Refused for whatever is not whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> "Archive":
        try:
            self._zip = zipfile.ZipFile(self.path)
        except FileNotFoundError:
            raise Refused(Code.NOT_FOUND, f"没有文件 {self.path}。", f"There is no file {self.path}.") from None
        except (zipfile.BadZipFile, OSError, EOFError) as error:
            raise Refused(
                Code.VALIDATION,
                f"{self.path} 不是完整的备份文件:被截断,或根本不是备份({error})。",
                f"{self.path} is not a whole backup: it was cut off, or is something else ({error}).",
            ) from None
        try:
            self.manifest = self._read_manifest()
        except BaseException:
            self._zip.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def _read_manifest(self) -> Manifest:
        try:
            told = json.loads(self._zip.read(MANIFEST))
            if told["format"] != FORMAT:
                raise KeyError(told["format"])
            if told["version"] > VERSION:
                raise Refused(
                    Code.VALIDATION,
                    f"{self.path} 的备份格式({told['version']})比本程序新,请先升级程序。",
                    f"{self.path} is of a newer format ({told['version']}) than this code knows: update the code.",
                )
            return Manifest.from_json(told)
        except (KeyError, TypeError, ValueError, AttributeError, zipfile.BadZipFile, zlib.error, OSError) as error:
            raise Refused(
                Code.VALIDATION,
                f"{self.path} 不是楼盘系统的备份文件,或清单已损坏。",
                f"{self.path} is not a backup of this house, or its manifest is damaged.",
            ) from error

    def lines(self, table: str) -> Iterator[str]:
        """The rows of a table; after the last one count and checksum are compared. Raises Refused, naming the table."""
        tally = Tally()
        try:
            with self._zip.open(member(table)) as rows:
                for data in rows:
                    line = data.decode().removesuffix("\n")
                    tally.take(line)
                    yield line
        except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, UnicodeDecodeError) as error:
            raise self._damaged("表", "Table", table, str(error)) from error
        told = self.manifest.tables[table]
        if tally.content != told:
            raise self._damaged("表", "Table", table, f"{tally.content.rows} rows, the manifest says {told.rows}")

    def save(self, name: str, target: Path) -> None:
        """Write a file of the house to `target`. Raises Refused, naming the file."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            for piece in self._pieces(name):
                out.write(piece)

    def verify(self) -> None:
        """Read everything once. Raises Refused for the first part that is not as the manifest says."""
        for table in self.manifest.tables:
            for _ in self.lines(table):
                pass
        for name in self.manifest.files:
            for _ in self._pieces(name):
                pass

    def _pieces(self, name: str) -> Iterator[bytes]:
        digest, size = hashlib.sha256(), 0
        try:
            with self._zip.open(f"files/{name}") as source:
                while piece := source.read(PIECE):
                    digest.update(piece)
                    size += len(piece)
                    yield piece
        except (zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
            raise self._damaged("文件", "File", name, str(error)) from error
        if Content(size, digest.hexdigest()) != self.manifest.files[name]:
            raise self._damaged("文件", "File", name, "the checksum differs")

    def _damaged(self, zh: str, en: str, name: str, why: str) -> Refused:
        return Refused(
            Code.VALIDATION,
            f"备份 {self.path} 已损坏:{zh} {name} 的行数或校验和不符({why})。什么都没有改动。",
            f"The backup {self.path} is damaged: {en.lower()} {name} differs from its count or checksum ({why}). "
            "Nothing has been changed.",
            **{en.lower(): name},
        )
