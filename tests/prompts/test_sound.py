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


def pure(hertz: float) -> sound.Samples:
    """A second of a sine at a tenth of full scale."""
    return (0.1 * np.sin(2 * np.pi * hertz * np.arange(sound.RATE) / sound.RATE)).astype(np.float32)


@pytest.mark.parametrize(
    ("hertz", "lift"),
    [(50, -40), (100, -40), (300, 0), (500, 3), (1000, 7), (1500, 9), (2000, 11), (2500, 12.5), (3000, 14), (3400, 14)],
)
def test_the_upper_half_is_lifted_and_rumble_cut(hertz: float, lift: float) -> None:
    """By hand: 1500 Hz is half-way from 7 dB at 1000 Hz to 11 dB at 2000 Hz."""
    inside = slice(800, -800)  # a tone that begins at a stroke has other tones there
    before, after = pure(hertz)[inside], sound.handset(pure(hertz))[inside]
    assert sound.db(float(np.sqrt((after**2).mean()))) - sound.level(before) == pytest.approx(lift, abs=0.6)


def test_mastering_balances_what_is_heard_together() -> None:
    """Two tones of equal strength come out 11 dB apart, a low hum not at all, and the level is the house's."""
    out = sound.master(pure(60) + pure(300) + pure(2000), sound.RATE)
    spectrum = np.abs(np.fft.rfft(out[2000:6000]))  # half a second: 2 Hz a bin
    hum, low, high = (sound.db(float(spectrum[hertz // 2])) for hertz in (60, 300, 2000))
    assert high - low == pytest.approx(11, abs=0.3)
    assert low - hum > 30
    assert sound.level(out) == pytest.approx(sound.LEVEL, abs=0.3)
    assert sound.peak(out) <= sound.PEAK


@given(st.integers(1, 3000), st.floats(0.01, 10))
def test_the_microphone_is_linear_and_keeps_the_length(length: int, factor: float) -> None:
    sounds = np.random.default_rng(length).standard_normal(length).astype(np.float32)
    once = sound.handset(sounds)
    assert len(once) == length
    np.testing.assert_allclose(sound.handset(sounds * np.float32(factor)), once * factor, atol=1e-3 * factor)


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
