"""Where rendered sentences are kept: one file each, named by everything that shaped its sound."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from calls.call import Utterance
from prompts import sound
from prompts.speech.engine import Engine, Line

SUFFIX = ".ulaw"


def key(line: Line, engine: Engine) -> str:
    """sha256 over language, spoken words, engine, voice, speed and version."""
    parts = (line.lang, line.spoken, engine.name, engine.voice(line.lang), f"{engine.speed:g}", engine.version)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Cache:
    """`home` is `<LOUPAN_HOME>/sounds/cache`; files are raw 8 kHz µ-law under the first two digits of their key."""

    home: Path

    def path(self, name: str) -> Path:
        return self.home / name[:2] / (name + SUFFIX)

    def of(self, line: Line, engine: Engine) -> Path:
        return self.path(key(line, engine))


def utterance(file: str, text: str, name: str = "") -> Utterance | None:
    """A finished sound file as something to play; None while it is not there. One stat, no reading: it is asked for
    with every prompt of every call, and must notice a file that is gone."""
    try:
        size = os.stat(file).st_size
    except OSError:
        return None
    return Utterance(text, file.removesuffix(SUFFIX), size / sound.RATE, name) if size else None
