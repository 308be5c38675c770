"""Recordings by a person: `<LOUPAN_HOME>/sounds/recorded/<lang>/<prompt>.wav` always wins over any synthesis."""

import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path

import soundfile

from prompts import sound
from prompts.cache import Cache
from prompts.catalogue import Catalogue
from prompts.say import LANGUAGES
from prompts.speech.worker import write

log = logging.getLogger(__name__)


def take_in(home: Path, catalogue: Catalogue, cache: Cache) -> Mapping[tuple[str, str], str]:
    """(lang, name) → the finished sound of every recording under `home`, brought to the house's level.

    Left out and logged: a file that cannot be read or holds only silence, and the name of no prompt, or of one whose
    words depend on data, which nobody can have recorded.
    """
    found = {}
    for lang in LANGUAGES:
        for file in sorted((home / lang).glob("*.wav")):
            prompt = catalogue.get(file.stem)
            if prompt is None or not prompt.recordable:
                log.warning("recording %s belongs to no prompt that can be recorded", file)
                continue
            try:
                found[lang, file.stem] = str(_master(file, cache))
            except (OSError, soundfile.SoundFileError, sound.Silent) as fault:
                log.warning("recording %s cannot be used: %r", file, fault)
    return found


def dictated(files: Mapping[tuple[str, str], Path], cache: Cache) -> Mapping[tuple[str, str], str]:
    """(lang, name) → the sound of every recording made by telephone, which was trimmed and levelled when it was made.
    Left out and logged: a file that cannot be read."""
    found = {}
    for (lang, name), file in files.items():
        try:
            out = cache.path(hashlib.sha256(file.read_bytes()).hexdigest())
            if not out.exists():
                samples, _ = soundfile.read(file, dtype="float32")
                write(out, sound.to_ulaw(samples))
            found[lang, name] = str(out)
        except (OSError, soundfile.SoundFileError) as fault:
            log.warning("recording %s cannot be used: %r", file, fault)
    return found


def _master(file: Path, cache: Cache) -> Path:
    out = cache.path(hashlib.sha256(sound.MASTERING.encode() + file.read_bytes()).hexdigest())
    if not out.exists():
        samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
        write(out, sound.to_ulaw(sound.master(samples.mean(axis=1), rate)))
    return out
