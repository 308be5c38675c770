"""The town's ear: true in time, and exact in sound."""

import asyncio
import socket
import struct
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk.town.ear import DECODED, FRAME, SILENCE, Ear, encode, laid_out

LOUD = encode(np.full(FRAME, 8000, dtype=np.int16))


def test_mu_law_by_hand() -> None:
    """The standard's own corner values (G.711, table 2a)."""
    assert (DECODED[0x80], DECODED[0x00], DECODED[0xFF], DECODED[0x7F]) == (32124, -32124, 0, 0)
    assert (DECODED[0xFE], DECODED[0x8F]) == (8, 16764)


@given(st.integers(-32768, 32767))
def test_what_is_encoded_comes_back_as_near_as_the_code_allows(sample: int) -> None:
    back = int(DECODED[encode(np.array([sample], dtype=np.int16))[0]])
    assert abs(back - sample) == int(np.abs(DECODED.astype(int) - sample).min())


def test_packets_that_follow_each_other_have_no_seam() -> None:
    """20 ms apart with some jitter, from 100 ms on."""
    arrivals = [10.1, 10.125, 10.14, 10.155]
    track = laid_out([(at, LOUD) for at in arrivals], 10.0, 10.3)
    assert len(track) == 2400
    assert list(np.flatnonzero(track)[[0, -1]]) == [800, 800 + 4 * FRAME - 1]
    assert np.count_nonzero(track) == 4 * FRAME


def test_a_hole_stays_a_hole() -> None:
    track = laid_out([(0.0, LOUD), (0.02, LOUD), (0.12, LOUD)], 0.0, 0.2)
    assert np.count_nonzero(track[320:960]) == 0, "80 ms of nothing between the second packet and the third"
    assert np.count_nonzero(track[960:1120]) == FRAME


def test_what_came_before_the_answer_is_cut() -> None:
    track = laid_out([(0.99, LOUD)], 1.0, 1.1)
    assert np.count_nonzero(track) == 80


def test_what_comes_after_the_end_is_cut() -> None:
    assert len(laid_out([(1.09, LOUD)], 1.0, 1.1)) == 800
    assert len(laid_out([(5.0, LOUD)], 1.0, 1.1)) == 800


def _packet(sound: bytes, kind: int = 0) -> bytes:
    return struct.pack("!BBHII", 0x80, kind, 1, 1, 1) + sound


@pytest.fixture
def far() -> socket.socket:
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


async def test_a_prompt_ends_when_nothing_is_heard_for_a_while(far: socket.socket) -> None:
    ear = Ear("127.0.0.2")
    host, port = ear.address.split(":")
    waiting = asyncio.create_task(ear.prompt_end())
    for _ in range(3):
        far.sendto(_packet(LOUD), (host, int(port)))
    last = time.time()
    await asyncio.wait_for(waiting, 5)
    assert 0.6 < time.time() - last < 2
    assert ear.packets == 3
    ear.close()
    far.close()


async def test_silence_and_key_events_are_no_prompt(far: socket.socket) -> None:
    ear = Ear("127.0.0.2")
    host, port = ear.address.split(":")
    far.sendto(_packet(SILENCE), (host, int(port)))
    far.sendto(_packet(b"\x01\x0a\x00\xa0", kind=101), (host, int(port)))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ear.prompt_end(), 0.3)
    assert (ear.packets, ear.talking) == (1, False)
    ear.close()
    far.close()


async def test_a_prompt_that_has_ended_since_the_last_key_counts_and_only_once(far: socket.socket) -> None:
    ear = Ear("127.0.0.2")
    host, port = ear.address.split(":")
    ear.mark()
    far.sendto(_packet(LOUD), (host, int(port)))
    await asyncio.wait_for(ear.prompt_end(), 5)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ear.prompt_end(), 0.3)
    ear.close()
    far.close()


async def test_speech_goes_out_in_packets_and_then_silence(far: socket.socket) -> None:
    far.bind(("127.0.0.3", 0))
    far.setblocking(False)
    ear = Ear("127.0.0.2")
    ear.speak_to(*far.getsockname())
    begin = time.time()
    saying = asyncio.create_task(ear.say(np.full(300, 8000, dtype=np.int16)))
    await asyncio.sleep(0)
    heard = []
    for _ in range(4):
        ear.tick()
        heard.append(await asyncio.get_running_loop().sock_recv(far, 2048))
    await asyncio.wait_for(saying, 1)
    ear.close()
    far.close()
    sounds = [DECODED[np.frombuffer(packet[12:], dtype=np.uint8)] for packet in heard]
    assert [np.count_nonzero(sound) for sound in sounds] == [160, 140, 0, 0]
    assert [struct.unpack("!HI", packet[2:8]) for packet in heard] == [(1, 160), (2, 320), (3, 480), (4, 640)]
    assert np.count_nonzero(ear.spoken(begin, begin + 1)) == 300
