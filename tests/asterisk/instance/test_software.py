"""Which Asterisk is taken."""

from pathlib import Path

import pytest

from asterisk.instance.fetch import NoSoftware
from asterisk.instance.software import cache, find, installed, private


def _pretend(folder: Path, says: str) -> None:
    program = folder / "asterisk"
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)


def test_an_asterisk_that_is_too_old_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _pretend(tmp_path, "Asterisk 16.28.0~dfsg-0+deb11u4")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert installed() is None


def test_an_asterisk_that_does_not_run_is_an_error_with_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pretend(tmp_path, "cannot open shared object file")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(NoSoftware, match="cannot open shared object"):
        installed()


def test_a_directory_without_a_loader_is_no_private_copy(tmp_path: Path) -> None:
    assert private(tmp_path) is None


def test_the_cache_follows_the_users_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    assert cache() == Path("/elsewhere/loupan/asterisk")


@pytest.mark.exchange
def test_an_asterisk_is_found_that_is_new_enough_and_complete() -> None:
    software = find()
    assert software.major >= 20
    assert software.has("chan_pjsip")
    assert (software.share / "documentation/core-en_US.xml").exists()
