"""Passwords: random, made once, for the owner's eyes."""

from pathlib import Path

from asterisk.instance.secrets import Secrets


def test_passwords_are_made_once_and_kept(tmp_path: Path) -> None:
    first = Secrets(tmp_path / "exchange")
    made = first.ari, first.ami, first.phone("8000"), first.phone("8001")
    again = Secrets(tmp_path / "exchange")
    assert (again.ari, again.ami, again.phone("8000"), again.phone("8001")) == made
    assert len(set(made)) == 4
    assert all(len(password) >= 32 for password in made)


def test_two_installations_share_no_password(tmp_path: Path) -> None:
    assert Secrets(tmp_path / "a").ari != Secrets(tmp_path / "b").ari


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    Secrets(tmp_path / "exchange").phone("8000")
    assert (tmp_path / "exchange").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "exchange/secrets.json").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "exchange").iterdir()] == ["secrets.json"]
