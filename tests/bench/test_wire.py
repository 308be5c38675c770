"""Sounds are told apart on the wire; keys are what RFC 4733 says."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import tones, wire


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    menu, short = tones.make(tmp_path_factory.mktemp("tones"))
    return {"menu": _ulaw(menu), "short": _ulaw(short)}


def _ulaw(file: Path) -> bytes:
    return file.with_suffix(".ulaw").read_bytes()


def voice(payload: bytes) -> bytes:
    return struct.pack("!BBHII", 0x80, wire.VOICE, 1, 160, 7) + payload


@pytest.mark.parametrize("name", ["menu", "short"])
def test_every_packet_of_a_sound_is_recognised(sounds: dict[str, bytes], name: str) -> None:
    sound = sounds[name]
    packets = [voice(sound[at : at + wire.FRAME]) for at in range(0, len(sound) - wire.FRAME + 1, wire.FRAME)]
    heard = [wire.pitch(packet) for packet in packets]
    assert heard[:6] == ["silence"] * 6
    assert set(heard[6:-7]) == {name}
    assert heard[-5:] == ["silence"] * 5


def test_the_sounds_are_as_long_as_they_are_said_to_be(sounds: dict[str, bytes]) -> None:
    assert (len(sounds["menu"]), len(sounds["short"])) == (32_000, 3_440)


def test_silence_is_voice_without_sound() -> None:
    assert wire.pitch(voice(b"\xff" * 160)) == "silence"
    assert wire.pitch(voice(b"\x7f\xff" * 80)) == "silence"


def test_a_key_is_no_voice_and_neither_is_a_short_packet(sounds: dict[str, bytes]) -> None:
    assert wire.pitch(wire.key_packets("5", 1, 160, 7)[0]) == ""
    assert wire.pitch(voice(sounds["menu"][:80])) == ""


def test_a_key_by_hand() -> None:
    packets = wire.key_packets("#", 65534, 320, 9)
    assert len(packets) == 8
    assert packets[0] == bytes.fromhex("80e5 fffe 00000140 00000009 0b0a00a0".replace(" ", ""))
    assert packets[2][2:4] == b"\x00\x00"  # the sequence number goes round
    assert [packet[13] & 0x80 for packet in packets] == [0, 0, 0, 0, 0, 0x80, 0x80, 0x80]
    assert {packet[12:] for packet in packets[5:]} == {bytes.fromhex("0b8a03c0")}


def test_what_is_no_key_is_refused() -> None:
    with pytest.raises(ValueError, match="substring"):
        wire.key_packets("x", 0, 0, 0)


@given(st.sampled_from(wire.KEYS), st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1))
def test_all_packets_of_a_key_share_its_moment(key: str, sequence: int, stamp: int) -> None:
    packets = wire.key_packets(key, sequence, stamp, 1)
    assert {packet[4:8] for packet in packets} == {struct.pack("!I", stamp)}
    assert {packet[12] for packet in packets} == {wire.KEYS.index(key)}
    assert [packet[1] >> 7 for packet in packets] == [1, *[0] * 7]  # one marker, at the beginning
