"""Sound files of messages: how long one is, and a comment put before one. They are wav, 8 kHz, 16 bits, mono."""

import wave
from pathlib import Path

from calls.call import Recorded

RATE, WIDTH, HEADER = 8000, 2, 44


def length(file: Path) -> float:
    """Seconds of audio, by the size of the file: one that was cut off has a head that does not say. 0: no file."""
    try:
        return max(0, file.stat().st_size - HEADER) / (RATE * WIDTH)
    except OSError:
        return 0.0


def joined(comment: Recorded, original: Recorded) -> Recorded:
    """A new file beside the comment's: first the comment, then the message it is about."""
    file = comment.file.with_name(f"{comment.file.stem}-f.wav")
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(WIDTH)
        out.setframerate(RATE)
        for part in (comment, original):
            out.writeframes(part.file.read_bytes()[HEADER:])
    return Recorded(file, comment.seconds + original.seconds, "key")
