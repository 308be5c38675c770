"""An engine's process: killed, stuck, chattering, refusing; the next line is spoken all the same."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from prompts import sound
from prompts.speech.child import Spoken
from prompts.speech.engine import Down, Line, Unspeakable

pytestmark = pytest.mark.slow  # a Python with numpy takes a second to start


@pytest.fixture
async def engine() -> AsyncIterator[Spoken]:
    engine = Spoken("tone", "1", "tests.prompts.tone_worker", {"zh": "zh", "en": "en"})
    yield engine
    await engine.close()
    assert engine.child.pid is None


async def say(engine: Spoken, text: str, out: Path, patience: float = 30) -> None:
    await engine.render(Line("en", text), out, patience)


async def test_a_line_is_rendered_at_the_right_level(engine: Spoken, tmp_path: Path) -> None:
    await say(engine, "hello", tmp_path / "deep" / "down" / "a.ulaw")
    samples = sound.from_ulaw((tmp_path / "deep" / "down" / "a.ulaw").read_bytes())
    assert sound.LEVELS[0] <= sound.level(samples) <= sound.LEVELS[1]
    assert os.listdir(tmp_path / "deep" / "down") == ["a.ulaw"]


async def test_what_a_library_prints_is_no_answer(engine: Spoken, tmp_path: Path) -> None:
    await say(engine, "chatter", tmp_path / "a.ulaw")
    await say(engine, "stderr", tmp_path / "b.ulaw")
    assert (tmp_path / "b.ulaw").exists()


async def test_a_child_that_dies_is_replaced(engine: Spoken, tmp_path: Path) -> None:
    with pytest.raises(Down, match="died"):
        await say(engine, "die", tmp_path / "a.ulaw")
    await say(engine, "hello", tmp_path / "a.ulaw")
    pid = engine.child.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(Down):
        for _ in range(2):  # the first may still find the pipe open
            await say(engine, "die", tmp_path / "b.ulaw")
    await say(engine, "hello", tmp_path / "b.ulaw")
    assert engine.child.pid != pid


async def test_a_child_killed_in_the_middle_of_a_line(engine: Spoken, tmp_path: Path) -> None:
    await say(engine, "hello", tmp_path / "a.ulaw")
    work = asyncio.create_task(say(engine, "dawdle", tmp_path / "b.ulaw"))
    await asyncio.sleep(0)
    assert engine.child.pid
    os.kill(engine.child.pid, signal.SIGKILL)
    with pytest.raises(Down):
        await work
    assert not (tmp_path / "b.ulaw").exists()
    await say(engine, "hello", tmp_path / "b.ulaw")


async def test_a_stuck_child_is_given_up(engine: Spoken, tmp_path: Path) -> None:
    await say(engine, "hello", tmp_path / "a.ulaw")
    with pytest.raises(Down, match="no answer"):
        await say(engine, "dawdle", tmp_path / "b.ulaw", patience=0.1)
    assert engine.child.pid is None


async def test_a_cancelled_line_does_not_answer_the_next_one(engine: Spoken, tmp_path: Path) -> None:
    await say(engine, "hello", tmp_path / "a.ulaw")
    work = asyncio.create_task(say(engine, "dawdle", tmp_path / "b.ulaw"))
    await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    await say(engine, "hello", tmp_path / "c.ulaw")
    assert (tmp_path / "c.ulaw").exists()


async def test_faults_of_the_text_and_of_the_engine_are_told_apart(engine: Spoken, tmp_path: Path) -> None:
    for text in ("mute", "silent"):
        with pytest.raises(Unspeakable):
            await say(engine, text, tmp_path / "a.ulaw")
    with pytest.raises(Down, match="No space left"):
        await say(engine, "full", tmp_path / "a.ulaw")
    (tmp_path / "file").touch()
    with pytest.raises(Down, match=r"FileExists|NotADirectory"):
        await say(engine, "hello", tmp_path / "file" / "a.ulaw")
