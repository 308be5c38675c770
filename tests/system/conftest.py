"""What the system tests share: the sounds, unpacked once."""

from pathlib import Path

import pytest

from prompts.cache import Cache
from prompts.pack import Pack
from tests.db.engines import cluster

__all__ = ["cluster"]


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `sounds` directory with all that ships in it, to be linked into every home."""
    home = tmp_path_factory.mktemp("sounds")
    Pack().unpack(Cache(home / "cache"))
    return home
