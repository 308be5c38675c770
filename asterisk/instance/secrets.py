"""The passwords of one exchange: random, made once, readable by the owner alone."""

import json
import os
import secrets
from pathlib import Path

USER = "loupan"  # the name that goes with the ARI and AMI passwords


class Secrets:
    """`<home>/secrets.json`: {"ari": …, "ami": …, "phones": {extension: …}}. Whoever asks first makes it."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o700)
        self._file = home / "secrets.json"
        self._kept = json.loads(self._file.read_text()) if self._file.exists() else {}

    @property
    def ari(self) -> str:
        return self._of(self._kept, "ari")

    @property
    def ami(self) -> str:
        return self._of(self._kept, "ami")

    def phone(self, extension: str) -> str:
        """The SIP password of a phone: the extension is its user name."""
        return self._of(self._kept.setdefault("phones", {}), extension)

    def _of(self, shelf: dict[str, str], name: str) -> str:
        if name not in shelf:
            shelf[name] = secrets.token_urlsafe(24)
            self._write()
        return shelf[name]

    def _write(self) -> None:
        fresh = self._file.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            json.dump(self._kept, handle, indent=1)
        fresh.rename(self._file)
