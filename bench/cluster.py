"""A PostgreSQL server of our own, for a bench or a test session: it is there as long as its maker, and private."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path

import asyncpg


class NoPostgres(RuntimeError):
    """PostgreSQL is not installed on this machine."""


class Cluster:
    """A PostgreSQL server of our own: initdb in a temporary directory, loopback, a free port, an unprivileged user."""

    def __init__(self, *, durable: bool = False) -> None:
        """durable: every commit waits for the disk, as in a real house."""
        self.fsync = "on" if durable else "off"
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not binaries:
            raise NoPostgres("PostgreSQL is not installed: apt install postgresql")
        self.bin = binaries[-1]
        self.home = Path(tempfile.mkdtemp(prefix="loupan-pg-"))
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.user = "postgres" if self.as_user else pwd.getpwuid(os.geteuid()).pw_name
        if self.as_user:
            shutil.chown(self.home, "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._run("initdb", "-D", str(self.data), "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8")
        self._numbers = count(1)
        self.start()

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def _run(self, *command: str) -> None:
        subprocess.run(
            [*self.as_user, str(self.bin / command[0]), *command[1:]], check=True, capture_output=True, cwd=self.home
        )

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.home} -c fsync={self.fsync}"
        )
        log = str(self.home / "log")
        self._run("pg_ctl", "-D", str(self.data), "-w", "-t", "30", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """Immediate: as if the machine had lost its power; `start` brings it back."""
        pid = self.pid
        os.kill(pid, signal.SIGQUIT)
        deadline = time.monotonic() + 20
        while (self.data / "postmaster.pid").exists() or _alive(pid):
            if time.monotonic() > deadline:
                raise TimeoutError(f"postgres {pid} does not stop")
            time.sleep(0.01)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.home)

    def url(self, name: str) -> str:
        return f"postgresql://{self.user}@127.0.0.1:{self.port}/{name}"

    async def create(self, template: str = "template0") -> str:
        """A new database, a copy of `template`; return its name."""
        name = f"loupan_{next(self._numbers)}"
        admin = await asyncpg.connect(self.url("postgres"))
        try:
            await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        finally:
            await admin.close()
        return name

    async def drop(self, name: str) -> None:
        admin = await asyncpg.connect(self.url("postgres"))
        try:
            await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        finally:
            await admin.close()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
