"""RTP, keys and the log of what arrived, on a socket of this machine."""

import asyncio
import socket
import struct
import time
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from tests.sip.media import FRAME, RATE, TICK, Heard, Stream, from_ulaw, to_ulaw


def test_ulaw_is_that_of_the_standard() -> None:
    """G.711: 0xFF is zero, 0x00 and 0x80 the largest."""
    assert from_ulaw(bytes([0xFF, 0x7F, 0x80, 0x00])).tolist() == [0, 0, 32124, -32124]
    assert from_ulaw(to_ulaw(from_ulaw(bytes(range(256))))).tolist() == from_ulaw(bytes(range(256))).tolist()


@given(arrays(np.int16, 50))
def test_ulaw_loses_no_more_than_its_step(samples: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> None:
    back = from_ulaw(to_ulaw(samples)).astype(int)
    assert (np.abs(back - samples) <= np.maximum(np.abs(samples.astype(int)) * 0.05, 645)).all()


def heard(*packets: tuple[float, int]) -> Heard:
    """Packets at these times, each filled with one value."""
    log = Heard()
    for at, value in packets:
        payload = bytes([value, *[0x55] * (FRAME - 1)]) if value != 0xFF else b"\xff" * FRAME
        log.take(at, payload)
    return log


def test_holes_are_found_where_nothing_arrived_or_nothing_sounded() -> None:
    log = heard((10.0, 1), (10.02, 1), (10.04, 0xFF), (10.06, 0xFF), (10.08, 0xFF), (10.1, 1), (10.2, 1))
    assert [(round(a, 2), round(b, 2)) for a, b in log.holes(0.06)] == [(10.1, 0.1)]
    assert [(round(a, 2), round(b, 2)) for a, b in log.holes(0.06, voiced=True)] == [(10.02, 0.08), (10.1, 0.1)]
    assert [(round(a, 2), round(b, 2)) for a, b in log.holes(0.3, 9.0, 11.0)] == [(9.0, 1.0), (10.2, 0.8)]
    assert Heard().holes(0.06) == []


def test_audio_has_its_true_timing_with_jitter_smoothed_and_holes_silent() -> None:
    log = heard((5.0, 1), (5.025, 2), (5.2, 3))
    audio = log.audio()
    starts = [int(np.flatnonzero(audio == from_ulaw(bytes([value]))[0])[0]) for value in (1, 2, 3)]
    assert starts == [0, FRAME, round(0.2 * RATE)]
    assert not audio[2 * FRAME : round(0.2 * RATE)].any()
    assert len(log.audio(4.9, 5.3)) == round(0.4 * RATE)


@pytest.fixture
def far() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", 0))
        end.settimeout(1)
        yield end


def events(far: socket.socket, packets: int) -> list[tuple[bool, int, int, bool, int]]:
    """Of the next packets those that are keys: marker, stamp, event, end, duration."""
    found = []
    for _ in range(packets):
        data = far.recv(400)
        if data[1] & 0x7F == 101:
            event, flags, duration = struct.unpack("!BBH", data[12:16])
            stamp = struct.unpack("!I", data[4:8])[0]
            found.append((bool(data[1] & 0x80), stamp, event, bool(flags & 0x80), duration))
    return found


def test_a_key_is_one_event_with_a_marker_growing_and_three_ends(far: socket.socket) -> None:
    stream = Stream("127.0.0.1")
    stream.peer = far.getsockname()
    stream.press("#", 0.06, 0.04)
    for _ in range(6):
        stream.tick()
    sent = events(far, 8)
    assert [(marker, event, end, duration) for marker, _, event, end, duration in sent] == [
        (True, 11, False, 160),
        (False, 11, False, 320),
        (False, 11, True, 480),
        (False, 11, True, 480),
        (False, 11, True, 480),
    ]
    assert len({stamp for _, stamp, *_ in sent}) == 1, "all of one event have its beginning as their stamp"
    assert [key for _, key in stream.key_times] == ["#"]
    stream.close()


def test_two_keys_never_share_a_stamp(far: socket.socket) -> None:
    stream = Stream("127.0.0.1", send=False)
    stream.peer = far.getsockname()
    stream.flood("12")
    stamps = {event: stamp for _, stamp, event, *_ in events(far, 8)}
    assert (stamps[2] - stamps[1]) % 2**32 == 4 * FRAME
    stream.close()


async def test_arrival_is_the_kernels_time_not_ours(far: socket.socket) -> None:
    stream = Stream("127.0.0.1")
    sent = []
    for number in range(5):
        far.sendto(
            struct.pack("!BBHII", 0x80, 0, number, number * FRAME, 1) + b"\x01" * FRAME, ("127.0.0.1", stream.port)
        )
        sent.append(time.time())
        await asyncio.sleep(TICK)
    stream.drain()
    assert stream.heard.packets == 5
    assert list(stream.heard.times) == pytest.approx(sent, abs=0.01)
    stream.close()
