"""The PIN of a mailbox: how it is kept, which are refused, and how guessing is stopped (SPEC §4.5). Pure.

Three wrong ones lock a mailbox, whoever tried; six lock a caller out of all mailboxes; both for a quarter of an hour.
"""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import scrypt
from itertools import pairwise

LEAST, MOST = 4, 8  # digits
LOCK = timedelta(minutes=15)
WRONG_OF_MAILBOX = 3
WRONG_OF_CALLER = 6
WRONG_OF_HOUSE = 30  # then somebody is fishing under many numbers: an alarm, but nobody is locked out for it


def sealed(pin: str, salt: bytes = b"") -> str:
    """As it is stored: the salt and the scrypt hash (16 MB, about 40 ms), in hex."""
    salt = salt or secrets.token_bytes(16)
    return f"{salt.hex()}${scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32).hex()}"


def fits(pin: str, kept: str) -> bool:
    """Is this the PIN that was kept? With none kept it takes as long, and is never true."""
    salt = bytes.fromhex(kept.partition("$")[0]) if kept else b"no mailbox here."
    return hmac.compare_digest(sealed(pin, salt), kept)


def weak(pin: str, mailbox: str) -> bool:
    """One digit repeated, a run, or the mailbox's own number.

    >>> [weak(pin, "8002") for pin in ("1111", "12345", "8002", "7351")]
    [True, True, True, False]
    """
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    return pin == mailbox or steps in ({0}, {1}, {-1})


def locked_until(wrong: Iterable[datetime], most: int) -> datetime | None:
    """When the last lock ends that these wrong attempts (oldest first) have brought about; None: there was none.

    `most` within the length of a lock lock; then the count begins anew.
    """
    until, streak = None, list[datetime]()
    for at in wrong:
        streak = [*(earlier for earlier in streak if at - earlier < LOCK), at]
        if len(streak) == most:
            until, streak = at + LOCK, []
    return until
