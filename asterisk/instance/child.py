"""A process that may outlive the one who started it: known by its pid and by a word on its command line."""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


class Process:
    """The Asterisk that was started with the configuration file `conf`; its pid is kept in `file`.

    A pid alone may have been given anew, so a process that is not our child is also judged by its command line.
    """

    def __init__(self, file: Path, conf: Path) -> None:
        self.pid = 0  # 0: not running, as far as we know
        self._file = file
        self._conf = conf
        self._child = False

    def spawn(self, command: tuple[str, ...], environment: Mapping[str, str], output: Path) -> None:
        """posix_spawn, because nothing of this child is ours to hold: no pipes, and it may outlive us."""
        fresh = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        self.pid = os.posix_spawn(
            command[0],
            command,
            environment,
            file_actions=(
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(output), fresh, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ),
            setsid=True,
            setsigmask=(),
            setsigdef=(signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE),
        )
        self._child = True
        self._file.write_text(str(self.pid))

    def find(self) -> bool:
        """Is one running already, ours or left behind by somebody before us? Then `pid` is its."""
        if self.alive:
            return True
        with suppress(FileNotFoundError, ValueError):
            self.pid, self._child = int(self._file.read_text()), False
        if not self.alive:
            self.pid = 0
        return bool(self.pid)

    @property
    def alive(self) -> bool:
        """Is the process there (and not only its name in the table)?"""
        self._reap()
        # just after its birth a child has no command line yet
        return bool(self.pid) and (self._child or self._is_ours())

    async def wait_dead(self) -> None:
        """Return once the process is gone."""
        if not self.alive:
            return
        try:
            descriptor = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return
        gone = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(descriptor, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)
        self._reap()

    async def dead_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self.wait_dead(), seconds)
        except TimeoutError:
            return False
        return True

    def kill(self, how: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, how)

    def forget(self) -> None:
        """It is over."""
        self.pid = 0
        self._file.unlink(missing_ok=True)

    def _is_ours(self) -> bool:
        try:
            words = Path(f"/proc/{self.pid}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            return False
        return os.fsencode(self._conf) in words and b"-rx" not in words  # -rx: a console of it

    def _reap(self) -> None:
        """Take a dead child's name off the process table."""
        if not (self._child and self.pid):
            return
        with suppress(ChildProcessError):
            pid, _ = os.waitpid(self.pid, os.WNOHANG)
            if pid == 0:
                return
        self.pid, self._child = 0, False
