"""Make a private Asterisk from Debian's packages, without root and without touching the system's own packages.

apt itself downloads and checks the signatures, with a state directory of its own that knows no installed package,
so that everything down to the C library comes along. The mirror is the one this system's apt is set up with.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

# Asterisk is in no stable Debian at present; forky carries the long-term version 22, sid stands in where it lags.
SUITES = ("forky", "sid")
PACKAGES = ("asterisk", "asterisk-core-sounds-en-wav", "asterisk-moh-opsound-wav")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
LOCK = Path(__file__).with_name("asterisk.lock")

# Wanted only by the packages' installation scripts, which never run here.
_SCRIPTS_ONLY = (
    *("gnupg", "gpg", "dirmngr", "pinentry", "perl", "libperl", "debconf", "dpkg", "adduser", "passwd", "login"),
    *("coreutils", "sysvinit", "init-sys", "libsystemd-shared", "tzdata"),
)


class NoSoftware(Exception):
    """There is no usable Asterisk and none could be made; the text says why and what to do."""


def fetch(into: Path, progress: Callable[[str], None]) -> Path:
    """Make `into`/root and return it; if another process is at it, wait for its result instead.

    Keeps the packages (`into`/debs: the only true pin, a mirror drops old versions) and `into`/packages.lock.
    """
    into.mkdir(parents=True, exist_ok=True)
    root = into / "root"
    with _alone(into / "fetching.lock", progress):
        if root.exists():  # somebody else has just made it
            return root
        progress("asking the Debian mirror for Asterisk's packages")
        debs = _download(into, mirror(), progress)
        progress(f"checking {len(debs)} packages")
        hashes = {deb.name: _sha256(deb) for deb in debs}
        moved = compare(hashes, read_lock(LOCK.read_text()))
        if moved:
            progress(f"note: Debian has moved on, {moved} packages are newer than those this release was tried with")
        progress("unpacking")
        return _unpack(into, debs, hashes)


def compare(found: Mapping[str, str], locked: Mapping[str, str]) -> int:
    """How many packages are of another version than the lock's. Raises NoSoftware where the version is the same
    and the content is not: that is no update, that is another package."""
    for name, digest in found.items():
        if locked.get(name, digest) != digest:
            raise NoSoftware(
                f"The package {unquote(name)} is not what it was when this release was made (its SHA-256 differs "
                f"from {LOCK.name}). Nothing of it was used. Try again later, or from another mirror."
            )
    return sum(name not in locked for name in found)


def read_lock(text: str) -> dict[str, str]:
    """File name → SHA-256, from lines as sha256sum writes them."""
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in text.splitlines() if line.strip())}


def mirror() -> str:
    """The address of a Debian archive: LOUPAN_DEBIAN_MIRROR, else the one in this system's apt set-up."""
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise NoSoftware(f"{tool} is missing here: install an Asterisk 20 or later yourself, on PATH.")
    if not KEYRING.exists():
        raise NoSoftware(
            "Debian's archive keys are missing, so its packages cannot be checked.\n"
            "Please type:  sudo apt-get install debian-archive-keyring\n"
            "or install an Asterisk 20 or later of your system's own:  sudo apt-get install asterisk"
        )
    if chosen := os.environ.get("LOUPAN_DEBIAN_MIRROR"):
        return chosen
    listed = subprocess.run(
        ("apt-get", "indextargets", "--format", "$(REPO_URI)|$(RELEASE)|$(ORIGIN)", "Created-By: Packages"),
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    if found := debian_among(listed):
        return found
    raise NoSoftware(
        "This system's apt knows no Debian mirror (an Ubuntu, perhaps). Please do one of these:\n"
        "  sudo apt-get install asterisk                      (if that is version 20 or later)\n"
        "  export LOUPAN_DEBIAN_MIRROR=http://…/debian        (the Debian mirror nearest to you; the packages' "
        "signatures are checked)"
    )


def debian_among(listed: str) -> str | None:
    """The first Debian main archive among lines `address|release|origin`.

    The origin is empty until apt has read the archive's index once; then the address must speak for itself.
    """
    for line in listed.splitlines():
        address, release, origin = line.split("|")
        side = any(word in f"{address} {release}" for word in ("security", "updates", "backports"))
        is_debian = origin == "Debian" if origin else address.rstrip("/").endswith("/debian")
        if is_debian and not side:
            return address
    return None


def _download(into: Path, archive: str, progress: Callable[[str], None]) -> list[Path]:
    apt = into / "apt"
    for part in ("etc/sources.list.d", "etc/preferences.d", "etc/apt.conf.d", "lists/partial", "state"):
        (apt / part).mkdir(parents=True, exist_ok=True)
    (into / "debs/partial").mkdir(parents=True, exist_ok=True)
    (apt / "status").write_text("")  # nothing is installed: fetch the whole closure
    architecture = subprocess.check_output(("dpkg", "--print-architecture"), text=True).strip()
    (apt / "etc/sources.list.d/debian.sources").write_text(
        f"Types: deb\nURIs: {archive}\nSuites: {' '.join(SUITES)}\nComponents: main\n"
        f"Architectures: {architecture}\nSigned-By: {KEYRING}\n"
    )
    (apt / "etc/preferences.d/loupan").write_text(f"Package: *\nPin: release n={SUITES[-1]}\nPin-Priority: 100\n")
    (apt / "apt.conf").write_text(_apt_conf(apt, into / "debs", architecture))
    environment = {**os.environ, "APT_CONFIG": str(apt / "apt.conf"), "LC_ALL": "C.UTF-8"}
    _run(("apt-get", "-qq", "update"), environment)
    planned = _run(("apt-get", "-qq", "--print-uris", "install", *PACKAGES), environment).splitlines()
    plan = [line.split() for line in planned if line.startswith("'")]
    missing = [size for _, name, size, *_ in plan if not (into / "debs" / name).exists()]
    if missing:
        progress(f"downloading {len(missing)} packages, {sum(map(int, missing)) // 1_000_000} MB")
    _run(("apt-get", "-qq", "-y", "--download-only", "install", *PACKAGES), environment)
    return sorted(into / "debs" / name for _, name, *_ in plan)


def _apt_conf(apt: Path, debs: Path, architecture: str) -> str:
    # A proxy that the system's apt is set up with is wanted here too.
    ways = subprocess.run(("apt-config", "dump", "Acquire"), capture_output=True, text=True, check=False).stdout
    proxies = "\n".join(line for line in ways.splitlines() if line.startswith(("Acquire::http", "Acquire::Retries")))
    return f"""{proxies}
Dir::Etc "{apt}/etc"; Dir::Etc::sourcelist "/dev/null"; Dir::Etc::sourceparts "{apt}/etc/sources.list.d";
Dir::Etc::parts "{apt}/etc/apt.conf.d"; Dir::Etc::main "/dev/null";
Dir::Etc::preferences "/dev/null"; Dir::Etc::preferencesparts "{apt}/etc/preferences.d";
Dir::Etc::trusted "/dev/null"; Dir::Etc::trustedparts "/dev/null";
Dir::State "{apt}/state"; Dir::State::Lists "{apt}/lists"; Dir::State::status "{apt}/status";
Dir::Cache "{apt}"; Dir::Cache::archives "{debs}"; Dir::Log "{apt}/state";
APT::Architecture "{architecture}"; APT::Architectures "{architecture}";
APT::Install-Recommends "0"; APT::Sandbox::User ""; Acquire::Languages "none"; Debug::NoLocking "1";
DPkg::Post-Invoke ""; APT::Update::Post-Invoke "";
// A testing suite's index may be past its date for weeks; its signature is checked all the same.
Acquire::Check-Valid-Until "false";
"""


def _unpack(into: Path, debs: list[Path], hashes: Mapping[str, str]) -> Path:
    fresh = into / f"root.{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for deb in debs:
        if not deb.name.startswith(_SCRIPTS_ONLY):
            _run(("dpkg-deb", "-x", str(deb), str(fresh)), os.environ)
    for unread in ("doc", "man", "locale"):
        shutil.rmtree(fresh / "usr/share" / unread, ignore_errors=True)
    (into / "packages.lock").write_text("".join(f"{digest}  {name}\n" for name, digest in hashes.items()))
    fresh.rename(into / "root")  # whole or not at all
    return into / "root"


@contextmanager
def _alone(lock: Path, progress: Callable[[str], None]) -> Iterator[None]:
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("another process is fetching Asterisk: waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _sha256(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _run(command: tuple[str, ...], environment: Mapping[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-6:])
        raise NoSoftware(f"`{' '.join(command[:3])}` failed:\n{said}\nIs the network there? Try again.")
    return done.stdout
