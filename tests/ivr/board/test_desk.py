"""The operator's menu by telephone: number and PIN, every key, slips, two operators, dying controllers (S4-185)."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from calls.facts import KeyPressed, WrongKeys
from calls.unavailable import Unavailable
from db.audit import AuditLog
from db.tenant import HOME
from db.work import Database
from ivr.board import queries
from ivr.board.port import Made, Saved
from ivr.place import Place
from tests.ivr.board.office import DESK, PIN, Office, office
from tests.ivr.desk import words

IN = f" 1 6001# {PIN}#"  # Mandarin, the board, its PIN


@pytest.fixture
async def boards(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with office(sqlite_db, tmp_path) as made:
        await made.add("6001")
        yield made


@pytest.fixture
async def both(db: Database, tmp_path: Path) -> AsyncIterator[Office]:
    """On either engine: where statements are concerned and not keys."""
    async with office(db, tmp_path) as made:
        await made.add("6001")
        yield made


async def test_an_operator_records_and_callers_hear_it(both: Office) -> None:
    stage = await both.call(f"{IN} 2 1 ,,,# 2 1 *", DESK)
    assert words("board_is_empty") in stage.speech
    assert words("take_saved") in stage.speech
    assert words("board_is_on") in stage.said[-2]
    take = both.board("6001").take("zh")
    assert take is not None
    [row] = await both.db.read(queries.takes, HOME, "board 6001")
    assert (row.number, row.created_by, row.call_id) == (1, stage.call.party.caller, stage.call.id)
    assert await asyncio.to_thread(lambda: hashlib.sha256(Path(row.file).read_bytes()).hexdigest()) == row.sha256
    caller = await both.call(" 1 4 *")
    assert "♪ 公告6001" in caller.speech


async def test_the_pin_is_secret(boards: Office) -> None:
    stage = await boards.call(f"{IN} *", DESK)
    assert [fact.key for fact in stage.of(KeyPressed) if fact.private] == [*PIN, "#"]
    assert stage.nodes[-2:] == ["desk", "bye"]


@pytest.mark.parametrize("number", ["6001", "6066", "0000", "8001"])
async def test_three_wrong_pins_and_the_caller_is_let_go_whether_there_is_such_a_board_or_not(
    boards: Office, number: str
) -> None:
    stage = await boards.call(f" 1 {number}# 0000# {number}# 1111# {number}# 2222#", DESK)
    assert stage.speech.count(words("board_wrong")) == 3
    assert stage.nodes[-1] == "bye"
    again = await boards.call(f" 1 {number}# {PIN}#", DESK)
    assert words("board_locked") in again.speech


async def test_a_locked_board_opens_after_a_quarter_of_an_hour(both: Office) -> None:
    await both.call(" 1 6001# 0000# 6001# 1111# 6001# 2222#", DESK)
    both.clock.at += timedelta(minutes=15, seconds=1)
    stage = await both.call(f"{IN} *", DESK)
    assert words("board_desk_1") in stage.speech


@pytest.mark.parametrize(
    ("keys", "exits"),
    [
        ("*", "back"),  # at the number
        ("6001# *", "back"),  # at the PIN
        ("6001*", "back"),
        ("60# 60011# 6001234# ", "gave up"),
        (". . .", "gave up"),
        ("6001# 12# 123456789# 1#", "gave up"),
        ("6001# . . .", "gave up"),
    ],
)
async def test_bad_input_at_the_door(boards: Office, keys: str, exits: str) -> None:
    stage = await boards.call(f" 1 {keys}", DESK)
    assert ("desk", exits) in stage.exits
    assert all("•" in fact.keys or fact.keys.startswith("60") for fact in stage.of(WrongKeys))


async def test_a_short_recording_is_made_again_a_cancelled_one_is_not_kept(boards: Office) -> None:
    stage = await boards.call(f"{IN} 2 1 # ,,# * 2 1 * 2 1 ,,*", DESK)
    assert words("take_short") in stage.speech
    assert stage.speech.count(words("take_cancelled")) == 3
    assert boards.board("6001").takes == ()


@pytest.mark.parametrize("script", [" ,,,!", " ,,,# !", " ,,,# 2!"])
async def test_nothing_is_kept_of_who_hangs_up_before_approving(boards: Office, script: str) -> None:
    stage = await boards.call(f"{IN} 2 1{script}", DESK)
    assert boards.board("6001").takes == ()
    assert stage.ends == 1


async def test_silence_is_no_notice(boards: Office) -> None:
    stage = await boards.stage(f"{IN} 2 1 ,,,# 1 *", DESK, loud=0.0).run()
    assert words("take_silent") in stage.speech
    assert boards.board("6001").takes == ()


async def test_validity_position_and_switch(boards: Office) -> None:
    await boards.record("6001")
    stage = await boards.call(f"{IN} 3 3# 4 7 5 *", DESK)
    board = boards.board("6001")
    assert (board.expires, board.position, board.on) == (boards.clock.at + timedelta(days=3), 7, False)
    assert "二零二四年四月四日" in stage.speech
    assert words("board_is_off") in stage.said[-2]
    await boards.call(f"{IN} 3 0# 5 *", DESK)
    board = boards.board("6001")
    assert (board.expires, board.on) == (None, True)


@pytest.mark.parametrize(
    "keys", ["3 *", "3 1234# *", "3 . . .", "4 *", "4 0 *", "6 *", "6 1 *", "6 9 *", "7 * *", "7 . . ."]
)
async def test_bad_input_in_the_menu_changes_nothing(boards: Office, keys: str) -> None:
    await boards.record("6001")
    before = boards.board("6001")
    stage = await boards.call(f"{IN} {keys}", DESK)
    assert boards.board("6001") == before
    assert stage.ends == 1


async def test_rolling_back_brings_the_take_before(boards: Office) -> None:
    await boards.record("6001", call="A")
    first = boards.board("6001").take("zh")
    await boards.record("6001", call="B")
    stage = await boards.call(f"{IN} 6 1 6 1 *", DESK)
    assert boards.board("6001").take("zh") == first
    assert words("board_rolled_back") in stage.speech
    assert words("board_first") in stage.speech  # the second time there is nothing before


async def test_a_deleted_board_is_gone_and_comes_back_empty(both: Office) -> None:
    await both.record("6001")
    stage = await both.call(f"{IN} 7 1", DESK)
    assert words("board_deleted") in stage.speech
    assert both.boards.board(HOME, "6001") is None
    assert (await both.call(f"{IN}", DESK)).speech.count(words("board_wrong")) == 1
    await both.add("6001")
    assert both.board("6001").takes == () or both.board("6001").spoken("zh") is None


async def test_two_operators_record_one_board_and_the_later_save_is_told(both: Office) -> None:
    def keys() -> Iterator[str]:
        yield from f"{IN} 2 1 ,,,# "
        yield from "1 *"

    other = Made(await both.stage("").call.record("x", most=1, silence=1), "zh", "B", "8002")
    slow = both.stage(keys(), DESK)
    waiting = both.boards.save

    async def after_the_other(board: object, made: Made) -> Saved:
        await waiting(both.board("6001"), other)
        return await waiting(both.board("6001"), made)

    both.boards.save = after_the_other  # type: ignore[method-assign]
    await slow.run()
    assert words("take_saved_over") in slow.speech
    rows = await both.db.read(queries.takes, HOME, "board 6001")
    assert [(row.number, row.created_by) for row in rows] == [(2, slow.call.party.caller), (1, "8002")]
    current = both.board("6001").take("zh")
    assert current is not None
    assert current.number == 2


async def test_a_recording_that_cannot_be_stored_is_not_lost(boards: Office) -> None:
    stage = boards.stage(f"{IN} 2 1 ,,,# 1 1 *", DESK)
    save, tries = boards.boards.save, []

    async def away_at_first(board: object, made: Made) -> Saved:
        tries.append(made.recorded.file)
        if len(tries) == 1:
            raise Unavailable
        return await save(boards.board("6001"), made)

    boards.boards.save = away_at_first  # type: ignore[method-assign]
    await stage.run()
    assert words("take_failed") in stage.speech
    assert words("take_saved") in stage.speech
    assert tries[0] == tries[1]


async def test_saved_twice_after_a_resume_it_is_one_take(boards: Office) -> None:
    assert await boards.record("6001", call="A") is Saved.SAVED
    assert await boards.record("6001", call="A") is Saved.SAVED
    assert len(boards.board("6001").takes) == 1


@pytest.mark.parametrize("phase", ["menu;6001", "record;6001;zh;0", "record;6001;zh;0;-"])
async def test_taken_up_again_where_it_was_without_the_pin(boards: Office, phase: str) -> None:
    recording = " ,,,# 1" if phase.startswith("record") else " 2 1 ,,,# 1"
    stage = await boards.call(f"{recording} *", DESK, place=str(Place("board", DESK.version, "desk", phase=phase)))
    assert words("board_pin") not in stage.speech
    assert words("take_saved") in stage.speech
    assert (words("board_record") in stage.speech) == (not phase.endswith("-"))


async def test_what_operators_do_is_in_the_audit(both: Office) -> None:
    await both.call(f"{IN} 2 1 ,,,# 1 5 7 1", DESK)
    rows = await both.db.read(lambda s: s.scalars(select(AuditLog).order_by(AuditLog.id)).all())
    assert [row.action for row in rows] == ["take.save", "board.change", "board.change"]
    assert rows[0].call_id
    assert {row.actor for row in rows} == {"13800000001"}
