"""A child process that speaks in tones, and dies or dawdles when told to by the text."""

import os
import sys
import time

from prompts import sound
from prompts.speech.engine import Unspeakable
from prompts.speech.worker import serve
from tests.prompts.tone import tone


def speak(text: str, _lang: str, _voice: str, _speed: float) -> tuple[sound.Samples, int]:
    match text:
        case "die":
            os._exit(1)
        case "dawdle":
            time.sleep(60)
        case "chatter":
            print('{"ok": true}')
        case "mute":
            raise Unspeakable(text)
        case "silent":
            return tone(1) * 0, 24000
        case "full":
            raise OSError(28, "No space left on device")
        case "stderr":
            sys.stderr.write("x" * 100_000)
    return tone(1), 24000


if __name__ == "__main__":
    serve(speak)
