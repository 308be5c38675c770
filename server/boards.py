"""Bulletin boards and the studio of prompts wired into the centre, and `./run board`, by which boards are made."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from calls.bus import Bus
from calls.clock import Clock
from db.refusal import Code, Refused
from db.work import Database
from ivr.board import queries
from ivr.board.board import LANGUAGES, POSITIONS, current
from ivr.board.boards import Boards
from ivr.board.models import BoardRow
from ivr.board.pins import set_pin
from ivr.board.studio import PromptStudio
from ivr.mailbox.pin import LEAST, MOST, weak
from prompts import numbers
from prompts.voice import HouseVoice
from server import tenants
from server.beside import Words
from server.control import Answer
from server.home import Home

NUMBER = re.compile(r"60(?!00)\d\d")


@asynccontextmanager
async def boards_of(db: Database, bus: Bus, clock: Clock, home: Home) -> AsyncIterator[Boards]:
    boards = Boards(db, bus, clock, home.recordings / "takes")
    await boards.start()
    try:
        yield boards
    finally:
        await boards.stop()


@asynccontextmanager
async def studio_of(db: Database, bus: Bus, clock: Clock, home: Home, voice: HouseVoice) -> AsyncIterator[PromptStudio]:
    studio = PromptStudio(db, bus, clock, home.recordings / "takes")
    given = {name: number for name, number in numbers.load().items() if name in voice.catalogue}
    await studio.start(voice, given)
    try:
        yield studio
    finally:
        await studio.stop()


async def board(db: Database, words: Words) -> Answer:
    """{"do": "list"}; "add" with number, zh, en, pin, position; "pin" with number, pin; "tenant": a tenant's code.

    {"boards": [{number, name_zh, name_en, on, position, starts, expires, takes: [{lang, number, seconds, by, at,
    in_force, listens}]}]}. Raises Refused.
    """
    match words.get("do"):
        case "add":
            await db.write(_add, words)
        case "pin":
            await db.write(_pin, words)
    return {"boards": await db.read(_list, words)}


def _add(session: Session, words: Words) -> None:
    tenant, number, pin = tenants.meant(session, words).id, str(words["number"]), str(words["pin"])
    if not NUMBER.fullmatch(number):
        raise Refused(
            Code.VALIDATION,
            f"布告栏号码须为6001至6099，不能是“{number}”。",
            f"A board has a number from 6001 to 6099, not “{number}”.",
        )
    names = {lang: str(words[lang]).strip() for lang in LANGUAGES}
    if not all(names.values()) or max(map(len, names.values())) > 64:
        raise Refused(
            Code.VALIDATION,
            "布告栏需要中英文名称，各不超过64个字。",
            "A board needs a name in both languages, at most 64 characters each.",
        )
    position = int(words.get("position", 1))
    if position not in POSITIONS:
        raise Refused(Code.VALIDATION, "播放顺序须为1至9。", "The position is 1 to 9.")
    fit_pin(pin, number)
    queries.add(session, tenant, number, names, position)
    set_pin(session, tenant, number, pin)


def _pin(session: Session, words: Words) -> None:
    tenant, number, pin = tenants.meant(session, words).id, str(words["number"]), str(words["pin"])
    one = select(BoardRow.id).where(BoardRow.tenant_id == tenant, BoardRow.number == number)
    if session.scalar(one.where(BoardRow.deleted_at.is_(None))) is None:
        raise Refused(Code.NOT_FOUND, f"没有布告栏{number}。", f"There is no board {number}.")
    fit_pin(pin, number)
    set_pin(session, tenant, number, pin)


def fit_pin(pin: str, number: str) -> None:
    """Raises Refused for a PIN that is none, or would be guessed. number: of the door it opens."""
    be_digits(pin)
    if weak(pin, number):
        raise Refused(
            Code.VALIDATION,
            "密码太容易被猜到，请换一个。",
            "That PIN would be guessed first: no single digit repeated, no run, not the number itself.",
        )


def be_digits(pin: str) -> None:
    """Raises Refused for what is no PIN."""
    if not (pin.isascii() and pin.isdigit() and LEAST <= len(pin) <= MOST):
        raise Refused(
            Code.VALIDATION, f"密码须为{LEAST}至{MOST}位数字。", f"A PIN has {LEAST} to {MOST} digits and nothing else."
        )


def _list(session: Session, words: Words) -> list[dict[str, Any]]:
    tenant = tenants.meant(session, words).id
    rows = select(BoardRow).where(BoardRow.tenant_id == tenant, BoardRow.deleted_at.is_(None))
    return [
        {
            "number": row.number,
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "on": row.is_on,
            "position": row.position,
            "starts": row.starts_at,
            "expires": row.expires_at,
            "takes": takes_of(session, tenant, f"board {row.number}"),
        }
        for row in session.scalars(rows.order_by(BoardRow.position, BoardRow.number))
    ]


def takes_of(session: Session, tenant: int, subject: str) -> list[dict[str, Any]]:
    """[{lang, number, seconds, by, at, in_force, listens}], the newest of each language first."""
    rows = queries.takes(session, tenant, subject)
    force = {take.id for lang in LANGUAGES if (take := current(map(queries.spoken, rows), lang))}
    return [
        {
            "lang": row.lang,
            "number": row.number,
            "seconds": row.seconds,
            "by": row.created_by,
            "at": row.created_at,
            "in_force": row.id in force,
            "listens": row.listens,
        }
        for row in rows
    ]
