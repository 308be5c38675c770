"""A process that may outlive the one who started it, held by a pidfd: never mistaken for another with the same pid."""

import asyncio
import os
import select
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


class Process:
    """The Asterisk that was started with the configuration file `conf`; its pid is kept in `file`."""

    def __init__(self, file: Path, conf: Path) -> None:
        self.pid = 0  # 0: not running, as far as we know
        self._file = file
        self._conf = conf
        self._handle = -1
        self._child = False

    def spawn(self, command: tuple[str, ...], environment: Mapping[str, str], output: Path) -> None:
        """posix_spawn, because nothing of this child is ours to hold: no pipes, and it may outlive us."""
        fresh = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        pid = os.posix_spawn(
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
        self.pid, self._handle, self._child = pid, os.pidfd_open(pid), True
        self._file.write_text(str(pid))

    def find(self) -> bool:
        """Is one running already, ours or left behind by somebody before us? Then it is in our hands."""
        if self.alive:
            return True
        with suppress(FileNotFoundError, ValueError, ProcessLookupError):
            pid = int(self._file.read_text())
            self.pid, self._handle, self._child = pid, os.pidfd_open(pid), False
            if not self._is_ours():  # the pid has been given anew
                self._let_go()
        return self.alive

    @property
    def alive(self) -> bool:
        """Does it run (and is not only its name in the table)?"""
        if self._handle < 0:
            return False
        poll = select.poll()
        poll.register(self._handle, select.POLLIN)
        if not poll.poll(0):
            return True
        if self._child:
            with suppress(ChildProcessError):
                os.waitpid(self.pid, 0)  # it has ended: this takes its name off the table
        self._let_go()
        return False

    async def wait_dead(self) -> None:
        """Return once the process is gone, all its ports free again."""
        if not self.alive:
            return
        handle = os.dup(self._handle)  # several may wait
        gone = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(handle, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(handle)
            os.close(handle)

    async def dead_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self.wait_dead(), seconds)
        except TimeoutError:
            return False
        return True

    def kill(self, how: signal.Signals) -> None:
        if self.alive:
            signal.pidfd_send_signal(self._handle, how)

    def forget(self) -> None:
        """It is over."""
        if not self.alive:
            self._file.unlink(missing_ok=True)

    def _let_go(self) -> None:
        os.close(self._handle)
        self.pid, self._handle = 0, -1

    def _is_ours(self) -> bool:
        try:
            words = Path(f"/proc/{self.pid}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            return False
        return os.fsencode(self._conf) in words and b"-rx" not in words  # -rx: a console of it
