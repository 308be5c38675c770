"""SIP on the wire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sip import message as sip

INVITE = (
    b"INVITE sip:8001@127.0.0.4:5070 SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nVia: SIP/2.0/UDP b\r\n"
    b'From: "\xff\xfe \xe5\xb0\x8f" <sip:138@a>;tag=1\r\nTo: <sip:8001@b>\r\nCall-ID: x@a\r\nCSeq: 7 INVITE\r\n'
    b"Contact: <sip:c@a:5060>\r\nContent-Length: 0\r\n\r\n"
)


def test_a_request_is_read_whatever_bytes_are_in_it() -> None:
    invite = sip.parse(INVITE)
    assert invite is not None
    assert (invite.method, invite.status, invite.uri) == ("INVITE", 0, "sip:8001@127.0.0.4:5070")
    assert invite.all("via") == ["SIP/2.0/UDP a;branch=z9hG4bK1", "SIP/2.0/UDP b"]
    assert sip.user(sip.address(invite["from"])) == "138"
    assert b'"\xff\xfe \xe5\xb0\x8f"' in invite.encode()


def test_an_answer_goes_the_way_the_request_came() -> None:
    invite = sip.parse(INVITE)
    assert invite is not None
    answer = sip.parse(sip.response(invite, 486, "Busy Here", tag="9").encode())
    assert answer is not None
    assert (answer.status, answer.method) == (486, "INVITE")
    assert answer.all("via") == invite.all("via")
    assert answer["to"] == "<sip:8001@b>;tag=9"


@pytest.mark.parametrize("noise", [b"", b"\r\n\r\n", b"\x00\x01\x02", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_what_is_not_sip_is_nothing(noise: bytes) -> None:
    assert sip.parse(noise) is None


def test_a_display_name_is_escaped_and_bytes_are_not() -> None:
    assert sip.display('a "b" \\') == '"a \\"b\\" \\\\" '
    assert sip.display(b"\xff").encode("utf-8", "surrogateescape") == b'"\xff" '
    assert sip.display("") == ""


def test_the_proof_of_a_password_is_that_of_the_standard() -> None:
    """The example of RFC 2617 §3.5, with its own cnonce left out (no qop)."""
    challenge = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'
    proof = sip.digest(challenge, "GET", "/dir/index.html", "Mufasa", "Circle Of Life")
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in proof
    assert "qop=auth" in sip.digest(challenge + ', qop="auth"', "GET", "/", "a", "b")


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    message = sip.parse(data)
    assert message is None or "SIP/2.0" in message.first
