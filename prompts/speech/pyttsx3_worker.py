"""The process that speaks with pyttsx3: `python -m prompts.speech.pyttsx3_worker`.

pyttsx3 2.99's espeak driver does not wait for its own end, sometimes writes an empty file, and crashes when used by
two threads or at exit. So: one utterance at a time, its end waited for, an empty one tried again, and `os._exit`
(in `worker`). The library is espeak-ng 1.52 from a Python package: no root, and Debian's 1.51 spells Chinese
characters as English letters.
"""

import ctypes
import os
import tempfile
import threading
from pathlib import Path
from typing import Any

from prompts import sound
from prompts.speech.engine import Unspeakable
from prompts.speech.worker import serve

WORDS_PER_MINUTE = 160
MOST = 500  # characters; longer ones take it minutes
TRIES = 5
PATIENCE = 20.0


class Mouth:
    """pyttsx3, with its faults cured."""

    def __init__(self) -> None:
        import espeakng_loader

        os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
        # loaded once under its own name, it is what pyttsx3 finds when it asks for libespeak-ng.so.1
        self._library = ctypes.CDLL(espeakng_loader.get_library_path(), ctypes.RTLD_GLOBAL)
        import pyttsx3
        from pyttsx3.drivers import _espeak

        self._idle = _espeak.Synchronize
        self._engine: Any = pyttsx3.init("espeak")
        self._done = threading.Event()
        self._engine.connect("finished-utterance", lambda name=None, completed=None: self._done.set())
        self._voices = {voice.id for voice in self._engine.getProperty("voices")}
        self._file = Path(tempfile.mkdtemp(prefix="loupan-voice-")) / "said.wav"

    def speak(self, text: str, _lang: str, voice: str, speed: float) -> tuple[sound.Samples, int]:
        import soundfile

        if voice not in self._voices:  # it would fall back in silence
            raise ValueError(f"no such voice: {voice}")
        if len(text) > MOST:
            raise Unspeakable(f"{len(text)} characters")
        self._engine.setProperty("voice", voice)
        self._engine.setProperty("rate", int(WORDS_PER_MINUTE * speed))
        for _ in range(TRIES):
            self._done.clear()
            self._engine.save_to_file(text, str(self._file))
            self._engine.runAndWait()
            if not self._done.wait(PATIENCE):
                raise TimeoutError(f"no end after {PATIENCE:g} s")
            self._idle()  # else a late message ends the next utterance before it began
            samples, rate = soundfile.read(self._file, dtype="float32")
            if len(samples):
                return samples, rate
        raise Unspeakable(text)


if __name__ == "__main__":
    serve(Mouth().speak)
