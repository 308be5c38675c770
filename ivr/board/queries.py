"""Boards and takes in the database; every function is (part of) one unit of work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import audit
from db.refusal import Code, Refused
from db.watched import Watched
from ivr.board.board import Board, Take, current
from ivr.board.models import BoardRow, TakeRow
from ivr.board.port import Saved
from ivr.board.tape import Finished

fingerprint = Watched(BoardRow, TakeRow)  # listening changes nothing


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who does something (the number called from, or a name), and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sound that is to become a take of `subject`. seen: the id of the take that was in force when it was begun."""

    tenant: int
    subject: str
    lang: str
    call: str
    sound: Finished
    seen: int = 0


def boards(session: Session) -> dict[tuple[int, str], Board]:
    """(tenant, number) → board, without those deleted."""
    rows = list(session.scalars(select(BoardRow).where(BoardRow.deleted_at.is_(None))))
    takes: dict[int, list[Take]] = {row.id: [] for row in rows}
    for take in session.scalars(select(TakeRow).where(TakeRow.board_id.in_(takes))):
        assert take.board_id is not None
        takes[take.board_id].append(spoken(take))
    return {(row.tenant_id, row.number): _board(row, takes[row.id]) for row in rows}


def spoken(row: TakeRow) -> Take:
    sound = str(Path(row.file).with_suffix(""))
    return Take(row.id, row.lang, row.number, sound, row.seconds, row.withdrawn_at is not None)


def takes(session: Session, tenant: int, subject: str) -> list[TakeRow]:
    """All takes of a board ("board 6001") or a prompt ("prompt welcome"), the newest first."""
    rows = select(TakeRow).where(TakeRow.tenant_id == tenant, TakeRow.subject == subject)
    return list(session.scalars(rows.order_by(TakeRow.lang, TakeRow.number.desc())))


def in_force(session: Session, tenant: int, subject: str, lang: str) -> Take | None:
    return current(map(spoken, takes(session, tenant, subject)), lang)


def dictated(session: Session) -> dict[tuple[str, str], Path]:
    """(language, prompt) → the file in force, of every prompt that was recorded by telephone."""
    rows: dict[tuple[str, str], list[TakeRow]] = {}
    for row in session.scalars(select(TakeRow).where(TakeRow.subject.startswith("prompt "))):
        rows.setdefault((row.lang, row.subject.removeprefix("prompt ")), []).append(row)
    found = {key: current(map(spoken, takes), key[0]) for key, takes in rows.items()}
    return {key: Path(f"{take.sound}.wav") for key, take in found.items() if take}


def add(session: Session, tenant: int, number: str, names: Mapping[str, str], position: int) -> int:
    """A new board, switched on; one that was deleted comes back empty. Raises Refused: there is one already."""
    row = session.scalar(select(BoardRow).where(BoardRow.tenant_id == tenant, BoardRow.number == number))
    if row is not None and row.deleted_at is None:
        raise Refused(Code.DUPLICATE, f"布告栏{number}已经存在。", f"There is a board {number} already.")
    if row is None:
        row = BoardRow(tenant_id=tenant, number=number)
        session.add(row)
    row.name_zh, row.name_en, row.position = names["zh"], names["en"], position
    row.is_on, row.starts_at, row.expires_at, row.deleted_at = True, None, None, None
    session.flush()
    return row.id


def save(session: Session, made: Candidate, stamp: Stamp) -> Saved:
    """Put it in force as the newest take. Told twice it is one take, for a file is a take of one subject only."""
    board = _board_of(session, made)
    if board is not None and board.deleted_at is not None:
        return Saved.GONE
    known = takes(session, made.tenant, made.subject)
    if any(row.file == str(made.sound.file) for row in known):
        return Saved.SAVED
    before = current(map(spoken, known), made.lang)
    row = TakeRow(
        tenant_id=made.tenant,
        subject=made.subject,
        lang=made.lang,
        number=max((row.number for row in known if row.lang == made.lang), default=0) + 1,
        board_id=board.id if board else None,
        call_id=made.call,
        file=str(made.sound.file),
        sha256=made.sound.sha256,
        seconds=made.sound.seconds,
        created_by=stamp.by,
    )
    session.add(row)
    session.flush()
    _note(session, row, stamp, "save", {"subject": row.subject, "lang": row.lang, "number": row.number})
    return Saved.OVER if before is not None and before.id != made.seen else Saved.SAVED


def withdraw(session: Session, take: int, stamp: Stamp) -> None:
    """The take before it is in force again. Told twice it is one step back."""
    row = session.get_one(TakeRow, take)
    if row.withdrawn_at is None:
        row.withdrawn_at = stamp.at
        _note(session, row, stamp, "withdraw", {"subject": row.subject, "lang": row.lang, "number": row.number})


def change(session: Session, tenant: int, number: str, stamp: Stamp, values: Mapping[str, Any]) -> bool:
    """New values for columns of a board; False: there is none, or it has been deleted."""
    of_number = (BoardRow.tenant_id == tenant, BoardRow.number == number)
    row = session.scalar(select(BoardRow).where(*of_number, BoardRow.deleted_at.is_(None)))
    if row is None:
        return False
    for name, value in values.items():
        setattr(row, name, value)
    _note(session, row, stamp, "change", values)
    return True


def delete(session: Session, tenant: int, number: str, stamp: Stamp) -> None:
    """Nobody hears it any more, nor does a board that is made anew under its number."""
    if change(session, tenant, number, stamp, {"deleted_at": stamp.at}):
        for take in takes(session, tenant, f"board {number}"):
            take.withdrawn_at = take.withdrawn_at or stamp.at


def listened(session: Session, counts: Mapping[int, int]) -> None:
    """So many more callers have begun to hear these takes; the rows count as unchanged."""
    table = TakeRow.__table__
    for take, count in counts.items():
        session.execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == take)
            .values(listens=table.c.listens + count)
        )


def _board_of(session: Session, made: Candidate) -> BoardRow | None:
    """The board of a take, held until the commit: two who save at once do so one after the other."""
    kind, _, number = made.subject.partition(" ")
    if kind != "board":
        return None
    one = select(BoardRow).where(BoardRow.tenant_id == made.tenant, BoardRow.number == number)
    return session.scalars(one.with_for_update()).one()


def _board(row: BoardRow, takes: list[Take]) -> Board:
    return Board(
        tenant=row.tenant_id,
        number=row.number,
        name={"zh": row.name_zh, "en": row.name_en},
        on=row.is_on,
        position=row.position,
        starts=row.starts_at,
        expires=row.expires_at,
        takes=tuple(takes),
    )


def _note(session: Session, row: BoardRow | TakeRow, stamp: Stamp, what: str, after: Mapping[str, Any]) -> None:
    table = row.__tablename__
    audit.record(
        session,
        tenant=row.tenant_id,
        at=stamp.at,
        actor=stamp.by or "telephone",
        action=f"{table}.{what}",
        entity=table,
        entity_id=row.id,
        after=dict(after),
        call_id=row.call_id if isinstance(row, TakeRow) else None,
    )
