"""Sound for telephones: 8 kHz, G.711 µ-law, the same loudness for every file (SPEECH.md §5).

Samples are float arrays from -1 to 1; levels are in dB relative to full scale.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import soxr

RATE: Final = 8000
LEVEL: Final = -18.0  # active RMS aimed at
LEVELS: Final = (-20.0, -16.0)  # what `doctor` accepts
PEAK: Final = -1.0  # never above
GAP: Final = 0.12  # seconds of silence before and after
FRAME: Final = RATE // 50
MASTERING: Final = "2"  # what `master` does, as part of a sound's identity: count it up, and all is made anew

# What is made without a telephone lacks what a telephone's microphone does: it lets go of rumble and lifts the upper
# half, where the consonants are, above the noise of the line (decision 0006). (Hz, dB), straight lines between.
HANDSET: Final = (
    (0, -40),
    (150, -40),
    (250, -3),
    (300, 0),
    (500, 3),
    (1000, 7),
    (2000, 11),
    (3000, 14),
    (RATE // 2, 14),
)

Samples = npt.NDArray[np.float32]


class Silent(Exception):
    """There is nothing to hear in it."""


def _decoding() -> npt.NDArray[np.int16]:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitude = ((((code & 0x0F) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


_DECODED: Final = _decoding()


def _encoding() -> npt.NDArray[np.uint8]:
    sample = np.arange(-32768, 32768, dtype=np.int32)
    magnitude = np.minimum(np.abs(sample), 32635) + 0x84
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    return np.asarray(~(np.where(sample < 0, 0x80, 0) | (exponent << 4) | mantissa) & 0xFF, dtype=np.uint8)


_ENCODED: Final = _encoding()


def from_ulaw(data: bytes) -> Samples:
    return (_DECODED[np.frombuffer(data, np.uint8)] / np.float32(32768)).astype(np.float32)


def to_ulaw(samples: Samples) -> bytes:
    whole = np.clip(np.round(samples * 32768), -32768, 32767).astype(np.int32)
    return bytes(_ENCODED[whole + 32768].tobytes())


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE), np.float32)


def db(amplitude: float) -> float:
    return float(20 * np.log10(max(amplitude, 1e-6)))


def _frames(samples: Samples) -> Samples:
    """Mean square of each 20 ms."""
    whole = len(samples) // FRAME * FRAME
    return np.asarray((samples[:whole].reshape(-1, FRAME).astype(np.float64) ** 2).mean(axis=1), dtype=np.float32)


def _active(samples: Samples) -> npt.NDArray[np.bool_]:
    """Which 20 ms are speech: those within 30 dB of the loud ones."""
    power = _frames(samples)
    if not len(power) or power.max() < 1e-7:
        raise Silent
    return np.asarray(power > np.percentile(power[power > power.max() * 1e-4], 95) * 1e-3)


def level(samples: Samples) -> float:
    """Active level: the RMS of the speech alone, pauses left out. Raises Silent."""
    active = _active(samples)
    return db(float(np.sqrt(_frames(samples)[active].mean())))


def peak(samples: Samples) -> float:
    return db(float(np.abs(samples).max())) if len(samples) else -120.0


def handset(samples: Samples) -> Samples:
    """The same sound (8 kHz) as a telephone's microphone would have taken it: HANDSET, without delay."""
    length = len(samples) + RATE // 10  # silence after it, so that the end does not ring into the beginning
    hertz, gain = zip(*HANDSET, strict=True)
    gains = np.interp(np.fft.rfftfreq(length, 1 / RATE), hertz, gain)
    lifted = np.fft.irfft(np.fft.rfft(samples, length) * 10 ** (gains / 20), length)
    return np.asarray(lifted[: len(samples)], dtype=np.float32)


def master(samples: Samples, rate: int) -> Samples:
    """Whatever an engine or a microphone gave → 8 kHz as through a telephone's microphone, trimmed to 120 ms of silence
    around it, at LEVEL, below PEAK.

    Raises Silent if there is no sound in it.
    """
    return _finished(handset(_at_rate(samples, rate)))


def from_telephone(samples: Samples, rate: int) -> Samples:
    """As `master`, for what was spoken into a telephone: its microphone has given it its tone already."""
    return _finished(_at_rate(samples, rate))


def _at_rate(samples: Samples, rate: int) -> Samples:
    return np.asarray(soxr.resample(samples.astype(np.float32), rate, RATE), dtype=np.float32)


def _finished(out: Samples) -> Samples:
    active = np.flatnonzero(_active(out))
    # one frame more on either side, for soft beginnings and ends
    start, end = max(0, (active[0] - 1) * FRAME), min(len(out), (active[-1] + 2) * FRAME)
    speech = out[start:end]
    fade = np.linspace(0, 1, FRAME // 4, dtype=np.float32)
    speech[: len(fade)] *= fade
    speech[-len(fade) :] *= fade[::-1]
    gap = silence(GAP)
    return np.concatenate([gap, _loudness(speech), gap])


def _loudness(speech: Samples) -> Samples:
    ceiling = 10 ** ((PEAK - 1) / 20)  # room for what µ-law and the pack's compression add
    for _ in range(3):  # limiting takes a little away, which the next round gives back
        speech = _limited(speech * np.float32(10 ** ((LEVEL - level(speech)) / 20)), ceiling)
    return speech


def _limited(samples: Samples, ceiling: float) -> Samples:
    """Peaks turned down over 10 ms, so that nothing is clipped."""
    need = np.minimum(1, ceiling / np.maximum(np.abs(samples), 1e-9))
    if need.min() >= 1:
        return samples
    width = FRAME // 2 + 1
    around = np.lib.stride_tricks.sliding_window_view(np.pad(need, width - 1, constant_values=1), width)
    lowest = around.min(axis=1)
    window = np.hanning(width + 2)[1:-1]
    gain = np.convolve(lowest, window / window.sum(), mode="valid")
    return (samples * gain[: len(samples)]).astype(np.float32)
