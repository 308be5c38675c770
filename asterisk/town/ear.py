"""What a caller hears and says: plain RTP (µ-law, 8 kHz), kept by the clock.

The town's Asterisk relays the call's sound to a socket of ours. The kernel stamps every packet as it arrives, so a
recording is true in time whatever else this process is doing: silence is kept and holes stay holes.
"""

import asyncio
import socket
import struct
import time
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE = 8000
FRAME = 160  # samples of 20 ms
SILENCE = b"\xff" * FRAME
LATE = 0.040  # s; a packet later than this leaves a hole, one less late is what every telephone evens out
LOUD = 100  # mean magnitude of a frame, of 32124, from which on somebody is talking
TALK_GAP = 0.7  # s of silence that end a prompt; the pauses inside one are shorter
_TIMESTAMPS = 35  # SO_TIMESTAMPNS, which Python does not name
_HEADER = struct.Struct("!BBHII")
_STAMP = struct.Struct("qq")

Samples = npt.NDArray[np.int16]


def _decoded() -> Samples:
    """µ-law byte → 16-bit sample (G.711)."""
    code = ~np.arange(256, dtype=np.uint8)
    size = (((code & 0x0F).astype(np.int32) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -size, size).astype(np.int16)


DECODED = _decoded()
# byte → magnitude / 128, to judge loudness without leaving bytes
_LEVEL = bytes(min(255, abs(int(sample)) // 128) for sample in DECODED)


def encode(samples: Samples) -> bytes:
    """16-bit samples → µ-law: the nearest of the 256 values."""
    order = np.argsort(DECODED, kind="stable")
    values = DECODED[order].astype(np.int32)
    right = np.clip(np.searchsorted(values, samples), 1, 255)
    nearer_left = samples - values[right - 1] < values[right] - samples
    return order[np.where(nearer_left, right - 1, right)].astype(np.uint8).tobytes()


class Ear:
    """One call's sound, both ways. `address` is where the exchange of the town sends what is heard."""

    def __init__(self, bind: str) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((bind, 0))
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.setsockopt(socket.SOL_SOCKET, _TIMESTAMPS, 1)
        self._heard: list[tuple[float, bytes]] = []  # (when it arrived, µ-law)
        self._spoken: list[tuple[float, bytes]] = []
        self._far: tuple[str, int] | None = None
        self._sequence = 0
        self._mouth = b""  # what is still to be said
        self._said = asyncio.Event()
        self._said.set()
        self._loud_at = 0.0  # when somebody was last heard talking
        self._marked_at = 0.0  # since when an end of a prompt counts
        self._loud = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._socket, self._read)

    @property
    def address(self) -> str:
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    @property
    def packets(self) -> int:
        return len(self._heard)

    @property
    def talking(self) -> bool:
        """Is somebody heard talking just now (or has been until less than a pause ago)?"""
        return time.time() - self._loud_at < TALK_GAP

    def speak_to(self, host: str, port: int) -> None:
        """Where what we say goes; from now on there is sound on the line, be it silence, as with any telephone."""
        self._far = (host, port)

    def mark(self) -> None:
        """Whatever was heard until now is past: `prompt_end` waits for the end of something newer."""
        self._marked_at = time.time()
        self._loud.clear()

    async def prompt_end(self) -> None:
        """Return when a prompt heard since the last mark has ended, at once if it has already; then mark."""
        await self._loud.wait()
        while self.talking:  # noqa: ASYNC110 - no event tells the end: it is the absence of packets
            await asyncio.sleep(self._loud_at + TALK_GAP - time.time())
        self.mark()

    async def say(self, speech: Samples) -> None:
        """Speak, and return when it has been said."""
        self._mouth += encode(speech)
        self._said.clear()
        await self._said.wait()

    def key(self, samples: Samples) -> None:
        """Note a key in the record of what was said (it travels as an RFC 4733 event, drawn here as its tone)."""
        self._spoken.append((time.time(), encode(samples)))

    def tick(self) -> None:
        """Send the next 20 ms; called by the town's clock."""
        if self._far is None:
            return
        frame, self._mouth = self._mouth[:FRAME].ljust(FRAME, b"\xff"), self._mouth[FRAME:]
        if frame != SILENCE:
            self._spoken.append((time.time(), frame))
        elif not self._mouth:
            self._said.set()
        self._sequence = self._sequence + 1 & 0xFFFF
        header = _HEADER.pack(0x80, 0, self._sequence, self._sequence * FRAME & 0xFFFFFFFF, 0x10AD)
        try:
            self._socket.sendto(header + frame, self._far)
        except OSError:  # the far side has just gone
            self._far = None

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        self._far = None
        self._said.set()

    def heard(self, begin: float, end: float) -> Samples:
        """What was heard from `begin` to `end` (epoch seconds)."""
        return laid_out(self._heard, begin, end)

    def spoken(self, begin: float, end: float) -> Samples:
        return laid_out(self._spoken, begin, end)

    def _read(self) -> None:
        for _ in range(50):
            try:
                packet, extra, *_ = self._socket.recvmsg(2048, 64)
            except BlockingIOError:
                return
            seconds, nanoseconds = _STAMP.unpack(extra[0][2][:16]) if extra else divmod(time.time_ns(), 10**9)
            at = seconds + nanoseconds / 1e9
            sound = packet[12:]
            if not sound or packet[1] & 0x7F:  # not µ-law
                continue
            self._heard.append((at, sound))
            if sum(sound.translate(_LEVEL)) * 128 > LOUD * len(sound) and at > self._marked_at:
                self._loud_at = at
                self._loud.set()


def laid_out(packets: list[tuple[float, bytes]], begin: float, end: float) -> Samples:
    """Packets put where they belong on the time axis, silence between. Pure.

    A packet that comes within LATE of when it was due follows its forerunner without a seam; a later one stands
    where it arrived, and the hole before it is heard as one.
    """
    track = np.zeros(max(0, round((end - begin) * RATE)), dtype=np.int16)
    due = float("-inf")
    for at, sound in packets:
        start = due if at - due < LATE else at
        due = start + len(sound) / RATE
        first = round((start - begin) * RATE)
        samples = DECODED[np.frombuffer(sound, dtype=np.uint8)]
        if first < 0:
            samples, first = samples[-first:], 0
        room = track[first : first + len(samples)]
        room[:] = samples[: len(room)]
    return track


def write_wav(file: Path, samples: Samples) -> Path:
    """8 kHz mono 16-bit."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return file
