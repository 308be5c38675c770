"""The files Asterisk reads."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from asterisk.instance.configuration import UnusableHome, entity, render, run_directory, unchanged, write
from asterisk.instance.plan import Phone, Plan, Registration, Trunk
from asterisk.instance.ports import Ports
from asterisk.instance.secrets import Secrets
from asterisk.instance.software import Software

PORTS = Ports(sip=15060, http=18088, ami=15038, voice=(20000, 21999), fax=(22000, 22399), phones=15070)
PLAN = Plan(
    "127.0.0.1",
    PORTS,
    "[incoming]\n",
    phones=(Phone("8000", "pw-8000", "前台"),),
    trunks=(Trunk("town", "127.0.0.2:15060"), Trunk("lines", "1-4", kind="dahdi")),
    registrations=(Registration("8001", "pw-8001", "127.0.0.2:15060"),),
    load_from="127.0.0.3",
)


@pytest.fixture
def software(tmp_path: Path) -> Software:
    """An Asterisk with just enough on its shelf to be configured for."""
    modules = tmp_path / "modules"
    modules.mkdir()
    for name in ("chan_pjsip", "app_stasis", "app_stasis_broadcast"):
        (modules / f"{name}.so").touch()
    return Software(("asterisk",), modules, tmp_path / "share", "22.10.1")


@pytest.fixture
def files(tmp_path: Path, software: Software) -> dict[str, str]:
    return render(tmp_path / "exchange", PLAN, software, Secrets(tmp_path / "exchange"))


def _sections(text: str, name: str) -> list[str]:
    return [part.split("\n[")[0] for part in re.split(rf"^\[{name}\].*\n", text, flags=re.M)[1:]]


def test_every_endpoint_keeps_its_voice_on_the_given_address(files: dict[str, str]) -> None:
    text = files["pjsip.conf"]
    endpoints = re.findall(r"^\[(\w+)\]\(media\)$", text, flags=re.M)
    assert endpoints == ["town", "load", "8000"]
    assert text.count("type = endpoint") == 1, "an endpoint that is not made from the media template"
    template = text.split("[media](!)")[1].split("\n[")[0]
    for setting in (
        "media_address = 127.0.0.1",
        "bind_rtp_to_media_address = yes",
        "t38_bind_udptl_to_media_address = yes",
    ):
        assert setting in template


def test_everything_that_listens_has_the_given_address(files: dict[str, str]) -> None:
    binds = re.findall(r"^(?:bind|bindaddr) = ([^:\s]+)", "\n".join(files.values()), flags=re.M)
    assert binds == ["127.0.0.1"] * 5  # http, ami, and three transports


def test_the_trunk_is_known_by_its_address_and_port(files: dict[str, str]) -> None:
    assert "match = 127.0.0.2:15060" in files["pjsip.conf"]
    assert "match = 127.0.0.3\n" in files["pjsip.conf"]


def test_only_modules_that_are_there_are_loaded(files: dict[str, str]) -> None:
    assert re.findall(r"^load => (\S+)\.so", files["modules.conf"], flags=re.M) == [
        "chan_pjsip",
        "app_stasis",
        "app_stasis_broadcast",
    ]
    assert "autoload = no" in files["modules.conf"]


def test_the_card_driver_is_loaded_where_it_is_there_and_wanted(tmp_path: Path, software: Software) -> None:
    (software.modules / "chan_dahdi.so").touch()
    secrets = Secrets(tmp_path / "exchange")
    assert "chan_dahdi.so" in render(tmp_path, PLAN, software, secrets)["modules.conf"]
    without = replace(PLAN, trunks=PLAN.trunks[:1])
    assert "chan_dahdi.so" not in render(tmp_path, without, software, secrets)["modules.conf"]


def test_an_analog_trunk_listens_for_the_tones_of_a_hung_up_line(files: dict[str, str]) -> None:
    text = files["chan_dahdi.conf"]
    for line in ("busydetect = yes", "busycount = 4", "channel => 1-4", "context = incoming"):
        assert line in text
    assert "lines" not in files["pjsip.conf"].split()


def test_control_is_patient_and_works_nothing_out_that_nobody_reads(files: dict[str, str]) -> None:
    assert "channelvars" not in files["ari.conf"]
    assert "websocket_write_timeout = 5000" in files["ari.conf"]
    assert "writetimeout = 5000" in files["manager.conf"]


def test_each_home_is_an_exchange_of_its_own(files: dict[str, str], tmp_path: Path) -> None:
    ours = entity(tmp_path / "exchange")
    assert re.fullmatch(r"02(:[0-9a-f]{2}){5}", ours)
    assert f"entityid = {ours}" in files["asterisk.conf"]
    assert ours != entity(tmp_path / "other")


def test_files_are_for_the_owner_alone(files: dict[str, str], software: Software, tmp_path: Path) -> None:
    home = tmp_path / "exchange"
    write(home, files, software)
    assert home.stat().st_mode & 0o777 == 0o700
    assert {(home / "etc" / name).stat().st_mode & 0o777 for name in files} == {0o600}


def test_a_change_of_any_file_is_seen(files: dict[str, str], software: Software, tmp_path: Path) -> None:
    home = tmp_path / "exchange"
    assert not unchanged(home, files)
    write(home, files, software)
    assert unchanged(home, files)
    assert not unchanged(home, {**files, "extensions.conf": "[incoming]\n; more\n"})


def test_a_home_with_a_name_that_the_files_cannot_hold_is_refused(tmp_path: Path, software: Software) -> None:
    with pytest.raises(UnusableHome, match=r"';'.*LOUPAN_HOME"):
        render(tmp_path / "a;b", PLAN, software, Secrets(tmp_path / "exchange"))


def test_a_home_too_long_for_a_socket_gets_its_run_directory_elsewhere(tmp_path: Path) -> None:
    assert run_directory(Path("/srv/loupan/exchange")) == Path("/srv/loupan/exchange/run")
    deep = Path("/srv") / "/".join(["a-long-name-for-a-directory"] * 4)
    assert len(str(run_directory(deep) / "asterisk.ctl.00000")) <= 107
    assert run_directory(deep) != run_directory(deep / "other")
