"""The inside of an engine's process: reads requests, has them spoken, masters the sound, writes it at one stroke.

request {text, lang, voice, speed, out} → {"ok": true, "seconds"} | {"ok": false, "error", "fault": "text" | "engine"}
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from prompts import sound
from prompts.speech.engine import Unspeakable

# text, lang, voice, speed → samples and their rate
Speak = Callable[[str, str, str, float], tuple[sound.Samples, int]]


def serve(speak: Speak) -> None:
    """Answer until stdin ends, at low priority. Never returns: leaving Python tears down libraries that then crash."""
    os.nice(10)
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print must not look like an answer
    for line in sys.stdin:
        answers.write(json.dumps(_answer(speak, json.loads(line))) + "\n")
    os._exit(0)


def _answer(speak: Speak, request: dict[str, Any]) -> dict[str, Any]:
    try:
        if not any(c.isalnum() for c in request["text"]):
            raise Unspeakable(request["text"])
        samples, rate = speak(request["text"], request["lang"], request["voice"], request["speed"])
        finished = sound.to_ulaw(sound.master(samples, rate))
        write(Path(request["out"]), finished)
    except (Unspeakable, sound.Silent) as fault:
        return {"ok": False, "error": f"cannot be spoken: {fault!r}", "fault": "text"}
    except Exception as fault:
        return {"ok": False, "error": repr(fault), "fault": "engine"}
    return {"ok": True, "seconds": len(finished) / sound.RATE}


def write(out: Path, data: bytes) -> None:
    """A sound file appears whole or not at all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
