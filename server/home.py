"""LOUPAN_HOME: all state of one installation under one directory, owned by one process at a time."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class HomeTaken(Exception):
    """Another process of ours runs from the same directory."""


class Home:
    """The directory's layout, and the lock that says whose it is (held while entered)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None

    exchange = property(lambda self: self.path / "exchange")
    town = property(lambda self: self.path / "town")
    database = property(lambda self: self.path / "loupan.db")
    recordings = property(lambda self: self.path / "recordings")
    sounds = property(lambda self: self.path / "sounds")
    flows = property(lambda self: self.path / "flows")
    backups = property(lambda self: self.path / "backup")
    logs = property(lambda self: self.path / "log")
    control = property(lambda self: self.path / "control.sock")

    def __enter__(self) -> Self:
        for part in (self.path, self.recordings, self.sounds, self.flows, self.logs):
            part.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o700)
        lock = os.open(self.path / "owner.pid", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(lock, 32, 0).decode(errors="replace").strip() or "?"
            os.close(lock)
            raise HomeTaken(
                f"{self.path} is in use by process {owner}. Stop that one first, "
                "or give this one a directory of its own: LOUPAN_HOME=… ./run …"
            ) from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        self._lock = lock
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            os.close(self._lock)  # closing ends the lock; the file stays, empty of meaning
            self._lock = None
