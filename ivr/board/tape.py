"""From what the exchange recorded to what callers hear: trimmed, at the house's level, in a file of its own."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import soundfile

from prompts import sound
from prompts.sound import Silent as Silent  # raised by `finish`


@dataclass(frozen=True, slots=True)
class Finished:
    """A sound file of ours, never changed from here on."""

    file: Path
    sha256: str
    seconds: float


def finish(recorded: Path, folder: Path) -> Finished:
    """Into `folder`, under the recording's own name; done twice it is the same file. Raises Silent, OSError."""
    samples, rate = soundfile.read(recorded, dtype="float32", always_2d=True)
    spoken = sound.from_telephone(samples.mean(axis=1), rate)
    folder.mkdir(parents=True, exist_ok=True)
    file, draft = folder / recorded.name, folder / f".{recorded.name}"
    soundfile.write(draft, spoken, sound.RATE, format="WAV", subtype="PCM_16")
    draft.replace(file)
    return Finished(file, hashlib.sha256(file.read_bytes()).hexdigest(), round(len(spoken) / sound.RATE, 3))
