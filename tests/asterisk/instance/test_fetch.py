"""Making a private Asterisk: which mirror, which packages, and what is refused."""

import subprocess
from pathlib import Path

import pytest

from asterisk.instance.fetch import LOCK, NoSoftware, compare, debian_among, fetch, mirror, read_lock

DIGEST = "0" * 63


def test_the_lock_names_every_package_once_by_its_hash() -> None:
    locked = read_lock(LOCK.read_text())
    assert len(locked) == len(LOCK.read_text().splitlines())
    assert all(len(digest) == 64 for digest in locked.values())
    assert any(name.startswith("asterisk_1%3a22.") for name in locked)


def test_packages_as_locked_are_no_news() -> None:
    assert compare({"a_1.deb": DIGEST + "1"}, {"a_1.deb": DIGEST + "1", "b_1.deb": DIGEST + "2"}) == 0


def test_a_newer_version_is_counted() -> None:
    assert (
        compare({"a_2.deb": DIGEST + "1", "b_1.deb": DIGEST + "2"}, {"a_1.deb": DIGEST, "b_1.deb": DIGEST + "2"}) == 1
    )


def test_the_same_version_with_another_content_is_refused() -> None:
    with pytest.raises(NoSoftware, match=r"a_1:1\.deb"):
        compare({"a_1%3a1.deb": DIGEST + "1"}, {"a_1%3a1.deb": DIGEST + "2"})


@pytest.mark.parametrize(
    ("listed", "address"),
    [
        ("http://mirror/debian|bookworm|Debian", "http://mirror/debian"),
        ("http://mirror/debian-security|bookworm-security|Debian\nhttp://m/deb|trixie|Debian", "http://m/deb"),
        ("http://mirror/debian|bookworm-updates|Debian\nhttp://mirror/debian|bookworm|", "http://mirror/debian"),
        ("https://vendor/apt|stable|Vendor", None),
        ("http://mirror/ubuntu|noble|Ubuntu", None),
        ("http://mirror/ubuntu|noble|", None),
        ("", None),
    ],
)
def test_only_debians_own_main_archive_is_taken(listed: str, address: str | None) -> None:
    assert debian_among(listed) == address


@pytest.mark.slow
def test_an_archive_without_a_signature_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "debian"
    packages = archive / "dists/forky/main/binary-amd64"
    packages.mkdir(parents=True)
    (packages / "Packages").write_text("")
    (archive / "dists/forky/Release").write_text("Origin: Debian\nSuite: testing\nCodename: forky\n")
    monkeypatch.setenv("LOUPAN_DEBIAN_MIRROR", f"file://{archive}")
    with pytest.raises(NoSoftware, match="apt-get"):
        fetch(tmp_path / "cache", lambda _: None)
    assert not (tmp_path / "cache/root").exists()


def test_a_system_without_apt_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoSoftware, match=r"Asterisk 20 or later"):
        mirror()


def test_a_system_that_knows_no_debian_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An Ubuntu, played by an apt-get that lists its archive."""
    for tool, says in (("apt-get", "http://mirror/ubuntu|noble|Ubuntu"), ("dpkg-deb", "")):
        (tmp_path / tool).write_text(f"#!/bin/sh\necho '{says}'\n")
        (tmp_path / tool).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.delenv("LOUPAN_DEBIAN_MIRROR", raising=False)
    assert subprocess.check_output(("apt-get", "indextargets"), text=True).strip().endswith("Ubuntu")
    with pytest.raises(NoSoftware, match=r"apt-get install"):
        mirror()


def test_a_copy_that_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    said: list[str] = []
    assert fetch(tmp_path, said.append) == tmp_path / "root"
    assert said == []
