"""The two sounds of the bench: told apart on the wire by counting the changes of sign in a packet."""

from pathlib import Path

import numpy as np
import soundfile

from prompts import sound

MENU_S, SHORT_S = 4.0, 0.43
MENU_HZ, SHORT_HZ = 440, 1500


def make(home: Path) -> tuple[Path, Path]:
    """`menu` and `short` under `home`, returned without extension: the .wav is a recording for the product to take in,
    the .ulaw is what the product makes of it (with silence around it), so that all sides play the very same sounds."""
    home.mkdir(parents=True, exist_ok=True)
    return _tone(home / "menu", MENU_HZ, MENU_S), _tone(home / "short", SHORT_HZ, SHORT_S)


def _tone(file: Path, hertz: int, seconds: float) -> Path:
    length = round((seconds - 2 * sound.GAP) * sound.RATE)
    samples = (0.2 * np.sin(2 * np.pi * hertz * np.arange(length) / sound.RATE)).astype(np.float32)
    soundfile.write(file.with_suffix(".wav"), samples, sound.RATE, subtype="PCM_16")
    recorded, rate = soundfile.read(file.with_suffix(".wav"), dtype="float32")
    file.with_suffix(".ulaw").write_bytes(sound.to_ulaw(sound.master(recorded, rate)))
    return file
