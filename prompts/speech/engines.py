"""The engines of the house. The mastering is part of a version: it shapes the sound as much as the engine does."""

from prompts import sound
from prompts.speech import voices
from prompts.speech.child import Spoken

VOICES = {"zh": "zf_xiaobei", "en": "af_heart"}
STAND_IN_VOICES = {"zh": "sit/cmn", "en": "gmw/en-us"}


def kokoro() -> Spoken | None:
    """The house's own voice, if it is installed."""
    return spokesman() if voices.installed() else None


def spokesman() -> Spoken:
    """Kokoro's identity, installed or not: what was rendered with it elsewhere is still found."""
    return Spoken("kokoro", f"1.0-int8.1/{sound.MASTERING}", "prompts.speech.kokoro_worker", VOICES)


def stand_in() -> Spoken:
    """pyttsx3: always there, in milliseconds, and better than silence."""
    return Spoken("pyttsx3", f"2.99-1.52.1/{sound.MASTERING}", "prompts.speech.pyttsx3_worker", STAND_IN_VOICES)
