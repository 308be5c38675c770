"""The two sounds of the bench: told apart on the wire by counting the changes of sign in a packet."""

from pathlib import Path

import numpy as np
import soundfile

from prompts import sound

MENU_S, SHORT_S = 4.0, 0.43
MENU_HZ, SHORT_HZ = 440, 1500


def make(home: Path) -> tuple[Path, Path]:
    """`menu` and `short` under `home`, as .ulaw (for a dialplan) and .wav; returned without extension."""
    home.mkdir(parents=True, exist_ok=True)
    return _tone(home / "menu", MENU_HZ, MENU_S), _tone(home / "short", SHORT_HZ, SHORT_S)


def _tone(file: Path, hertz: int, seconds: float) -> Path:
    samples = (0.2 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * sound.RATE)) / sound.RATE)).astype(np.float32)
    file.with_suffix(".ulaw").write_bytes(sound.to_ulaw(samples))
    soundfile.write(file.with_suffix(".wav"), samples, sound.RATE, subtype="PCM_16")
    return file
