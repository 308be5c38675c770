"""Numbers of identity cards and banks at rest: encrypted, and found again by a keyed hash (S3-54)."""

import base64
import contextlib
import hashlib
import hmac
import os
import tempfile
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_FILE = "field.key"
KEY_BYTES = 32
_NONCE = 12
_VERSION = "1."


class Unsealable(Exception):
    """A sealed value that this key cannot open: another key, another column, or a changed value."""


class Cipher:
    """AES-256-GCM; one key for sealing and one for hashing, both derived from the key of the house.

    `column` ("customer.id_no") is bound into both: a value copied into another column does not open there.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the key has {len(key)} bytes, not {KEY_BYTES}")
        self._aes = AESGCM(hmac.digest(key, b"loupan seal", "sha256"))
        self._hash = hmac.digest(key, b"loupan hash", "sha256")

    @classmethod
    def of(cls, home: Path) -> Self:
        """The cipher of a house: its key is in `home`/field.key, readable by its owner only, made when absent.

        Raises PermissionError if others may read the key, ValueError if it is not one.
        """
        path = home / KEY_FILE
        if not path.exists():
            _make_key(path)
        if path.stat().st_mode & 0o077:
            raise PermissionError(f"{path} can be read by others: chmod 600 {path}")
        return cls(bytes.fromhex(path.read_text().strip()))

    def seal(self, column: str, text: str) -> str:
        """As it is stored: never twice the same, at most 4/3 of the text and 42 characters."""
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._aes.encrypt(nonce, text.encode(), column.encode())
        return _VERSION + base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, column: str, sealed: str) -> str:
        """What was sealed. Raises Unsealable."""
        body = sealed.removeprefix(_VERSION)
        try:
            raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
            return self._aes.decrypt(raw[:_NONCE], raw[_NONCE:], column.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Unsealable(f"{column}: this value was not sealed with this key") from error

    def hash(self, column: str, text: str) -> str:
        """64 hex digits to search by; the same for every spelling in blanks and case ("…123x" = "… 123X")."""
        folded = "".join(text.split()).upper()
        return hmac.new(self._hash, f"{column}\0{folded}".encode(), hashlib.sha256).hexdigest()


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fd, draft = tempfile.mkstemp(prefix=path.name, dir=path.parent)  # readable by its owner only
    try:
        with os.fdopen(fd, "w") as file:
            file.write(os.urandom(KEY_BYTES).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())  # what it seals may outlive a power cut: so must the key
        with contextlib.suppress(FileExistsError):  # another process was faster: its key counts
            os.link(draft, path)
    finally:
        os.unlink(draft)
