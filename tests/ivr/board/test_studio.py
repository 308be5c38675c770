"""A prompt is recorded by telephone: heard from the next call on, and taken back (S4-60)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from calls.bus import LocalBus
from calls.clock import FixedClock
from calls.facts import KeyPressed
from db.tenant import HOME
from db.work import Database
from ivr.board.pins import set_pin
from ivr.board.studio import DOOR, Dictated, PromptStudio
from ivr.flow import load
from ivr.place import Place
from tests.ivr.board.office import PIN, RecordingCall, tenants
from tests.ivr.desk import MONDAY_10, Stage, document, words

DESK = load(document("recording"))
NUMBERS = {"welcome": 101, "bye": 102}
IN = f" 1 {PIN}# 101#"  # Mandarin, the password, the welcome


class Voice:
    """What it was told to say."""

    def __init__(self) -> None:
        self.files: Dictated = {}

    def dictated(self, files: Dictated) -> None:
        self.files = files


class Booth:
    """A studio, its voice, and calls into it."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db, self.folder, self.voice, self.clock = db, folder, Voice(), FixedClock(MONDAY_10)
        self.studio = PromptStudio(db, LocalBus(), self.clock, folder / "takes")

    async def call(self, script: str, place: str = "") -> Stage:
        stage = Stage("", DESK, studio=self.studio)
        call = RecordingCall(script, stage.clock, stage.desk.bus)
        call.folder = self.folder
        stage.call = stage.visit.call = call
        return await stage.run(place=place)


@pytest.fixture
async def booth(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Booth]:
    await sqlite_db.write(tenants)
    await sqlite_db.write(set_pin, HOME, DOOR, PIN)
    made = Booth(sqlite_db, tmp_path)
    await made.studio.start(made.voice, NUMBERS)
    yield made
    await made.studio.stop()


async def test_a_recorded_prompt_is_in_force_at_once_and_taken_back_step_by_step(booth: Booth) -> None:
    stage = await booth.call(f"{IN} 2 1 ,,,# 2 1 2 1 ,,,# 1 *")
    assert stage.speech.count(words("take_saved")) == 2
    second = booth.voice.files["zh", "welcome"]
    stage = await booth.call(f"{IN} 3 1 *")
    assert words("studio_restored") in stage.speech
    first = booth.voice.files["zh", "welcome"]
    assert first != second
    stage = await booth.call(f"{IN} 3 1 3 1 *")
    assert words("studio_none") in stage.speech  # the second time there is nothing of a telephone's any more
    assert booth.voice.files == {}


async def test_each_language_is_recorded_by_itself(booth: Booth) -> None:
    await booth.call(f"{IN} 2 2 ,,,# 1 *")
    assert set(booth.voice.files) == {("en", "welcome")}


async def test_what_is_heard_now_can_be_listened_to_with_the_companys_name(booth: Booth) -> None:
    stage = await booth.call(f"{IN} 1 2 *")
    assert "Hello, this is Haitian Real Estate." in stage.speech


async def test_after_a_restart_and_on_another_controller_it_is_still_heard(booth: Booth) -> None:
    await booth.call(f"{IN} 2 1 ,,,# 1 *")
    other = PromptStudio(booth.db, LocalBus(), booth.clock, booth.folder / "takes")
    voice = Voice()
    await other.start(voice, NUMBERS)
    await other.stop()
    assert voice.files == booth.voice.files != {}


async def test_the_password_is_secret_and_three_wrong_ones_lock(booth: Booth) -> None:
    stage = await booth.call(" 1 0000# 1111# 2222#")
    assert [fact.private for fact in stage.of(KeyPressed)] == [False] + [True] * 15
    assert stage.speech.count(words("studio_wrong")) == 3
    assert stage.exits[-1] == ("desk", "refused")
    assert words("board_locked") in (await booth.call(f" 1 {PIN}#")).speech


@pytest.mark.parametrize(
    ("keys", "exit"),
    [
        ("*", "back"), ("73*", "back"), (". . .", "gave up"), ("1# 123456789# 12#", "gave up"),
        (f"{PIN}# *", "back"), (f"{PIN}# 7# 8# 999#", "gave up"), (f"{PIN}# 123456# # 1234567#", "gave up"),
        (f"{PIN}# 101# 0", "agent"), (f"{PIN}# 101# 7 8 9", "gave up"), (f"{PIN}# 101# 2 * 1 . . . .", "gave up"),
    ],
)  # fmt: skip
async def test_bad_input_changes_nothing(booth: Booth, keys: str, exit: str) -> None:
    stage = await booth.call(f" 1 {keys}")
    assert ("desk", exit) in stage.exits
    assert booth.voice.files == {}


async def test_hanging_up_saves_nothing(booth: Booth) -> None:
    stage = await booth.call(f"{IN} 2 1 ,,,# !")
    assert booth.voice.files == {}
    assert stage.ends == 1


@pytest.mark.parametrize("phase", ["menu;101", "record;101;zh;0", "record;101;zh;0;-"])
async def test_taken_up_again_where_it_was_without_the_password(booth: Booth, phase: str) -> None:
    script = " ,,,# 1 *" if phase.startswith("record") else " 2 1 ,,,# 1 *"
    stage = await booth.call(script, str(Place("recording", DESK.version, "desk", phase=phase)))
    assert words("studio_pin") not in stage.speech
    assert set(booth.voice.files) == {("zh", "welcome")}
