"""A file → its lines. What is no plain sheet is refused with a sentence; nothing in it is ever run."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from db.refusal import Code, Refused
from sales.sheets.cell import Cell, Line

MEGA = 1 << 20
LIMIT = 30 * MEGA  # of the file
UNPACKED = 20 * LIMIT  # of what is packed in it
RATIO = 200  # times: an honest sheet packs to a tenth, a bomb to a thousandth
LINES = 200_000
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how .xls and every encrypted sheet begins
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_DELIMITERS = ",\t;"


def read(path: Path, limit: int = LIMIT) -> list[Line]:
    """The lines of the first sheet of an XLSX, or of a CSV, empty ones left out.

    limit  bytes the file may have

    Raises Refused: E_NOT_FOUND, E_TOO_LARGE, E_VALIDATION (macros, old format, password, broken, no text).
    """
    try:
        size = path.stat().st_size
        if size > limit:
            raise _too_large(path, f"{size / MEGA:.0f} MB", f"{limit / MEGA:.0f} MB")
        data = path.read_bytes()
    except OSError as error:
        raise Refused(
            Code.NOT_FOUND,
            f"无法读取文件 {path.name}:{error.strerror}。",
            f"The file {path.name} cannot be read: {error.strerror}.",
        ) from error
    ending = path.suffix.lower()
    if ending in (".xlsm", ".xltm", ".xlsb", ".xlam"):
        raise _macros(path)
    if data.startswith(OLD_OR_LOCKED):
        raise _locked(path) if _LOCKED in data else _old(path)
    if data.startswith(b"PK"):
        return list(_limited(path, _xlsx(path, data)))
    if ending in (".xlsx", ".xls"):
        raise _broken(path, "not a packed file")
    return list(_limited(path, _csv(path, data)))


def _limited(path: Path, lines: Iterator[Line]) -> Iterator[Line]:
    for number, line in enumerate(lines, 1):
        if number > LINES:
            raise _too_large(path, f"> {LINES}", f"{LINES} 行 lines")
        yield line


# -- XLSX ---------------------------------------------------------------------------------------------------------


def _xlsx(path: Path, data: bytes) -> Iterator[Line]:
    from openpyxl import load_workbook

    try:
        _harmless(path, data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        with closing(book):
            sheet: Any = next((s for s in book.worksheets if s.sheet_state == "visible"), None)
            if sheet is None:
                raise _broken(path, "no sheet in it")
            sheet.reset_dimensions()  # what other programs say there is often wrong, and rows would be missing
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                if any(cell is not None for cell in cells):
                    yield Line(number, tuple(_known(cell) for cell in cells))
    except Refused:
        raise
    except (
        *(zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, AttributeError),
        *(IndexError, OSError, EOFError, AssertionError, NotImplementedError, RuntimeError, OverflowError),
    ) as error:
        raise _broken(path, str(error)) from error


def _harmless(path: Path, data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        members = packed.infolist()
        unpacked = sum(member.file_size for member in members)
        if unpacked > UNPACKED or (unpacked > LIMIT and unpacked > RATIO * len(data)):
            raise _too_large(path, f"{unpacked / MEGA:.0f} MB", f"{UNPACKED / MEGA:.0f} MB")
        names = {member.filename.lower() for member in members}
        if any(name.endswith("vbaproject.bin") for name in names) or "xl/macrosheets" in " ".join(names):
            raise _macros(path)
        if "[content_types].xml" not in names:
            raise _broken(path, "no workbook")
        for member in members:
            if member.flag_bits & 1:
                raise _locked(path)
            if member.filename.lower().endswith((".xml", ".rels")):
                with packed.open(member) as part:
                    begin = part.read(2048)
                if b"macroEnabled" in begin:
                    raise _macros(path)
                if b"<!DOCTYPE" in begin or b"<!ENTITY" in begin:  # entities that unfold to gigabytes
                    raise _broken(path, "it declares entities")


def _known(cell: Any) -> Cell:
    return cell if cell is None or isinstance(cell, Cell) else str(cell)


# -- CSV ----------------------------------------------------------------------------------------------------------


def _csv(path: Path, data: bytes) -> Iterator[Line]:
    words = _decoded(path, data)
    first = next((line for line in words.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(words, newline=""), delimiter=delimiter, strict=True)
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Line(number, tuple(cells))
            number = reader.line_num + 1
    except csv.Error as error:
        raise _broken(path, f"line {number}: {error}") from error


def _decoded(path: Path, data: bytes) -> str:
    """UTF-8 with and without its mark, UTF-16 as Excel writes it, else the Chinese encoding GB18030."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            words = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in words:
            break
        return words
    raise Refused(
        Code.VALIDATION,
        f"{path.name} 不是表格:既不是 XLSX,也不是 UTF-8 或 GB18030 编码的 CSV。",
        f"{path.name} is no sheet: neither XLSX nor CSV in UTF-8 or GB18030.",
    )


# -- refusals -----------------------------------------------------------------------------------------------------


def _too_large(path: Path, size: str, limit: str) -> Refused:
    return Refused(
        Code.TOO_LARGE,
        f"{path.name} 过大({size},上限 {limit}),请分成几个文件。",
        f"{path.name} is too large ({size}, at most {limit}): split it.",
    )


def _macros(path: Path) -> Refused:
    return Refused(
        Code.VALIDATION,
        f"{path.name} 含有宏,不予读取。请另存为普通的 .xlsx 或 .csv。",
        f"{path.name} has macros and is not read. Save it as a plain .xlsx or .csv.",
    )


def _locked(path: Path) -> Refused:
    return Refused(
        Code.VALIDATION,
        f"{path.name} 有密码保护。请先去掉密码再导入。",
        f"{path.name} is protected by a password: take that off first.",
    )


def _old(path: Path) -> Refused:
    return Refused(
        Code.VALIDATION,
        f"{path.name} 是旧的 .xls 格式。请另存为 .xlsx 或 .csv。",
        f"{path.name} is of the old .xls format: save it as .xlsx or .csv.",
    )


def _broken(path: Path, why: str) -> Refused:
    return Refused(
        Code.VALIDATION,
        f"{path.name} 已损坏,无法读取({why})。",
        f"{path.name} is broken and cannot be read ({why}).",
    )
