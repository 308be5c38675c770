"""The shipped pack: the house's sentences, rendered once and kept in the repository as Ogg, unpacked at first start.

`pack/pack.json` lists every sentence with the key of its sound (`prompts.cache.key`), so a sentence whose words,
voice or engine change is another one, and nothing else has to be rendered again.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import soundfile

from prompts import sound
from prompts.cache import Cache, key
from prompts.speech.engine import Engine, Line
from prompts.speech.worker import write

HOME = Path(__file__).with_name("pack")


@dataclass(frozen=True, slots=True)
class Entry:
    """One sentence of the pack. `key` names its file, `sha256` proves it; level and peak in dBFS."""

    lang: str
    text: str
    key: str
    seconds: float
    level: float
    peak: float
    sha256: str

    @property
    def line(self) -> Line:
        return Line(self.lang, self.text)


class Damaged(Exception):
    """A file of the pack is not what the list says."""


@dataclass(frozen=True, slots=True)
class Pack:
    home: Path = HOME

    def entries(self) -> list[Entry]:
        try:
            return [Entry(**entry) for entry in json.loads((self.home / "pack.json").read_text(encoding="utf-8"))]
        except FileNotFoundError:
            return []

    def file(self, name: str) -> Path:
        return self.home / f"{name}.ogg"

    def files(self) -> Iterator[Path]:
        return self.home.glob("*.ogg")

    def samples(self, entry: Entry) -> sound.Samples:
        """The sound of an entry at 8 kHz. Raises Damaged."""
        try:
            samples, rate = soundfile.read(self.file(entry.key), dtype="float32")
        except (OSError, soundfile.SoundFileError) as fault:
            raise Damaged(f"{entry.key}.ogg cannot be read: {fault}") from fault
        if rate != sound.RATE:
            raise Damaged(f"{entry.key}.ogg has {rate} samples a second")
        return samples  # type: ignore[no-any-return]

    def add(self, line: Line, engine: Engine, ulaw: bytes) -> Entry:
        """Compress a finished sound into the pack; where compression lifts a peak above PEAK, a little softer."""
        name = key(line, engine)
        self.home.mkdir(parents=True, exist_ok=True)
        file = self.file(name)
        finished, over = sound.from_ulaw(ulaw), 0.0
        while over >= 0:
            soundfile.write(file, finished, sound.RATE, format="OGG", subtype="VORBIS")
            samples, _ = soundfile.read(file, dtype="float32")
            over = sound.peak(samples) - sound.PEAK
            finished = finished * np.float32(10 ** (-(over + 0.1) / 20))
        data = file.read_bytes()
        return Entry(
            line.lang,
            line.text,
            name,
            seconds=round(len(samples) / sound.RATE, 3),
            level=round(sound.level(samples), 2),
            peak=round(sound.peak(samples), 2),
            sha256=hashlib.sha256(data).hexdigest(),
        )

    def write(self, entries: Iterable[Entry]) -> None:
        """The list, one entry a line, in an order that does not change by itself."""
        rows = sorted(entries, key=lambda e: (e.lang, e.text))
        text = ",\n".join(json.dumps(asdict(row), ensure_ascii=False) for row in rows)
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "pack.json").write_text(f"[\n{text}\n]\n", encoding="utf-8")

    def unpack(self, cache: Cache) -> int:
        """Put every sentence that is not there yet into the cache; return how many. Raises Damaged or OSError."""
        new = [entry for entry in self.entries() if not cache.path(entry.key).exists()]
        for entry in new:
            write(cache.path(entry.key), sound.to_ulaw(self.samples(entry)))
        return len(new)
