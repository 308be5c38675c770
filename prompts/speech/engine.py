"""What an engine is: it turns one line of text into one finished sound file, or says why not."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from prompts.readings import reading
from prompts.say import sentence


class Unspeakable(Exception):
    """This text cannot be spoken by this engine; trying again will not help."""


class Down(Exception):
    """The engine does not work at the moment: absent, crashed, too slow, or the disk is full."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be spoken: one sentence in one language, as it is written."""

    lang: str
    text: str

    @property
    def spoken(self) -> str:
        """As it is pronounced: figures in words, breaths marked."""
        return reading(self.lang, sentence.spoken(self.lang, self.text))


class Engine(Protocol):
    """`name`, `version`, `speed` and the voice are part of a sound's identity: change one, and all is rendered anew."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def speed(self) -> float: ...

    def voice(self, lang: str) -> str: ...

    async def render(self, line: Line, out: Path, patience: float) -> None:
        """Write `line` to `out` as raw 8 kHz µ-law at the house's level. Raises Unspeakable or Down."""

    async def close(self) -> None:
        """End the engine's process, if it has one."""
