"""Callers hear boards: F13, the order, the languages, what changes while one is playing."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from calls.facts import BoardHeard, Said
from db.tenant import HOME
from db.work import Database
from ivr.board import queries
from ivr.place import Place
from tests.ivr.board.office import Office, office
from tests.ivr.desk import MAIN, filled, words


@pytest.fixture
async def boards(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with office(sqlite_db, tmp_path) as made:
        yield made


def heard(number: str, lang: str = "zh") -> str:
    return "♪ " + {"zh": f"公告{number}", "en": f"notice {number}"}[lang]


@pytest.mark.parametrize(("key", "lang"), [("1", "zh"), ("2", "en")])
async def test_f13_the_only_board_is_heard_at_once_and_star_goes_back(boards: Office, key: str, lang: str) -> None:
    await boards.add("6001")
    await boards.record("6001", lang)
    stage = await boards.call(f" {key} 4 *")
    assert stage.nodes == ["welcome", "lang", "root", "boards", "root"]
    assert stage.said[3].startswith(heard("6001", lang) + ("" if lang == "zh" else " ") + words("board_again", lang))
    assert words("board_next", lang) not in stage.speech
    assert [(fact.board, fact.lang) for fact in stage.of(BoardHeard)] == [("6001", lang)]


async def test_no_board_no_notice(boards: Office) -> None:
    stage = await boards.call(" 1 4")
    assert stage.nodes == ["welcome", "lang", "root", "boards", "root"]
    assert words("board_none") in stage.speech


async def test_several_are_offered_in_their_order_and_follow_each_other(boards: Office) -> None:
    for number, position in (("6001", 3), ("6002", 1), ("6003", 2)):
        await boards.add(number, position)
        await boards.record(number, call=number)
    stage = await boards.call(" 1 4 2 2 2 1 0")
    offered = [filled("board_option", text=f"公告{n}", number=k) for k, n in enumerate(("6002", "6003", "6001"), 1)]
    assert stage.said[3].startswith("".join(offered))
    assert [fact.board for fact in stage.of(BoardHeard)] == ["6003", "6001", "6001"]
    assert words("board_last") in stage.speech  # the second “2”: there is nothing after the last
    assert stage.nodes[-1] == "operator_failed"


async def test_without_english_the_mandarin_is_announced_and_heard(boards: Office) -> None:
    await boards.add("6001")
    await boards.record("6001", "zh")
    stage = await boards.call(" 2 4 *")
    assert stage.said[3].startswith(f"{words('board_other_lang', 'en')} {heard('6001')} ")


async def test_what_is_off_over_deleted_or_another_tenants_is_not_heard(boards: Office) -> None:
    for number in ("6001", "6002", "6003", "6004"):
        await boards.add(number)
        await boards.record(number, call=number)
    await boards.add("6009", tenant=2)
    await boards.boards.turn(boards.board("6001"), False, "8001")
    await boards.boards.last_until(boards.board("6002"), 1, "8001")
    await boards.boards.delete(boards.board("6003"), "8001")
    boards.clock.at += timedelta(days=1)
    assert [board.number for board in boards.boards.on_show(HOME)] == ["6004"]


async def test_a_board_that_ends_while_it_plays_is_heard_to_its_end_and_not_again(boards: Office) -> None:
    await boards.add("6001")
    await boards.record("6001")
    await boards.boards.last_until(boards.board("6001"), 1, "8001")

    def keys() -> Iterator[str]:
        yield from " 1 4 "
        boards.clock.at += timedelta(days=1)  # while the caller listens
        yield from "1 *"

    stage = await boards.stage(keys()).run()
    assert stage.said[3].startswith(heard("6001"))
    assert stage.said[4].startswith(words("board_gone"))
    assert stage.nodes[-1] == "root"


async def test_who_listens_to_an_old_take_hears_it_out_and_the_new_one_on_asking_again(boards: Office) -> None:
    await boards.add("6001")
    await boards.record("6001", call="old")
    old = boards.board("6001").take("zh")
    assert old is not None
    place = Place("main", MAIN.version, "boards", phase=f"6001;{old.id}")
    await boards.record("6001", call="new")  # saved while the caller's controller was dead, or the caller listened
    stage = await boards.call(" 1 *", place=str(place))
    new = boards.board("6001").take("zh")
    assert new is not None
    assert [fact.take for fact in stage.of(BoardHeard)] == [new.id]  # the resumed listening counts once, elsewhere
    assert len([fact for fact in stage.of(Said) if fact.text.startswith("♪")]) == 2


async def test_listening_is_counted(boards: Office) -> None:
    await boards.add("6001")
    await boards.record("6001")
    for _ in range(2):
        stage = await boards.call(" 1 4 1 *")
        for fact in stage.of(BoardHeard):
            boards.boards._hear(fact)
    await boards.boards.count()
    [take] = await boards.db.read(queries.takes, HOME, "board 6001")
    assert take.listens == 4


async def test_a_caller_who_asks_again_for_hours_is_served(boards: Office) -> None:
    await boards.add("6001")
    await boards.record("6001")
    stage = await boards.call(" 1 4" + " 1" * 600 + " *")
    assert len(stage.of(BoardHeard)) == 601
    assert stage.nodes[-1] == "root"
