"""The real voices: kokoro and pyttsx3 speak, the ear understands them, and neither minds what it is given."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bench.judge import judge
from prompts import sound
from prompts.say import sentence
from prompts.speech import engines, voices
from prompts.speech.child import Spoken
from prompts.speech.ear import Ear, over_the_telephone
from prompts.speech.engine import Down, Line, Unspeakable
from prompts.speech.kokoro_worker import MOST, _portions
from prompts.speech.phonemes import english

pytestmark = pytest.mark.voice

GARBAGE = ["😀😀😀", "", "?!", "\x00\x01", "a" * 16, "的" * 12, "㊙㍿ﷺ", "<speak>{}</speak>", "请按 C 出口 OK。"]


@pytest.fixture
async def kokoro() -> AsyncIterator[Spoken]:
    voices.install(lambda _: None)
    engine = engines.kokoro()
    assert engine is not None
    yield engine
    await engine.close()


@pytest.fixture
async def stand_in() -> AsyncIterator[Spoken]:
    engine = engines.stand_in()
    yield engine
    await engine.close()


def heard(file: Path, lang: str) -> str:
    return Ear().hear(over_the_telephone(sound.from_ulaw(file.read_bytes()), sound.RATE), sound.RATE, lang)


async def test_the_house_is_understood_in_both_languages(kokoro: Spoken, tmp_path: Path) -> None:
    english, mandarin = Line("en", "Please enter the room number."), Line("zh", "您好，欢迎您来参观我们的小区。")
    await kokoro.render(english, tmp_path / "en.ulaw", 120)
    await kokoro.render(mandarin, tmp_path / "zh.ulaw", 120)
    for line in (english, mandarin):
        understood = judge(line.lang, line.text, heard(tmp_path / f"{line.lang}.ulaw", line.lang))
        assert understood.errors <= 1, understood
    for lang in ("en", "zh"):
        samples = sound.from_ulaw((tmp_path / f"{lang}.ulaw").read_bytes())
        assert sound.LEVELS[0] <= sound.level(samples) <= sound.LEVELS[1]
        assert sound.peak(samples) <= sound.PEAK


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_stand_in_speaks_at_once_and_again_and_again(stand_in: Spoken, tmp_path: Path, lang: str) -> None:
    text = {"zh": "总价八十九万元，目前在售。", "en": "The total price is one million yuan."}[lang]
    for i in range(20):
        await stand_in.render(Line(lang, text), tmp_path / f"{i}.ulaw", 30)
    sizes = {(tmp_path / f"{i}.ulaw").stat().st_size for i in range(20)}
    assert min(sizes) > sound.RATE


async def test_mandarin_is_not_spelt_as_letters(stand_in: Spoken, tmp_path: Path) -> None:
    """espeak-ng 1.51 reads 总价 as English letter names, which takes several times as long."""
    await stand_in.render(Line("zh", "总价八十九万元。"), tmp_path / "a.ulaw", 30)
    assert (tmp_path / "a.ulaw").stat().st_size / sound.RATE < 5


@pytest.mark.parametrize("name", ["kokoro", "stand_in"])
async def test_garbage_is_spoken_or_refused_and_the_engine_lives(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    engine = engines.kokoro() if name == "kokoro" else engines.stand_in()
    assert engine is not None
    for lang in ("zh", "en"):
        for i, text in enumerate(GARBAGE):
            try:
                await engine.render(Line(lang, text), tmp_path / f"{lang}{i}.ulaw", 120)
            except Unspeakable:
                continue
    await engine.render(Line("en", "And still it speaks."), tmp_path / "end.ulaw", 120)
    await engine.close()
    assert (tmp_path / "end.ulaw").stat().st_size > 0


async def test_ten_thousand_characters_in_one_line(stand_in: Spoken, tmp_path: Path) -> None:
    with pytest.raises(Unspeakable):
        await stand_in.render(Line("en", "word " * 2000), tmp_path / "a.ulaw", 30)


async def test_killed_in_the_middle_it_comes_back(kokoro: Spoken, tmp_path: Path) -> None:
    await kokoro.render(Line("en", "Good morning to you."), tmp_path / "a.ulaw", 120)
    work = asyncio.create_task(kokoro.render(Line("en", "A longer sentence " * 8), tmp_path / "b.ulaw", 120))
    await asyncio.sleep(0)
    assert kokoro.child.pid
    os.kill(kokoro.child.pid, signal.SIGKILL)
    with pytest.raises(Down):
        await work
    await kokoro.render(Line("en", "Good morning again."), tmp_path / "c.ulaw", 120)


async def test_a_missing_voice_is_told(tmp_path: Path) -> None:
    engine = Spoken("pyttsx3", "1", "prompts.speech.pyttsx3_worker", {"en": "no/such"})
    with pytest.raises(Down, match="no such voice"):
        await engine.render(Line("en", "Hello."), tmp_path / "a.ulaw", 30)
    await engine.close()


def test_english_phonemes_keep_the_pauses() -> None:
    assert english("Hello, world.") == "həlˈO, wˈɜɹld."


def test_phonemes_are_cut_at_pauses() -> None:
    text = ("abc def, " * 200).strip()
    portions = list(_portions(text))
    assert "".join(portions) == text
    assert all(len(portion) <= MOST for portion in portions)
    assert all(portion.endswith(",") for portion in portions[:-1])
    assert [len(p) for p in _portions("x" * 1200)] == [MOST, MOST, 200]


def test_no_sentence_is_longer_than_an_engine_can_take() -> None:
    assert all(len(piece) <= 500 for piece in sentence.sentences("en", "word " * 3000))


def test_light_houses_have_no_kokoro(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOUPAN_VOICES", "light")
    assert engines.kokoro() is None
    voices.install(lambda text: pytest.fail(text))


def test_a_model_that_is_not_what_it_should_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(voices.NotInstalled, match="sha256"):
        voices.assemble(tmp_path / "model.onnx", iter([b"ab", b"c"]), "0" * 64)
    assert list(tmp_path.iterdir()) == []
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    voices.assemble(tmp_path / "model.onnx", iter([b"ab", b"c"]), abc)
    assert (tmp_path / "model.onnx").read_bytes() == b"abc"
