"""Which Asterisk runs: one that is already here, or a private copy made without root (decision 0001)."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from asterisk.instance.fetch import NoSoftware, fetch

Progress = Callable[[str], None]
OLDEST = 20


@dataclass(frozen=True, slots=True)
class Software:
    """An Asterisk on this machine.

    command  what starts it, options not included
    modules  the directory of its modules
    share    the directory that holds documentation/ (its own reference, which the core needs) and rest-api/
    sounds   the English voice of Asterisk's own package, or None
    """

    command: tuple[str, ...]
    modules: Path
    share: Path
    version: str
    sounds: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    @property
    def broadcast(self) -> bool:
        """Can it offer a call to all controllers at once (StasisBroadcast, 22.7 and later)?"""
        return (self.modules / "app_stasis_broadcast.so").exists()

    def has(self, module: str) -> bool:
        return (self.modules / f"{module}.so").exists()


def cache() -> Path:
    """Where private copies live, shared by all installations of this user."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "loupan" / "asterisk"


def find(progress: Progress = lambda _: None) -> Software:
    """The Asterisk to run: on PATH, else the private copy, else a copy fetched now (about 20 s, 110 MB).

    Blocks: in a running loop call it in a thread. Raises NoSoftware.
    """
    return installed() or private(cache() / "root") or _fetched(progress)


def installed() -> Software | None:
    """An Asterisk of this system, if it is new enough and complete."""
    program = shutil.which("asterisk", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None:
        return None
    version = _version((program,), {})
    modules = _first(
        f"{prefix}/{lib}/asterisk/modules"
        for prefix in ("/usr", "/usr/local")
        for lib in (*(f"lib/{p.name}" for p in Path("/usr/lib").glob("*-linux-gnu*")), "lib", "lib64")
    )
    share = _first(f"{place}/documentation" for place in ("/usr/share/asterisk", "/var/lib/asterisk"))
    if modules is None or share is None or int(version.split(".")[0]) < OLDEST:
        return None
    return Software((program,), modules, share.parent, version, _voice(share.parent))


def private(root: Path) -> Software | None:
    """The private copy unpacked at `root`, run by its own loader: none of the host's libraries is touched.

    LD_LIBRARY_PATH stays unset, or the programs that Asterisk starts would load a foreign C library.
    """
    loader = next(iter(sorted(root.glob("usr/lib*/ld-linux*.so.*"))), None)
    modules = next(iter(root.glob("usr/lib/*/asterisk/modules")), None)
    if loader is None or modules is None:
        return None
    libraries = modules.parent.parent
    command = (str(loader), "--library-path", str(libraries), str(root / "usr/sbin/asterisk"))
    environment = {
        "OPENSSL_CONF": "/dev/null",
        "OPENSSL_MODULES": str(libraries / "ossl-modules"),
        "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt",
    }
    version = _version(command, environment)
    share = root / "usr/share/asterisk"
    return Software(command, modules, share, version, _voice(share), environment)


def _fetched(progress: Progress) -> Software:
    root = fetch(cache(), progress)
    software = private(root)
    if software is None or software.major < OLDEST:
        raise NoSoftware(f"The packages fetched to {root} hold no Asterisk {OLDEST} or later. Remove it and try again.")
    return software


def _version(command: tuple[str, ...], environment: Mapping[str, str]) -> str:
    """ "22.10.1", from what `asterisk -V` says."""
    said = subprocess.run(
        (*command, "-V"), env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    found = re.search(r"Asterisk (?:certified[-/])?(\d+[.\d]*)", said.stdout)
    if found is None:
        raise NoSoftware(f"{command[-1]} does not run: {(said.stderr or said.stdout).strip()[:500]}")
    return found[1]


def _first(places: Iterable[str]) -> Path | None:
    return next((Path(p) for p in places if Path(p).is_dir()), None)


def _voice(share: Path) -> Path | None:
    return next((v for v in (share / "sounds/en_US_f_Allison", share / "sounds/en") if v.is_dir()), None)
