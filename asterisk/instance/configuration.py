"""From a plan to the files that Asterisk reads: templates in `asterisk/etc/`, one per file."""

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from asterisk.instance.plan import Plan
from asterisk.instance.secrets import USER, Secrets
from asterisk.instance.software import Software

TEMPLATES = Path(__file__).parent.parent / "etc"
# What Asterisk writes to; it makes none of these itself and fails obscurely without them.
FOLDERS = (
    *("etc", "db", "keys/keys", "log", "data/sounds", "varlib", "run"),
    *(f"spool/{part}" for part in ("recording", "monitor", "tmp", "fax", "outgoing", "fallback")),
)
_SOCKET_NAME_LIMIT = 107  # of a Unix socket, in bytes: a limit of the kernel


class UnusableHome(Exception):
    """The home directory cannot be written into Asterisk's configuration; the text says why."""


def render(home: Path, plan: Plan, software: Software, secrets: Secrets) -> dict[str, str]:
    """File name → text, for the exchange that lives in `home`. Writes nothing."""
    if bad := re.search(r"[^\w./+@~-]", str(home)):
        raise UnusableHome(
            f"The directory {home} cannot hold an exchange: Asterisk's files cannot spell {bad[0]!r}. "
            "Choose another with LOUPAN_HOME=…"
        )
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    known = {
        "home": home,
        "run": run_directory(home),
        "plan": plan,
        "software": software,
        "secrets": secrets,
        "user": USER,
        "cores": os.cpu_count() or 1,
        "entity": plan.entity or entity(home),
        "pjsip": [t for t in plan.trunks if t.kind == "pjsip"],
        "dahdi": [t for t in plan.trunks if t.kind == "dahdi"],
    }
    files = {
        name.removesuffix(".j2"): templates.get_template(name).render(known)
        for name in sorted(templates.list_templates())
    }
    return {**files, "extensions.conf": plan.dialplan}


def write(home: Path, files: Mapping[str, str], software: Software) -> None:
    """Put the files into `home`/etc, for the owner's eyes only, and make the directories that Asterisk expects."""
    for folder in FOLDERS:
        (home / folder).mkdir(parents=True, exist_ok=True)
    run_directory(home).mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)
    for name, text in files.items():
        descriptor = os.open(home / "etc" / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(text)
    # Debian makes sounds/en in an installation script, which never ran for a private copy.
    _link(home / "data/documentation", software.share / "documentation")
    _link(home / "data/rest-api", software.share / "rest-api")
    _link(home / "data/moh", software.share / "moh")
    if software.sounds is not None:
        _link(home / "data/sounds/en", software.sounds)


def unchanged(home: Path, files: Mapping[str, str]) -> bool:
    """Does `home`/etc hold exactly these texts?"""
    return all(
        (home / "etc" / name).is_file() and (home / "etc" / name).read_text() == text for name, text in files.items()
    )


def run_directory(home: Path) -> Path:
    """Where the exchange's control socket and pid file are: in its home, if the name is not too long for a socket."""
    run = home / "run"
    if len(os.fsencode(run / "asterisk.ctl.00000")) <= _SOCKET_NAME_LIMIT:
        return run
    return Path(tempfile.gettempdir()) / f"loupan-{os.getuid()}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"


def entity(home: Path) -> str:
    """The identity of the exchange in `home`, in MAC form (a word is silently ignored by Asterisk).

    Without one, Asterisk takes the machine's MAC address: the same for all exchanges of one machine.
    """
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()
    return ":".join(("02", *(digest[i : i + 2] for i in range(0, 10, 2))))


def _link(place: Path, target: Path) -> None:
    if place.is_symlink():
        place.unlink()
    place.symlink_to(target)
