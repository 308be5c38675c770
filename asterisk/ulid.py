"""Call ids: ULIDs, sorted by time. Our own ten lines because the package's take 27 µs of the 250 a call may cost."""

from datetime import datetime
from random import getrandbits

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = tuple(a + b for a in _ALPHABET for b in _ALPHABET)
_SHIFTS = tuple(range(120, -1, -10))


def ulid(at: datetime) -> str:
    """48 bits of milliseconds, 80 random bits, in 26 letters of Crockford's base 32."""
    number = int(at.timestamp() * 1000) << 80 | getrandbits(80)
    return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])
