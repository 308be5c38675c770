"""Callers that press keys and know to the packet when they heard what. No root needed, many calls in one process.

    async with booth(source, target) as callers:
        line = callers.call("1002", "13900000001")
        await line.answered.wait()
        line.press("1")
        await line.over.wait()

Voice is received by the kernel and stamped there; a caller who is deaf leaves it unread, which costs nothing.
Nothing but keys is sent: an exchange needs no voice from a caller to play a prompt.
"""

import asyncio
import random
import re
import socket
import struct
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from bench import wire

SO_TIMESTAMPNS = 35  # Linux: the kernel's time of arrival comes with each packet
PATIENCE = 0.5  # s until an unanswered INVITE is said again
FRAME_S = 0.02
# s between two keys, from when the first one was really let go (a busy machine is late): the exchange takes two that
# come within 45 ms for three
GAP_S = 0.08
_MEDIA = re.compile(r"^m=audio (\d+)", re.M)
_ADDRESS = re.compile(r"^c=IN IP4 (\S+)", re.M)


class Booth(asyncio.DatagramProtocol):
    """One SIP address for all its calls."""

    def __init__(self, source: str, target: tuple[str, int]) -> None:
        self.source, self.target = source, target
        self.port = 0
        self.lines: dict[str, Line] = {}
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)  # uvloop's is one in all but its ancestry
        self.port = transport.get_extra_info("sockname")[1]

    def call(self, number: str, caller: str, *, deaf: bool = False) -> "Line":
        line = Line(self, number, caller, deaf)
        self.lines[line.id] = line
        line.invite()
        return line

    def say(self, text: str) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(text.encode(), self.target)

    def datagram_received(self, data: bytes, address: tuple[str | object, int]) -> None:
        now = time.time()
        head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
        first, *rest = head.split("\r\n")
        fields: dict[str, str] = {}
        for row in rest:
            name, _, value = row.partition(":")
            fields.setdefault(name.strip().lower(), value.strip())
        line = self.lines.get(fields.get("call-id", ""))
        if line is None:
            return
        if first.startswith("SIP/2.0 "):
            line.answer(int(first.split()[1]), fields, body, now)
        elif first.startswith("BYE "):
            vias = "".join(f"{row}\r\n" for row in rest if row.lower().startswith("via:"))
            names = "".join(f"{name}: {fields[name.lower()]}\r\n" for name in ("From", "To", "Call-ID", "CSeq"))
            self.say(f"SIP/2.0 200 OK\r\n{vias}{names}Content-Length: 0\r\n\r\n")
            line.ended(now)


class Line:
    """One call. Times are seconds since the epoch; 0: it has not happened.

    heard  every voice packet: its arrival, and the sound it carries (of a caller who is not deaf)
    ends   when the end of each key was sent
    """

    def __init__(self, booth: Booth, number: str, caller: str, deaf: bool) -> None:
        self.booth, self.number, self.caller = booth, number, caller
        self.id = f"{random.getrandbits(64):x}@{booth.source}"
        self.invited = self.up = self.gone = 0.0
        self.refused = 0  # the SIP status that refused the call
        self.keys = ""
        self.ends: list[float] = []
        self.heard: list[tuple[float, wire.Pitch]] = []
        self.answered = asyncio.Event()
        self.over = asyncio.Event()
        self._tag, self._branch = (f"{random.getrandbits(40):x}" for _ in "ab")
        self._contact = self._to = ""
        self._peer: tuple[str, int] | None = None
        self._sequence, self._source = 0, random.getrandbits(31)
        self._retry: asyncio.TimerHandle | None = None
        self._waiting: deque[list[bytes]] = deque()  # keys to come
        self._pressing = False
        self._loop = asyncio.get_running_loop()
        self._voice = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._voice.setblocking(False)
        self._voice.bind((booth.source, 0))
        if deaf:
            self._voice.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 0)
        else:
            self._voice.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            self._loop.add_reader(self._voice.fileno(), self._listen)
        self._deaf = deaf

    def invite(self) -> None:
        self.invited = self.invited or time.time()
        media = (
            f"v=0\r\no=- 1 1 IN IP4 {self.booth.source}\r\ns=-\r\nc=IN IP4 {self.booth.source}\r\nt=0 0\r\n"
            f"m=audio {self._voice.getsockname()[1]} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n"
        )
        self._say("INVITE", 1, self._uri, f"To: <{self._uri}>", media)
        self._retry = self._loop.call_later(PATIENCE, self.invite)

    def answer(self, status: int, fields: dict[str, str], body: str, now: float) -> None:
        if self._retry is not None:
            self._retry.cancel()  # heard: the exchange is at work
        if status < 200 or not fields.get("cseq", "").endswith("INVITE"):
            return
        to = f"To: {fields.get('to', '')}"
        if status >= 300:
            self.refused = status
            self._say("ACK", 1, self._uri, to, branch=self._branch)
            self.ended(now)
            return
        contact = fields.get("contact", "").strip("<>").partition(">")[0] or self._uri
        self._contact, self._to = contact, to
        self._say("ACK", 1, contact, to, branch=f"{random.getrandbits(40):x}")
        if not self.answered.is_set():
            port, address = _MEDIA.search(body), _ADDRESS.search(body)
            if port and address:
                self._peer = (address[1], int(port[1]))
            self.up = now
            self.answered.set()

    def hang_up(self) -> None:
        """The caller has heard enough."""
        if self.up and not self.over.is_set():
            self._say("BYE", 2, self._contact, self._to, branch=f"{random.getrandbits(40):x}")
            self.ended(time.time())

    def ended(self, now: float) -> None:
        if not self.over.is_set():
            self.gone = now
            self.close()
            self.over.set()
            self.answered.set()

    def close(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
        if self._voice.fileno() >= 0:
            if not self._deaf:
                self._listen()
                self._loop.remove_reader(self._voice.fileno())
            self._voice.close()

    def press(self, key: str) -> None:
        """Press and let go; a key pressed before the last one was let go follows it after a moment."""
        self.keys += key
        packets = wire.key_packets(key, self._sequence, (self._sequence * wire.FRAME) & 0xFFFFFFFF, self._source)
        self._sequence += len(packets)
        self._waiting.append(packets)
        if not self._pressing:
            self._next()

    def _next(self) -> None:
        self._pressing = bool(self._waiting)
        if self._waiting:
            packets = self._waiting.popleft()
            for n in range(wire.HELD):
                self._loop.call_later(n * FRAME_S, self._send, packets[n : n + 1])
            self._loop.call_later(wire.HELD * FRAME_S, self._let_go, packets[wire.HELD :])

    def _let_go(self, packets: list[bytes]) -> None:
        self.ends.append(time.time())
        self._send(packets)
        self._loop.call_later(GAP_S, self._next)

    def _send(self, packets: list[bytes]) -> None:
        if self._peer is not None and self._voice.fileno() >= 0:
            for packet in packets:
                self._voice.sendto(packet, self._peer)

    def _listen(self) -> None:
        while True:
            try:
                packet, extra, _, _ = self._voice.recvmsg(400, 64)
            except (BlockingIOError, OSError):
                return
            if sound := wire.pitch(packet):
                seconds, nanos = struct.unpack("qq", extra[0][2][:16])
                self.heard.append((seconds + nanos * 1e-9, sound))

    @property
    def _uri(self) -> str:
        address, port = self.booth.target
        return f"sip:{self.number}@{address}:{port}"

    def _say(self, method: str, count: int, uri: str, to: str, body: str = "", *, branch: str = "") -> None:
        source = f"{self.booth.source}:{self.booth.port}"
        kind = "Content-Type: application/sdp\r\n" if body else ""
        self.booth.say(
            f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {source};branch=z9hG4bK{branch or self._branch}\r\n"
            f"From: <sip:{self.caller}@{source}>;tag={self._tag}\r\n{to}\r\nCall-ID: {self.id}\r\n"
            f"CSeq: {count} {method}\r\nContact: <sip:{self.caller}@{source}>\r\nMax-Forwards: 70\r\n"
            f"{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        )


@asynccontextmanager
async def booth(source: str, target: tuple[str, int]) -> AsyncIterator[Booth]:
    transport, callers = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Booth(source, target), local_addr=(source, 0)
    )
    try:
        yield callers
    finally:
        for line in callers.lines.values():
            line.close()
        transport.close()
