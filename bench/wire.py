"""What travels between a caller and an exchange: voice packets and keys (RFC 3550, RFC 4733)."""

import struct
from typing import Literal

KEYS = "0123456789*#"
VOICE, KEY = 0, 101  # payload types: PCMU, telephone-event
FRAME = 160  # samples of 20 ms
HELD = 5  # frames a key is held (100 ms), before the end is told three times
Pitch = Literal["menu", "short", "silence", ""]

_SIGNS = int.from_bytes(b"\x80" * (FRAME - 1))


def pitch(packet: bytes) -> Pitch:
    """Which sound of `bench.tones` a voice packet carries; "" for a key and anything else that is no voice.

    The sign is the top bit of a µ-law byte. 20 ms of 440 Hz hold about 18 changes of sign, of 1500 Hz 60.
    """
    if len(packet) != 12 + FRAME or packet[1] & 127 != VOICE:
        return ""
    voice = packet[12:]
    if all(byte & 127 > 100 for byte in voice[:20]):
        return "silence"
    bits = int.from_bytes(voice)
    changes = ((bits ^ bits >> 8) & _SIGNS).bit_count()
    return "menu" if changes < 35 else "short"


def key_packets(key: str, sequence: int, stamp: int, source: int) -> list[bytes]:
    """One key press: `HELD` packets while it is held and three equal ones for its end, to be sent 20 ms apart
    (the three ends at once). Raises ValueError for what is no key."""
    code = KEYS.index(key)
    packets = []
    for n in range(HELD + 3):
        end = n >= HELD
        length = (min(n, HELD) + 1) * FRAME
        packets.append(
            struct.pack("!BBHII", 0x80, KEY | (0x80 if n == 0 else 0), sequence + n & 0xFFFF, stamp, source)
            + struct.pack("!BBH", code, (0x80 if end else 0) | 10, length)
        )
    return packets
