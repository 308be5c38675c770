"""Flows as files: the shipped ones, and those the administrator has put beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.check import Catalogue, Problem, check, parse
from ivr.flow import Document, Flow, load

SHIPPED = Path(__file__).with_name("flows")
Stamp = tuple[str, int, int, int]  # of a file: path, inode, size, time of its last change


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in a flow file. flow: None if it may not be published, then `problems` says why."""

    file: Path
    problems: tuple[Problem, ...]
    document: Document | None = None
    flow: Flow | None = None

    @property
    def name(self) -> str:
        return self.file.stem

    def told(self) -> list[str]:
        """The problems, one line each, for a person."""
        return [f"{self.file.name}: {problem}" for problem in self.problems]


def read(file: Path, catalogue: Catalogue) -> Draft:
    """The draft in `file`, checked."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as broken:
        en = f"the file is not UTF-8 (byte {broken.start}); save it as UTF-8"
        return Draft(file, (Problem("", "", en, f"文件不是 UTF-8 编码（第 {broken.start} 字节），请另存为 UTF-8"),))
    except OSError as broken:
        en = f"the file cannot be read: {broken.strerror}; correct its permissions"
        return Draft(file, (Problem("", "", en, f"无法读取文件：{broken.strerror}，请检查权限"),))
    document, problems = parse(text)
    if not problems:
        problems = check(document, catalogue)
    if not problems and document["flow"] != file.stem:
        en = f"the flow is called “{document['flow']}”, so its file must be {document['flow']}.json; rename one of them"
        zh = f"流程名为“{document['flow']}”，文件名须为 {document['flow']}.json，请修改其中之一"
        problems = [Problem("", "flow", en, zh)]
    if problems:
        return Draft(file, tuple(problems))
    return Draft(file, (), document, load(document))


def find(own: Path) -> Mapping[str, Path]:
    """Flow name → file; the administrator's (in `own`) stand in for the shipped ones of the same name."""
    return {file.stem: file for directory in (SHIPPED, own) for file in sorted(directory.glob("*.json"))}


def stamps(own: Path) -> Mapping[str, Stamp]:
    """What changes when a file does; a file that vanishes meanwhile is left out."""
    found = {}
    for name, file in find(own).items():
        try:
            status = file.stat()
        except OSError:
            continue
        found[name] = (str(file), status.st_ino, status.st_size, status.st_mtime_ns)
    return found
