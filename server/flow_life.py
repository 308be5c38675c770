"""`./run flow draft|publish|versions|rollback|diff`: the life of a flow, by command (S4-61)."""

import getpass
import json
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from calls.clock import SystemClock
from db.refusal import Code, Refused
from db.work import Database
from ivr import files, queries
from ivr.check import NAME, Catalogue, Problem, check, parse
from ivr.difference import difference
from ivr.flow import Document
from ivr.models import FlowVersion
from ivr.publication import Door, Publication
from prompts import catalogue
from server.beside import Words
from server.control import Answer

MOST_TOLD = 20  # problems of one document


async def flow(db: Database, words: Words) -> Answer:
    """{"do": …, "name": the flow, "by": who}. Raises Refused; nothing is changed by what is refused.

    draft     with "text", a document in JSON: kept as the draft. {problems: [[zh, en], …]}; it may still have some
    show      the draft, or what is in force. {text, draft: bool}
    drop      the draft is thrown away. {dropped: bool}
    publish   the draft is in force from now on. {number, version}
    rollback  what was in force before, or the version with this "number". {number, version}
    versions  {versions: [{number, version, at, by, door, in_force}], draft: {by, at, problems} or null}
    diff      between "old" and "new": numbers, "draft", or "" = what is in force. {lines: [[zh, en], …]}
    """
    work = {
        "draft": _draft,
        "show": _show,
        "drop": _drop,
        "publish": _publish,
        "rollback": _rollback,
        "versions": _versions,
        "diff": _diff,
    }.get(str(words.get("do")))
    if work is None:
        raise Refused(Code.VALIDATION, "没有这个命令。", "There is no such command.")
    known = catalogue.load()
    doing = db.read if work in (_show, _versions, _diff) else db.write
    answer: Answer = await doing(lambda session: work(session, words, known))
    return answer


def who() -> str:
    """Whoever sits at this terminal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "administrator"


def _draft(session: Session, words: Words, known: Catalogue) -> Answer:
    name, text = str(words["name"]), str(words["text"])
    if not NAME.fullmatch(name):
        raise Refused(Code.VALIDATION, f"“{name}”不能作流程名。", f"“{name}” can be no flow's name.")
    queries.save_draft(session, name, text, str(words["by"]), SystemClock().now())
    return {"problems": [[_place(problem) + problem.text_zh, str(problem)] for problem in _read(name, text, known)[1]]}


def _show(session: Session, words: Words, known: Catalogue) -> Answer:
    name = str(words["name"])
    if kept := queries.draft(session, name):
        return {"text": kept.text, "draft": True}
    document = _version(session, name, "", known)
    return {"text": json.dumps(document, ensure_ascii=False, indent=2) + "\n", "draft": False}


def _drop(session: Session, words: Words, known: Catalogue) -> Answer:
    return {"dropped": queries.drop_draft(session, str(words["name"]))}


def _publish(session: Session, words: Words, known: Catalogue) -> Answer:
    name = str(words["name"])
    answer = _put(session, _kept(session, name, known), str(words["by"]), known)
    queries.drop_draft(session, name)
    return answer


def _rollback(session: Session, words: Words, known: Catalogue) -> Answer:
    name, number = str(words["name"]), str(words.get("number") or "")
    if not number:
        rows = _all(session, name)
        if len(rows) < 2:
            raise Refused(
                Code.NOT_FOUND,
                f"流程“{name}”没有更早的版本。",
                f"The flow “{name}” has no earlier version to go back to.",
            )
        number = str(rows[1].number)
    return _put(session, _version(session, name, number, known), str(words["by"]), known)


def _versions(session: Session, words: Words, known: Catalogue) -> Answer:
    name = str(words["name"])
    kept = queries.draft(session, name)
    draft = kept and {"by": kept.saved_by, "at": kept.saved_at, "problems": len(_read(name, kept.text, known)[1])}
    rows = [
        {
            "number": row.number,
            "version": row.version,
            "at": row.published_at,
            "by": row.published_by,
            "door": row.door,
            "in_force": place == 0,
        }
        for place, row in enumerate(_all(session, name))
    ]
    return {"versions": rows, "draft": draft}


def _diff(session: Session, words: Words, known: Catalogue) -> Answer:
    name = str(words["name"])
    old, new = (_version(session, name, str(words.get(side) or ""), known) for side in ("old", "new"))
    return {"lines": [list(line) for line in difference(old, new, known)]}


def _put(session: Session, document: Document, by: str, known: Catalogue) -> dict[str, Any]:
    if problems := check(document, known):
        raise _faulty(problems)
    number = queries.publish(session, document, Publication(Door.COMMAND, by, SystemClock().now()))
    return {"number": number, "version": queries.versions(session, document["flow"])[0].version}


def _kept(session: Session, name: str, known: Catalogue) -> Document:
    """The draft, without a mistake."""
    kept = queries.draft(session, name)
    if kept is None:
        raise Refused(
            Code.NOT_FOUND,
            f"流程“{name}”没有草稿，请先执行 ./run flow draft {name} 文件。",
            f"There is no draft of the flow “{name}”: put one there by ./run flow draft {name} FILE",
        )
    document, problems = _read(name, kept.text, known)
    if problems:
        raise _faulty(problems)
    return document


def _read(name: str, text: str, known: Catalogue) -> tuple[Document, list[Problem]]:
    """The document of a draft and everything that forbids publishing it under this name."""
    document, problems = parse(text)
    problems = problems or check(document, known)
    if not problems and document["flow"] != name:
        en = f"the document is called “{document['flow']}”, but it is the draft of “{name}”; rename one of them"
        problems = [Problem("", "flow", en, f"文件中的流程名为“{document['flow']}”，与“{name}”不符，请修改其中之一")]
    return document, problems


def _all(session: Session, name: str) -> list[FlowVersion]:
    rows = queries.versions(session, name)
    if not rows:
        raise Refused(
            Code.NOT_FOUND,
            f"流程“{name}”还没有发布过任何版本。",
            f"No version of a flow “{name}” has been published yet.",
        )
    return rows


def _version(session: Session, name: str, which: str, known: Catalogue) -> Document:
    """A number, "draft", or "": the one in force, which before the first start is the shipped one."""
    if which == "draft":
        return _kept(session, name, known)
    shipped = files.SHIPPED / f"{name}.json"
    if not which and not queries.versions(session, name) and shipped.exists():
        document: Document = json.loads(shipped.read_text(encoding="utf-8"))
        return document
    rows = _all(session, name)
    row = next((row for row in rows if str(row.number) == which), None) if which else rows[0]
    if row is None:
        numbers = ", ".join(sorted((str(row.number) for row in rows), key=int))
        raise Refused(
            Code.NOT_FOUND,
            f"流程“{name}”没有版本“{which}”，现有：{numbers}。",
            f"The flow “{name}” has no version “{which}”; there are: {numbers}.",
        )
    return row.document


def _faulty(problems: list[Problem]) -> Refused:
    """Everything that forbids publishing, a line each."""
    more = len(problems) - MOST_TOLD
    zh = [_place(problem) + problem.text_zh for problem in problems[:MOST_TOLD]]
    en = [str(problem) for problem in problems[:MOST_TOLD]]
    if more > 0:
        zh.append(f"……另有 {more} 处")
        en.append(f"… and {more} more")
    return Refused(Code.VALIDATION, "\n".join(["流程有错误，没有发布：", *zh]), "\n".join(["Not published:", *en]))


def _place(problem: Problem) -> str:
    where = " ".join(word for word in (problem.step, problem.field) if word)
    return f"{where}：" if where else ""


def read(file: Path) -> str:
    """The text of a document. Raises Refused."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as broken:
        raise Refused(Code.NOT_FOUND, f"无法读取 {file}：{broken}", f"{file} cannot be read: {broken}") from None
