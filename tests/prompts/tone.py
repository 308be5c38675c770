"""An engine that speaks in tones: the real interface, in-process, with knobs for everything that goes wrong."""

import asyncio
from pathlib import Path

import numpy as np

from prompts import sound
from prompts.speech.engine import Down, Line, Unspeakable
from prompts.speech.worker import write


def tone(seconds: float, rate: int = 24000, loud: float = 0.05) -> sound.Samples:
    """A warbling tone: speech-like enough to have a level."""
    at = np.arange(int(seconds * rate)) / rate
    return (loud * np.sin(2 * np.pi * 300 * at) * (1 + 0.5 * np.sin(2 * np.pi * 4 * at))).astype(np.float32)


class ToneEngine:
    """`down` makes it fail, `mute` names texts it cannot speak, `slow` makes it wait for `go`."""

    version = "1"
    speed = 1.0

    def __init__(self, name: str = "tone") -> None:
        self.name = name
        self.rendered: list[str] = []
        self.down = ""
        self.mute: set[str] = set()
        self.slow = False
        self.go = asyncio.Event()
        self.spoke = asyncio.Event()
        self.closed = False

    def voice(self, lang: str) -> str:
        return f"{self.name}-{lang}"

    async def render(self, line: Line, out: Path, patience: float) -> None:
        if self.slow:
            await self.go.wait()
        if self.down:
            raise Down(self.down)
        if line.text in self.mute:
            raise Unspeakable(line.text)
        write(out, sound.to_ulaw(sound.master(tone((0.2 if line.lang == "zh" else 0.07) * len(line.spoken)), 24000)))
        self.rendered.append(line.text)
        self.spoke.set()

    async def close(self) -> None:
        self.closed = True
