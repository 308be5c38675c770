"""Prompts recorded by telephone: `./run prompts list|versions|rollback|pin`."""

from typing import Any

from sqlalchemy.orm import Session

from calls.clock import SystemClock
from db.refusal import Code, Refused
from db.tenant import HOME
from db.work import Database
from ivr.board import queries
from ivr.board.board import LANGUAGES, current
from ivr.board.pins import set_pin
from ivr.board.queries import Stamp
from ivr.board.studio import DOOR, subject
from prompts import catalogue, numbers
from server.beside import Words
from server.boards import fit_pin, takes_of
from server.control import Answer


async def prompt(db: Database, words: Words) -> Answer:
    """{"do": "list"}; "versions" with a prompt's name; "rollback" with name, lang, by; "pin" with the PIN of *61.

    list: {prompts: [{number, name, zh, en, recorded: [languages]}]}, in the order of the catalogue
    versions, rollback: {takes: [{lang, number, seconds, by, at, in_force, listens}]}. Raises Refused.
    """
    name = str(words.get("name") or "")
    match words.get("do"):
        case "list":
            return {"prompts": await db.read(_list)}
        case "pin":
            await db.write(_pin, str(words["pin"]))
            return {}
        case "rollback":
            await db.write(_roll_back, name, str(words["lang"]), Stamp(str(words["by"]), SystemClock().now()))
    _known(name)
    return {"takes": await db.read(takes_of, HOME, subject(name))}


def _list(session: Session) -> list[dict[str, Any]]:
    given, recorded = numbers.load(), queries.dictated(session)
    return [
        {
            "number": given.get(each.name),
            "name": each.name,
            **{lang: each.words.get(lang, "") for lang in LANGUAGES},
            "recorded": [lang for lang in LANGUAGES if (lang, each.name) in recorded],
        }
        for each in catalogue.load().values()
        if each.recordable
    ]


def _roll_back(session: Session, name: str, lang: str, stamp: Stamp) -> None:
    _known(name)
    take = current(map(queries.spoken, queries.takes(session, HOME, subject(name))), lang)
    if take is None:
        raise Refused(
            Code.NOT_FOUND,
            f"提示音“{name}”（{lang}）没有电话录音，无需恢复。",
            f"The prompt “{name}” ({lang}) was not recorded by telephone: there is nothing to take back.",
        )
    queries.withdraw(session, take.id, stamp)


def _known(name: str) -> None:
    found = catalogue.load().get(name)
    if found is None or not found.recordable:
        raise Refused(
            Code.NOT_FOUND,
            f"没有可以录制的提示音“{name}”，请用 ./run prompts list 查看。",
            f"There is no prompt “{name}” that a person can record; ./run prompts list has them all.",
        )


def _pin(session: Session, pin: str) -> None:
    fit_pin(pin, DOOR)
    set_pin(session, HOME, DOOR, pin)
