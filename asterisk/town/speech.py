"""Sound a caller makes: speech from a file, the tones of keys."""

from pathlib import Path

import numpy as np
import soundfile
import soxr

from asterisk.town.ear import RATE, Samples

_LOW = dict(zip("123A456B789C*0#D", (f for f in (697, 770, 852, 941) for _ in range(4)), strict=True))
_HIGH = dict(zip("123A456B789C*0#D", (1209, 1336, 1477, 1633) * 4, strict=True))


class UnusableSpeech(Exception):
    """The sound file cannot be spoken; the text says why."""


def load(file: Path) -> Samples:
    """Any sound file, as 8 kHz mono samples. Raises UnusableSpeech."""
    try:
        sound, rate = soundfile.read(file, dtype="float32", always_2d=True)
    except (OSError, soundfile.LibsndfileError) as error:
        raise UnusableSpeech(f"{file} cannot be spoken: {error}") from None
    mono = sound.mean(axis=1)
    if rate != RATE:
        mono = soxr.resample(mono, rate, RATE)
    return np.asarray(np.clip(mono * 32767, -32768, 32767), dtype=np.int16)


def key_tone(key: str, seconds: float) -> Samples:
    """The two tones of a key (Q.23)."""
    at = np.arange(round(seconds * RATE)) / RATE
    tone = np.sin(2 * np.pi * _LOW[key] * at) + np.sin(2 * np.pi * _HIGH[key] * at)
    return np.asarray(tone * 8000, dtype=np.int16)
