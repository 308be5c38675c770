import os
import stat
from pathlib import Path

import pytest

from server.home import Home, HomeTaken


def test_one_home_has_one_owner_and_the_second_is_told_who_it_is(tmp_path: Path) -> None:
    with Home(tmp_path / "var"), pytest.raises(HomeTaken, match=f"process {os.getpid()}.*LOUPAN_HOME"):
        Home(tmp_path / "var").__enter__()
    with Home(tmp_path / "var"):
        pass  # free again


def test_a_home_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    with Home(tmp_path / "var") as home:
        assert stat.S_IMODE(home.path.stat().st_mode) == 0o700
        assert home.recordings.is_dir()
        assert home.flows.is_dir()
