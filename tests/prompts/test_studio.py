"""Who is rendered first, and what happens when engines fail."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calls.bus import LocalBus
from calls.clock import FixedClock
from calls.facts import Alarm
from prompts import studio as studio_module
from prompts.cache import Cache, key, utterance
from prompts.speech.engine import Line
from prompts.studio import Studio
from tests.prompts.tone import ToneEngine

A, B, C = (Line("zh", text) for text in ("一二三四五六", "二三四五六七", "三四五六七八"))
NOW = datetime(2024, 3, 31, tzinfo=UTC)


@dataclass
class Stage:
    studio: Studio
    voice: ToneEngine
    stand_in: ToneEngine
    cache: Cache
    alarms: list[Alarm] = field(default_factory=list)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    bus, cache = LocalBus(), Cache(tmp_path)
    voice, stand_in = ToneEngine("voice"), ToneEngine("standin")
    stage = Stage(Studio(cache, voice, stand_in, bus, FixedClock(NOW)), voice, stand_in, cache)
    bus.subscribe(lambda fact: stage.alarms.append(fact) if isinstance(fact, Alarm) else None)
    stage.studio.start()
    yield stage
    await stage.studio.close()
    assert voice.closed
    assert stand_in.closed


async def done(stage: Stage) -> None:
    async with asyncio.timeout(5):
        await stage.studio.done()


async def test_a_waiting_caller_comes_before_everything_prepared(stage: Stage) -> None:
    stage.voice.slow = True
    assert stage.studio.render_ahead([A, B]) == 2
    await asyncio.sleep(0)  # A is being rendered
    stage.studio.want(C)
    stage.voice.go.set()
    await done(stage)
    assert stage.voice.rendered == [A.text, C.text, B.text]


async def test_nothing_is_rendered_twice(stage: Stage) -> None:
    assert stage.studio.render_ahead([A, A]) == 2
    await done(stage)
    assert stage.studio.render_ahead([A]) == 0
    stage.studio.want(A)
    await done(stage)
    assert stage.voice.rendered == [A.text]
    assert stage.stand_in.rendered == []


async def test_the_stand_in_speaks_while_the_voice_is_down_and_one_alarm_is_raised(stage: Stage) -> None:
    stage.voice.down = "it died"
    stage.studio.want(A)
    stage.studio.want(B)
    await done(stage)
    assert stage.stand_in.rendered == [A.text, B.text]
    assert [(alarm.key, alarm.cleared) for alarm in stage.alarms] == [("voice.voice", False)]
    assert "it died" in stage.alarms[0].text


async def test_the_alarm_ends_when_the_voice_is_back(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio_module, "REST", 0.0)
    stage.voice.down = "it died"
    stage.studio.want(A)
    await done(stage)
    stage.voice.down = ""
    stage.studio.want(B)
    await done(stage)
    assert [alarm.cleared for alarm in stage.alarms] == [False, True]
    assert stage.voice.rendered == [B.text]


async def test_a_caller_waits_only_so_long_for_the_good_voice(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio_module, "HURRY", 0.01)
    stage.voice.slow = True
    stage.studio.want(A)
    async with asyncio.timeout(5):
        await stage.stand_in.spoke.wait()
    assert stage.cache.of(A, stage.stand_in).exists()
    stage.voice.go.set()
    await done(stage)
    assert stage.cache.of(A, stage.voice).exists()


async def test_what_one_engine_cannot_speak_the_other_tries(stage: Stage) -> None:
    stage.voice.mute = {A.text}
    stage.studio.want(A)
    await done(stage)
    assert stage.stand_in.rendered == [A.text]
    assert not stage.studio.lost(A)
    assert stage.alarms == []


async def test_a_line_nobody_can_speak_is_lost_for_a_while(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.voice.mute = stage.stand_in.mute = {A.text}
    stage.studio.want(A)
    await done(stage)
    assert stage.studio.lost(A)
    assert not stage.studio.lost(B)
    monkeypatch.setattr(studio_module, "GIVEN_UP", 0.0)
    stage.studio.want(B)
    stage.voice.mute = {B.text}
    stage.stand_in.mute = {B.text}
    await done(stage)
    assert not stage.studio.lost(B)


async def test_a_full_disk_is_an_alarm_for_both_engines(stage: Stage) -> None:
    stage.voice.down = stage.stand_in.down = "No space left on device"
    stage.studio.want(A)
    await done(stage)
    assert {alarm.key for alarm in stage.alarms} == {"voice.voice", "voice.standin"}
    assert stage.studio.lost(A)


async def test_without_the_voice_the_stand_in_does_everything(tmp_path: Path) -> None:
    stand_in = ToneEngine("standin")
    studio = Studio(Cache(tmp_path), None, stand_in, LocalBus(), FixedClock(NOW))
    studio.start()
    studio.render_ahead([A])
    studio.want(B)
    async with asyncio.timeout(5):
        await studio.done()
    await studio.close()
    assert sorted(stand_in.rendered) == sorted([A.text, B.text])


def test_a_key_knows_everything_that_shapes_a_sound() -> None:
    engine, louder = ToneEngine("voice"), ToneEngine("voice")
    louder.speed = 1.1
    keys = {key(A, engine), key(B, engine), key(Line("en", A.text), engine), key(A, ToneEngine("x")), key(A, louder)}
    assert len(keys) == 5
    assert key(A, engine) == key(Line("zh", "1" + A.text[1:]), engine)  # 1 is said 一


def test_an_utterance_knows_its_length_and_an_empty_file_is_none(tmp_path: Path) -> None:
    file = tmp_path / "a.ulaw"
    assert utterance(str(file), "") is None
    file.touch()
    assert utterance(str(file), "") is None
    file.write_bytes(b"\xff" * 12000)
    found = utterance(str(file), "hello", "greeting")
    assert found is not None
    assert (found.seconds, found.sound, found.name) == (1.5, str(tmp_path / "a"), "greeting")
