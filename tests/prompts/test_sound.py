"""Levels, trimming and µ-law."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts import sound
from tests.prompts.tone import tone


def test_ulaw_codes_of_the_standard() -> None:
    """G.711: silence is 0xff, the largest samples are 0x80 and 0x00."""
    assert sound.to_ulaw(np.array([0, 1, -1], np.float32)) == b"\xff\x80\x00"
    assert sound.from_ulaw(b"\xff\x80\x00").tolist() == [0, 32124 / 32768, -32124 / 32768]


@given(st.binary(max_size=400))
def test_ulaw_survives_the_way_there_and_back(data: bytes) -> None:
    once = sound.to_ulaw(sound.from_ulaw(data))
    assert sound.to_ulaw(sound.from_ulaw(once)) == once
    assert once == data.replace(b"\x7f", b"\xff")  # minus zero is zero


@given(st.floats(-0.98, 0.98))
def test_ulaw_is_as_exact_as_it_should_be(value: float) -> None:
    back = float(sound.from_ulaw(sound.to_ulaw(np.array([value], np.float32)))[0])
    assert abs(back - value) <= max(abs(value) * 0.04, 0.0003)


@pytest.mark.parametrize("loud", [0.004, 0.05, 0.6])
@pytest.mark.parametrize("rate", [8000, 22050, 24000, 48000])
def test_every_sound_gets_the_same_level_and_silence_around_it(loud: float, rate: int) -> None:
    quiet = np.zeros(rate, np.float32)
    out = sound.master(np.concatenate([quiet, tone(2, rate, loud), quiet]), rate)
    assert sound.level(out) == pytest.approx(sound.LEVEL, abs=0.3)
    assert sound.peak(out) <= sound.PEAK
    assert 2.2 <= len(out) / sound.RATE <= 2.4
    assert not out[: int(0.1 * sound.RATE)].any()


def test_pauses_do_not_count_for_the_level() -> None:
    speech, pause = tone(1, 8000, 0.1), np.zeros(8000 * 3, np.float32)
    alone, apart = sound.level(speech), sound.level(np.concatenate([speech, pause, speech]))
    assert apart == pytest.approx(alone, abs=0.2)


def test_peaks_are_turned_down_not_clipped() -> None:
    spiky = tone(2, 8000, 0.02)
    spiky[4000:4010] = 0.9
    out = sound.master(spiky, 8000)
    assert sound.peak(out) <= sound.PEAK
    assert sound.level(out) == pytest.approx(sound.LEVEL, abs=1)


@pytest.mark.parametrize("nothing", [np.zeros(8000, np.float32), np.zeros(0, np.float32), np.zeros(10, np.float32)])
def test_silence_is_told(nothing: sound.Samples) -> None:
    with pytest.raises(sound.Silent):
        sound.master(nothing, 8000)
