"""RTP of one call: 20 ms of µ-law each way, keys as RFC 4733 events, and a log of what arrived when.

Arrival times are the kernel's own (SO_TIMESTAMPNS), so a late test process does not look like a hole in the audio.
"""

import itertools
import random
import socket
import struct
import time
from array import array
from collections import deque
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

RATE = 8000
FRAME = 160  # samples, and bytes, in 20 ms
TICK = FRAME / RATE
EVENTS = 101  # payload type of telephone events
QUIET = b"\xff" * FRAME
SO_TIMESTAMPNS = 35  # Linux; the socket module has no name for it
JITTER = 480  # samples: a packet up to 60 ms off its place belongs right behind the one before it

Samples = NDArray[np.int16]


def _expand() -> Samples:
    code = np.arange(256, dtype=np.int32) ^ 0xFF
    size = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -size, size).astype(np.int16)


_LINEAR = _expand()


def from_ulaw(data: bytes | bytearray) -> Samples:
    """µ-law bytes as 16-bit samples."""
    return _LINEAR[np.frombuffer(bytes(data), dtype=np.uint8)]


def to_ulaw(samples: Samples) -> bytes:
    """16-bit samples as µ-law bytes (G.711)."""
    wide = samples.astype(np.int32)
    size = np.minimum(np.abs(wide), 32635) + 0x84
    exponent = np.floor(np.log2(size)).astype(np.int32) - 7
    code = np.where(wide < 0, 0x80, 0) | (exponent << 4) | (size >> (exponent + 3) & 0x0F)
    return bytes((code ^ 0xFF).astype(np.uint8))


def frames(audio: bytes) -> list[bytes]:
    """µ-law audio cut into packets, the last one filled up with quiet."""
    return [audio[at : at + FRAME].ljust(FRAME, b"\xff") for at in range(0, len(audio), FRAME)]


class Heard:
    """What arrived: times in seconds since the epoch, audio as µ-law."""

    def __init__(self, keep: bool = True) -> None:
        self.times = array("d")
        self.voiced = bytearray()
        self._keep = keep
        self._audio: list[bytes] = []

    def take(self, at: float, payload: bytes) -> None:
        self.times.append(at)
        # quiet is one value over and over (Asterisk's silence, or none at all)
        self.voiced.append(payload.count(payload[:1]) < len(payload) * 0.95)
        if self._keep:
            self._audio.append(payload)

    @property
    def packets(self) -> int:
        return len(self.times)

    def holes(
        self, threshold: float, start: float = 0.0, end: float = 0.0, *, voiced: bool = False
    ) -> list[tuple[float, float]]:
        """Stretches without a packet (or, if `voiced`, without a sound) longer than `threshold`: (begin, seconds).

        start, end: the time to look at, seconds since the epoch; by default from the first to the last packet.
        """
        wanted = [t for t, loud in zip(self.times, self.voiced, strict=True) if loud or not voiced]
        if not wanted and not (start and end):
            return []
        start, end = start or wanted[0], end or wanted[-1]
        edges = [start, *(t for t in wanted if start <= t <= end), end]
        return [(a, b - a) for a, b in itertools.pairwise(edges) if b - a > threshold]

    def audio(self, start: float = 0.0, end: float = 0.0) -> Samples:
        """The audio with its true timing, holes as silence, from `start` (default: the first packet) to `end`."""
        if not self.times:
            return np.zeros(0, dtype=np.int16)
        origin = start or self.times[0]
        length = round(((end or self.times[-1] + TICK) - origin) * RATE)
        out = np.zeros(max(length, 0), dtype=np.int16)
        following: int | None = None
        for at, payload in zip(self.times, self._audio, strict=True):
            place = round((at - origin) * RATE)
            if following is not None and abs(place - following) < JITTER:
                place = following
            following = place + len(payload)
            piece = from_ulaw(payload)
            low, high = max(place, 0), min(place + len(piece), len(out))
            if low < high:
                out[low:high] = piece[low - place : high - place]
        return out


class Stream:
    """One call's RTP socket. The phone's pump calls `drain` and `tick` every 20 ms."""

    def __init__(self, ip: str, *, keep: bool = True, send: bool = True) -> None:
        self.heard = Heard(keep)
        self.sending = send
        self.peer: tuple[str, int] | None = None
        self.key_times: list[tuple[float, str]] = []  # when the last packet of each key went out
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.bind((ip, 0))
        self.port: int = self._socket.getsockname()[1]
        self._sequence = random.getrandbits(15)
        self._stamp = random.getrandbits(31)
        self._source = random.getrandbits(32)
        self._speech: deque[bytes] = deque()
        self._keys: deque[tuple[bytes, bytes, str]] = deque()

    def say(self, audio: bytes) -> None:
        """Send this µ-law audio after what is still waiting to be said."""
        self._speech.extend(frames(audio))

    def press(self, keys: str, length: float, gap: float) -> None:
        """Queue keys: each `length` seconds long with `gap` seconds of quiet behind it, both in steps of 20 ms."""
        for key in keys:
            self._keys.extend(_key_packets(key, max(round(length / TICK), 2)))
            self._keys.extend([(b"", b"", "")] * max(round(gap / TICK), 1))

    def flood(self, keys: str) -> None:
        """Send all these keys at once, faster than any finger: 40 ms by their stamps, no time on the wire."""
        for key in keys:
            for packet in _key_packets(key, 2):
                self._send_event(*packet)
            self._stamp = (self._stamp + 4 * FRAME) & 0xFFFFFFFF
            self.key_times.append((time.time(), key))

    @property
    def pressing(self) -> bool:
        return bool(self._keys)

    def tick(self, missed: int = 0) -> None:
        """Send this 20 ms' packet: an event if a key is down, else audio, else quiet (if sending at all).

        missed: how many packets before this one could not be sent in their time.
        """
        if self.peer is None:
            return
        self._stamp = (self._stamp + missed * FRAME) & 0xFFFFFFFF
        event = self._keys.popleft() if self._keys else None
        if event is not None and event[0]:
            self._send_event(*event)
            if event[2]:
                self.key_times.append((time.time(), event[2]))
        elif self.sending or self._speech:
            payload = self._speech.popleft() if self._speech else QUIET
            self._send(0, self._stamp, payload)
        self._stamp = (self._stamp + FRAME) & 0xFFFFFFFF

    def drain(self) -> None:
        """Take what has arrived."""
        receive = self._socket.recvmsg
        take = self.heard.take
        while True:
            try:
                data, ancillary, _, _ = receive(512, 64)
            except (BlockingIOError, ConnectionRefusedError, OSError):
                return
            if len(data) > 12 and data[1] & 0x7F == 0:
                seconds, nanos = struct.unpack("qq", ancillary[0][2]) if ancillary else (time.time(), 0)
                take(seconds + nanos * 1e-9, data[12:])

    def close(self) -> None:
        self.drain()
        self._socket.close()

    def _send_event(self, first: bytes, rest: bytes, ends: str) -> None:
        if rest == b"start":
            self._event_stamp = self._stamp
        copies = 3 if ends else 1  # the end is sent three times (RFC 4733 §2.5.1.4)
        for _ in range(copies):
            self._send(EVENTS | (0x80 if rest == b"start" else 0), self._event_stamp, first)

    def _send(self, kind: int, stamp: int, payload: bytes) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFF
        header = struct.pack("!BBHII", 0x80, kind, self._sequence, stamp, self._source)
        try:
            self._socket.sendto(header + payload, self.peer)  # type: ignore[arg-type]
        except OSError:
            pass  # the far port has closed: the call is ending


def _key_packets(key: str, steps: int) -> Iterator[tuple[bytes, bytes, str]]:
    """Payloads of one key of `steps` × 20 ms: (payload, b"start" for the first, the key for the last)."""
    code = "0123456789*#ABCD".index(key)
    for step in range(steps):
        last = step == steps - 1
        payload = struct.pack("!BBH", code, (0x80 if last else 0) | 10, (step + 1) * FRAME)
        yield payload, b"start" if step == 0 else b"", key if last else ""
