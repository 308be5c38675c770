"""What the system tests share: the sounds, unpacked once."""

from pathlib import Path

import pytest

from prompts.cache import Cache
from prompts.pack import Pack
from tests.db.engines import cluster
from tests.sip.media import RATE

__all__ = ["cluster"]


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `sounds` directory with all that ships in it, to be linked into every home."""
    home = tmp_path_factory.mktemp("sounds")
    Pack().unpack(Cache(home / "cache"))
    return home


@pytest.fixture(scope="session")
def speech(sounds: Path) -> bytes:
    """A minute of speech that never repeats itself."""
    spoken = b"".join(part.read_bytes() for part in sorted(sounds.glob("cache/*/*.ulaw"), key=lambda p: p.name)[:40])
    return spoken[: 60 * RATE]
