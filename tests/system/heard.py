"""What the caller heard, in words: every sentence of the house, recognised in a recording by its own sound.

words = Words(home / "sounds")
assert words.heard(recording) == words.named("zh welcome", "zh root_1", "zh room_say 020201")
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ivr.desk import Room
from ivr.steps.room import told
from prompts import catalogue
from prompts.cache import Cache
from prompts.say import LANGUAGES
from prompts.speech import engines
from prompts.speech.engine import Line
from tests.sip.ear import Heard, listen, load
from tests.sip.media import RATE, Samples

LOUD = 0.01  # of full scale, over 20 ms: from here on somebody is heard
FRAME = RATE // 50
BEFORE = ("zh welcome", "zh lang_1", "en lang_2", "zh help_lang", "en help_lang", "zh unknown_number")
NEAR = 0.12  # s: the edges of a find are this true


class Words:
    """`Words(sounds, prompts)`: what can be heard of an installation's directory of sounds; only these are looked for.

    A name is "<language> <prompt>[ <what fills it>]". Prompts of the same words are one sound, which goes by the
    name of the first.
    """

    def __init__(self, sounds: Path, prompts: Iterable[str]) -> None:
        self._cache = Cache(sounds / "cache")
        self._engines = (engines.spokesman(), engines.stand_in())
        self._catalogue = catalogue.load()
        self._lines: dict[str, list[Line]] = {}
        for prompt in prompts:
            for lang in LANGUAGES:
                self.fill(lang, prompt)

    def fill(self, lang: str, prompt: str, label: str = "", **values: object) -> None:
        """A prompt, its slots filled; its name is "<lang> <prompt> <label>"."""
        said = self._catalogue[prompt]
        lines = list(said.lines(lang, values)) if said.slots else [said.line(lang)]
        self._lines[f"{lang} {prompt} {label}".strip()] = lines

    def room(self, room: Room) -> None:
        """What is said of a room, named by its code."""
        for lang in LANGUAGES:
            for prompt, values in told(room):
                if values:
                    self.fill(lang, prompt, room.code, **values)

    def sounds(self, name: str) -> list[Path]:
        """The sound files of a prompt, whoever speaks."""
        return [file for line in self._lines[name] for file in self._files(line)]

    def named(self, *names: str) -> list[str]:
        """These names, each as the first of those that sound the same, once for each of its sentences."""
        sounds = self._sounds()
        found: list[str] = []
        for name in names:
            for line in self._lines[name]:
                files = self._files(line)
                assert files, f"{name} is not rendered: {line}"
                found.append(sounds[files[0]])
        return found

    def listen(self, recording: Path | Samples, lang: str = "") -> list[tuple[str, Heard]]:
        """Every sentence in the recording with its name, in the order of time; `lang`: only of this language, and what
        is said before the language is chosen."""
        sounds = self._sounds()
        asked = [file for file, name in sounds.items() if name.startswith(lang) or name in BEFORE]
        return [(sounds[one.prompt], one) for one in listen(recording, asked)]

    def _files(self, line: Line) -> list[Path]:
        """Its sounds: of the house's voice, and of the stand-in where that one had to speak."""
        return [file for engine in self._engines if (file := self._cache.of(line, engine)).exists()]

    def _sounds(self) -> dict[Path, str]:
        sounds: dict[Path, str] = {}
        for name, lines in self._lines.items():
            for line in lines:
                for file in self._files(line):
                    sounds.setdefault(file, name)
        return sounds


def unexplained(recording: Path, heard: Iterable[Heard]) -> float:
    """Seconds of sound in the recording that are in none of the sentences found."""
    sound = load(recording)
    frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    loud = np.sqrt(np.mean(frames**2, axis=1)) > LOUD
    for one in heard:
        loud[max(0, int((one.start - NEAR) * RATE / FRAME)) : int((one.end + NEAR) * RATE / FRAME) + 1] = False
    return float(loud.sum()) * FRAME / RATE
