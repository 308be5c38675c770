"""`./run prompts list|versions|rollback|pin`, and `./run board`."""

from pathlib import Path
from typing import Any

import pytest

from calls.bus import LocalBus
from calls.call import Recorded
from calls.clock import FixedClock
from db.refusal import Refused
from db.tenant import HOME
from db.work import Database
from ivr.board.port import Entry, Made
from ivr.board.studio import DOOR, PromptStudio
from server.boards import board
from server.recorded_prompts import prompt
from tests.ivr.board.office import talk, tenants
from tests.ivr.board.test_studio import Voice
from tests.ivr.desk import MONDAY_10


async def test_a_recording_is_listed_and_taken_back(db: Database, tmp_path: Path) -> None:
    await db.write(tenants)
    await prompt(db, {"do": "pin", "pin": "7351"})
    studio = PromptStudio(db, LocalBus(), FixedClock(MONDAY_10), tmp_path / "takes")
    await studio.start(Voice(), {"welcome": 101})
    try:
        assert await studio.enter(HOME, DOOR, "7351", "8001") is Entry.RIGHT
        made = Made(Recorded(talk(tmp_path / "A.wav"), 3.0, "key", "#"), "zh", "A", "8001")
        await studio.save("welcome", made)
    finally:
        await studio.stop()
    listed = {one["name"]: one for one in (await prompt(db, {"do": "list"}))["prompts"]}
    assert listed["welcome"]["recorded"] == ["zh"]
    assert listed["bye"]["recorded"] == []
    assert "room_say" not in listed
    [take] = (await prompt(db, {"do": "versions", "name": "welcome"}))["takes"]
    assert (take["lang"], take["number"], take["by"], take["in_force"]) == ("zh", 1, "8001", True)
    back = {"do": "rollback", "name": "welcome", "lang": "zh", "by": "chen"}
    [take] = (await prompt(db, back))["takes"]
    assert not take["in_force"]
    with pytest.raises(Refused, match="nothing to take back"):
        await prompt(db, back)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"do": "versions", "name": "parrot"}, "There is no prompt “parrot”"),
        ({"do": "versions", "name": "room_say"}, "that a person can record"),
        ({"do": "rollback", "name": "", "lang": "zh", "by": ""}, "There is no prompt"),
        ({"do": "pin", "pin": "12"}, "4 to 8 digits"),
        ({"do": "pin", "pin": "4444"}, "would be guessed"),
        ({"do": "pin", "pin": "７３５１"}, "4 to 8 digits"),
    ],
)
async def test_what_cannot_be_done_is_told(sqlite_db: Database, words: dict[str, Any], text: str) -> None:
    await sqlite_db.write(tenants)
    with pytest.raises(Refused) as refused:
        await prompt(sqlite_db, words)
    assert text in refused.value.en
    assert refused.value.zh


BOARD = {"do": "add", "number": "6001", "zh": "停水通知", "en": "water", "pin": "7351"}


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({**BOARD, "number": "6000"}, "6001 to 6099"),
        ({**BOARD, "number": "7001"}, "6001 to 6099"),
        ({**BOARD, "zh": " "}, "in both languages"),
        ({**BOARD, "en": "x" * 65}, "at most 64"),
        ({**BOARD, "position": 10}, "1 to 9"),
        ({**BOARD, "pin": "6001"}, "would be guessed"),
        ({**BOARD, "tenant": "nobody"}, "There is no tenant"),
        ({"do": "pin", "number": "6002", "pin": "7351"}, "There is no board 6002"),
        ({**BOARD, "do": "add"}, "There is a board 6001 already"),
    ],
)
async def test_a_board_that_cannot_be_made(sqlite_db: Database, words: dict[str, Any], text: str) -> None:
    await sqlite_db.write(tenants)
    if "already" in text:
        told = await board(sqlite_db, BOARD)
        assert [(one["number"], one["name_zh"], one["on"]) for one in told["boards"]] == [("6001", "停水通知", True)]
    with pytest.raises(Refused) as refused:
        await board(sqlite_db, words)
    assert text in refused.value.en
