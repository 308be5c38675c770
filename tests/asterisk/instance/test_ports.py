"""Ports: free ones are found, taken ones are told in the user's words before anything is started."""

import socket

import pytest

from asterisk.instance.ports import Ports, PortTaken, check, free

ADDRESS = "127.0.0.9"


def test_free_ports_differ_and_are_free() -> None:
    ports = free(ADDRESS, phones=True)
    assert len({ports.sip, ports.http, ports.ami, ports.phones}) == 4
    check(ADDRESS, ports)


def test_ports_that_were_chosen_are_kept() -> None:
    ports = free(ADDRESS, sip=15060, http=18088, ami=15038)
    assert (ports.sip, ports.http, ports.ami) == (15060, 18088, 15038)


def test_there_are_as_many_voice_ports_as_wished_and_fax_has_its_own() -> None:
    ports = free(ADDRESS, voice=100)
    assert ports.voice[1] - ports.voice[0] == 99
    assert ports.voice[0] % 2 == 0
    assert ports.fax[0] > ports.voice[1]


@pytest.mark.parametrize(
    ("kind", "port", "purpose", "setting"),
    [
        (socket.SOCK_DGRAM, "sip", "SIP", "LOUPAN_SIP_PORT"),
        (socket.SOCK_STREAM, "sip", "SIP over TCP", "LOUPAN_SIP_PORT"),
        (socket.SOCK_STREAM, "http", "ARI", "LOUPAN_HTTP_PORT"),
        (socket.SOCK_STREAM, "ami", "AMI", "LOUPAN_AMI_PORT"),
    ],
)
def test_a_taken_port_is_named_with_its_purpose_and_the_way_out(
    kind: socket.SocketKind, port: str, purpose: str, setting: str
) -> None:
    ports: Ports = free(ADDRESS)
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind((ADDRESS, getattr(ports, port)))
        if kind is socket.SOCK_STREAM:
            other.listen()
        with pytest.raises(PortTaken) as told:
            check(ADDRESS, ports)
    assert f"Port {getattr(ports, port)} on {ADDRESS}" in str(told.value)
    assert purpose in str(told.value)
    assert f"{setting}=" in str(told.value)


def test_an_address_that_is_not_ours_is_told_too() -> None:
    with pytest.raises(PortTaken, match="cannot be had"):
        check("192.0.2.1", Ports(5060, 8088, 5038, (20000, 20100), (20101, 20200)))
