"""The house's voice: what a flow gets for a name, for data, for free text, and when things are missing."""

import asyncio
import io
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import soundfile

from calls.bus import LocalBus
from calls.call import Utterance
from calls.clock import FixedClock
from calls.facts import Alarm
from prompts import catalogue
from prompts import voice as voice_module
from prompts.pack import Pack
from prompts.speech.engine import Line
from prompts.voice import Equipment, HouseVoice
from tests.prompts.tone import ToneEngine, tone

BOOK = """
[welcome]
zh = "您好，这里是{company}房地产。"
en = "Hello, this is {company} Real Estate."
[bye]
zh = "感谢您的来电，再见。"
en = "Thank you for calling. Goodbye."
[price]
zh = "您好。总价{price}。"
en = "Hello. The price is {price}."
[host_unavailable]
zh = "抱歉，系统暂时无法查询。"
en = "Sorry, not at the moment."
[only_zh]
zh = "只有中文的提示。"
"""


def size(found: Utterance) -> int:
    return os.stat(found.sound + ".ulaw").st_size


def delete(found: Utterance) -> None:
    os.unlink(found.sound + ".ulaw")


NOW = datetime(2024, 3, 31, tzinfo=UTC)


@dataclass
class House:
    voice: HouseVoice
    main: ToneEngine
    stand_in: ToneEngine
    home: Path
    alarms: list[str] = field(default_factory=list)

    async def said(self, speech: "voice_module.Speech") -> list[str]:
        """The texts of a sentence once it is ready."""
        async with asyncio.timeout(5):
            while (words := speech.ready) is None:
                await self.voice.studio.done()
        return [word.text for word in words]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    (tmp_path / "book.toml").write_text(BOOK, encoding="utf-8")
    bus, main, stand_in = LocalBus(), ToneEngine("main"), ToneEngine("standin")
    voice = HouseVoice(
        tmp_path / "sounds",
        catalogue.load(tmp_path / "book.toml"),
        bus,
        FixedClock(NOW),
        Equipment(Pack(tmp_path / "pack"), main, main, stand_in),
    )
    house = House(voice, main, stand_in, tmp_path / "sounds")
    bus.subscribe(lambda fact: house.alarms.append(fact.key) if isinstance(fact, Alarm) else None)
    await voice.start()
    await voice.studio.done()
    yield house
    await voice.close()


async def test_fixed_prompts_are_rendered_at_the_start_and_come_as_one_sound(house: House) -> None:
    found = house.voice.prompt("en", "bye")
    assert (found.text, found.name) == ("Thank you for calling. Goodbye.", "bye")
    assert found.seconds == size(found) / 8000
    assert house.alarms == []


async def test_a_sentence_with_data_is_ready_after_a_while(house: House) -> None:
    speech = house.voice.say("zh", "price", {"price": 89000000})
    assert speech.ready is None
    assert await house.said(speech) == ["您好。", "总价八十九万元。"]
    again = house.voice.say("zh", "price", {"price": 89000000})
    assert again.ready is not None  # at once


async def test_what_was_rendered_ahead_is_ready_at_once(house: House) -> None:
    lines = [line for lang in ("zh", "en") for line in house.voice.lines(lang, "price", {"price": 5})]
    assert house.voice.render_ahead(lines) == 4
    await house.voice.studio.done()
    assert house.voice.say("en", "price", {"price": 5}).ready is not None


async def test_a_prompt_without_a_sound_is_said_in_the_other_language_with_one_alarm(house: House) -> None:
    for _ in range(3):
        assert house.voice.prompt("en", "only_zh").text == "只有中文的提示。"
    assert house.alarms == ["prompt.en.only_zh"]


async def test_a_deleted_file_is_noticed_and_made_again(house: House) -> None:
    delete(house.voice.prompt("zh", "bye"))
    assert house.voice.prompt("zh", "bye").text == "Thank you for calling. Goodbye."
    assert house.alarms == ["prompt.zh.bye"]
    await house.voice.studio.done()
    assert house.voice.prompt("zh", "bye").text == "感谢您的来电，再见。"


async def test_an_unknown_prompt_is_an_apology(house: House) -> None:
    assert house.voice.prompt("zh", "nonsense").name == "host_unavailable"
    assert house.alarms == ["prompt.zh.nonsense"]


async def test_without_any_sound_at_all_there_is_silence_to_play(house: House) -> None:
    for file in house.home.rglob("*.ulaw"):
        if file.stem != "silence":
            file.unlink()
    found = house.voice.prompt("zh", "bye")
    assert size(found) > 0
    assert found.text == ""


@pytest.mark.parametrize("values", [{}, {"price": "dear"}, {"price": None}])
async def test_values_that_do_not_fit_are_an_apology_not_an_exception(house: House, values: dict[str, object]) -> None:
    speech = house.voice.say("zh", "price", values)
    assert await house.said(speech) == ["抱歉，系统暂时无法查询。"]
    assert house.alarms == ["prompt.zh.price"]


@pytest.mark.parametrize("text", ["", "😀😀😀", "\x00", "。。。"])
async def test_text_with_nothing_to_say_is_an_apology(house: House, text: str) -> None:
    assert await house.said(house.voice.text("en", text)) == ["Sorry, not at the moment."]


async def test_ten_thousand_characters_come_in_pieces(house: House) -> None:
    said = await house.said(house.voice.text("zh", "海" * 10_000))
    assert sum(map(len, said)) == 10_000
    assert len(said) > 100


async def test_what_nobody_can_speak_is_an_apology(house: House) -> None:
    house.main.mute = house.stand_in.mute = {"说不出来。"}
    assert await house.said(house.voice.text("zh", "说不出来。")) == ["抱歉，系统暂时无法查询。"]


async def test_a_sentence_that_takes_too_long_is_an_apology(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice_module, "LONGEST_WAIT", -1.0)
    house.main.slow = True
    words = house.voice.text("zh", "很慢的一句话。").ready
    assert words is not None
    assert [word.name for word in words] == ["host_unavailable"]
    house.main.go.set()


async def test_a_full_disk_in_the_middle_of_a_call_is_an_apology_and_an_alarm(house: House) -> None:
    house.main.down = house.stand_in.down = "No space left on device"
    assert await house.said(house.voice.text("zh", "一句新的话。")) == ["抱歉，系统暂时无法查询。"]
    assert set(house.alarms) == {"voice.main", "voice.standin"}


async def test_the_stand_in_is_replaced_by_the_voice_once_it_is_back(house: House) -> None:
    house.main.down = "it died"
    assert await house.said(house.voice.text("zh", "一句新的话。")) == ["一句新的话。"]
    assert house.stand_in.rendered == ["一句新的话。"]
    house.main.down = ""
    assert house.voice.render_ahead([Line("zh", "一句新的话。")]) == 1


def wav(seconds: float, rate: int) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, tone(seconds, rate), rate, format="WAV")
    return file.getvalue()


async def test_a_recording_by_a_person_wins(house: House) -> None:
    recorded = house.home / "recorded" / "en"
    recorded.mkdir(parents=True)
    for name in ("bye", "welcome", "price"):
        (recorded / f"{name}.wav").write_bytes(wav(3.0, 44100))
    (recorded / "host_unavailable.wav").write_bytes(b"this is no sound")
    house.voice.prepare()
    assert house.voice.prompt("en", "bye").seconds == pytest.approx(3.24, abs=0.05)
    welcome = house.voice.say("en", "welcome", {"company": "Haitian"}).ready
    assert welcome is not None
    assert [word.seconds for word in welcome] == [pytest.approx(3.24, abs=0.05)]
    assert house.voice.say("en", "price", {"price": 100}).ready is None  # data cannot have been recorded
    assert house.voice.prompt("en", "host_unavailable").text == "Sorry, not at the moment."


async def test_what_was_recorded_by_telephone_wins_over_everything_until_it_is_taken_back(house: House) -> None:
    recorded = house.home / "recorded" / "en"
    recorded.mkdir(parents=True)
    (recorded / "bye.wav").write_bytes(wav(3.0, 44100))
    house.voice.prepare()
    files = {("en", name): house.home / f"{name}.wav" for name in ("bye", "welcome")}
    for file in files.values():
        file.write_bytes(wav(2.0, 8000))
    house.voice.dictated({**files, ("en", "gone"): house.home / "gone.wav"})
    assert house.voice.prompt("en", "bye").seconds == 2.0  # as it is: it was finished when it was recorded
    welcome = house.voice.say("en", "welcome", {"company": "Haitian"}).ready
    assert welcome is not None
    assert [word.seconds for word in welcome] == [2.0]
    house.voice.dictated({})
    assert house.voice.prompt("en", "bye").seconds == pytest.approx(3.24, abs=0.05)


def test_an_utterance_of_the_port() -> None:
    assert Utterance("a", "/b", 1.0).name == ""
