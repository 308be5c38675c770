from pathlib import Path

import pytest

from server.settings import UnusableSettings, load


def test_the_environment_comes_before_the_file_and_the_file_before_the_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "loupan.toml").write_text('name = "two"\nsip_port = 5062\n')
    monkeypatch.setenv("LOUPAN_HOME", str(tmp_path))
    monkeypatch.setenv("LOUPAN_SIP_PORT", "5064")
    settings = load()
    assert (settings.name, settings.sip_port, settings.http_port) == ("two", 5064, 18088)


def test_everything_is_bound_to_loopback_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    settings = load(home=tmp_path)
    assert settings.bind.startswith("127.")
    assert settings.town_bind.startswith("127.")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "Eins und zwei"}, "name"),
        ({"bind": "localhost"}, "bind"),
        ({"sip_port": 70000}, "sip_port"),
        ({"colour": "red"}, "colour"),
        ({"exchange": "http://x/ari"}, "LOUPAN_EXCHANGE_SPOOL"),
        ({"grace": 1}, "grace"),
        ({"mode": "production", "exchange": "http://x/ari", "exchange_password": "demo"}, "LOUPAN_EXCHANGE_PASSWORD"),
        ({"mode": "production", "database": "postgresql://demo:demo@db/x"}, "demo password"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(tmp_path: Path, wrong: dict[str, object], said: str) -> None:
    with pytest.raises(UnusableSettings, match=said):
        load(home=tmp_path, **wrong)
