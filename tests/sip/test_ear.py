"""The ear, tried on the prompts that are shipped (Mandarin and English, spoken by the house's voices)."""

import time
from pathlib import Path

import numpy as np
import pytest

from tests.sip.ear import Heard, Wave, listen, load, names
from tests.sip.media import RATE, Samples, from_ulaw, to_ulaw

PACK = sorted((Path(__file__).parents[2] / "prompts" / "pack").glob("*.ogg"))


def long_enough(file: Path) -> bool:
    return 1.0 < len(load(file)) / RATE < 12


MANY = [file for file in PACK if long_enough(file)][:60]
PROMPTS = MANY[:16]
SAID, OTHERS = PROMPTS[:6], PROMPTS[6:]


def pause(seconds: float) -> Wave:
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def on_the_phone(*parts: Wave) -> Samples:
    """As a caller would receive it: joined, µ-law."""
    whole = np.clip(np.concatenate(parts), -1, 1) * 32767
    return from_ulaw(to_ulaw(whole.astype(np.int16)))


def only(heard: list[Heard]) -> Heard:
    assert len(heard) == 1, names(heard)
    return heard[0]


def test_prompts_in_a_row_are_heard_in_their_order_with_their_times() -> None:
    sounds = [load(file) for file in SAID]
    heard = listen(on_the_phone(*[part for sound in sounds for part in (pause(0.7), sound)]), PROMPTS)
    assert names(heard) == [file.stem for file in SAID]
    at = 0.0
    for one, sound in zip(heard, sounds, strict=True):
        at += 0.7
        assert one.start - one.offset == pytest.approx(at, abs=0.03)
        assert one.whole
        assert one.score > 0.9
        at += len(sound) / RATE


def test_a_prompt_cut_off_by_a_key_is_heard_up_to_the_cut() -> None:
    first, second = load(SAID[0]), load(SAID[1])
    cut = round(0.8 * RATE)
    heard = listen(on_the_phone(pause(0.2), first[:cut], second), PROMPTS)
    assert names(heard) == [SAID[0].stem, SAID[1].stem]
    assert heard[0].end == pytest.approx(1.0, abs=0.06)
    assert not heard[0].whole
    assert heard[1].whole


def test_the_end_of_a_prompt_whose_beginning_was_missed() -> None:
    sound = load(SAID[2])
    one = only(listen(on_the_phone(sound[len(sound) // 2 :]), PROMPTS))
    assert one.prompt == SAID[2]
    assert one.offset == pytest.approx(len(sound) / RATE / 2, abs=0.3)


def test_level_noise_and_a_clipped_end_do_not_matter() -> None:
    sound = load(SAID[3])
    noise = np.random.default_rng(7).normal(0, 0.002, len(sound) + 3200).astype(np.float32)
    noise[1600 : 1600 + len(sound)] += sound * 0.25
    one = only(listen(on_the_phone(noise[: len(noise) - 1600]), PROMPTS))
    assert one.prompt == SAID[3]
    assert one.share > 0.8


def test_lost_packets_are_bridged() -> None:
    sound = load(SAID[4])
    middle = len(sound) // 2
    one = only(listen(on_the_phone(sound[:middle], sound[middle + 480 :]), PROMPTS))
    assert one.prompt == SAID[4]
    assert one.share > 0.85


def test_the_same_prompt_twice_is_heard_twice() -> None:
    sound = load(SAID[5])
    assert names(listen(on_the_phone(sound, pause(1), sound), PROMPTS)) == [SAID[5].stem] * 2


def test_what_was_not_said_is_not_heard() -> None:
    recording = on_the_phone(*[load(file) for file in SAID])
    assert listen(recording, OTHERS) == []


@pytest.mark.parametrize("kind", ["nothing", "silence", "noise", "tone"])
def test_no_prompt_is_heard_where_nobody_speaks(kind: str) -> None:
    time_axis = np.arange(5 * RATE, dtype=np.float32) / RATE
    sounds: dict[str, Wave] = {
        "nothing": pause(0),
        "silence": pause(5),
        "noise": np.random.default_rng(3).normal(0, 0.1, 5 * RATE).astype(np.float32),
        "tone": (0.3 * np.sin(2 * np.pi * 440 * time_axis)).astype(np.float32),
    }
    assert listen(sounds[kind], SAID) == []


def test_a_recording_may_be_a_file_of_the_exchange(tmp_path: Path) -> None:
    recording = tmp_path / "heard.ulaw"
    recording.write_bytes(to_ulaw(on_the_phone(pause(0.5), load(SAID[0]))))
    assert names(listen(recording, PROMPTS)) == [SAID[0].stem]


@pytest.mark.slow
def test_half_a_minute_against_sixty_prompts_takes_less_than_two_seconds_of_cpu() -> None:
    parts: list[Wave] = []
    while sum(len(part) for part in parts) < 30 * RATE:
        parts += [load(SAID[len(parts) % 6]), pause(0.3)]
    recording = on_the_phone(*parts)[: 30 * RATE]
    began = time.process_time()
    assert len(MANY) == 60
    assert len(listen(recording, MANY)) > 5
    assert time.process_time() - began < 2.0
