"""A piece of bad cable: a TCP relay in front of a server, with faults on command. Works before any server.

async with wire_to("127.0.0.1", 8088) as wire:
    client.connect(wire.host, wire.port)
    wire.drop("websocket")          # abort: the other side sees a reset
    wire.freeze("websocket")        # half-open: nothing passes any more, nothing is closed
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

CHUNK = 65536


class Cable:
    """One relayed connection. kind: "websocket", "http" or "other", by its first bytes."""

    def __init__(self, near: asyncio.StreamWriter) -> None:
        self.kind = "other"
        self.frozen = asyncio.Event()  # set = bytes flow
        self.frozen.set()
        self._ends = [near]

    def join(self, far: asyncio.StreamWriter) -> None:
        self._ends.append(far)

    def look(self, first: bytes) -> None:
        if b"upgrade: websocket" in first.lower():
            self.kind = "websocket"
        elif b" HTTP/1.1\r\n" in first:
            self.kind = "http"

    def close(self) -> None:
        for end in self._ends:
            end.close()

    def cut(self) -> None:
        self.frozen.set()
        for end in self._ends:
            end.transport.abort()


class Wire:
    """The relay. fragment: split everything the server sends into pieces of so many bytes (0 = whole);
    delay: hold each piece back so many seconds; refuse: close new connections at once."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.host, self.port = "", 0
        self.fragment = 0
        self.delay = 0.0
        self.refuse = False
        self.connections = 0  # how many have ever been made
        self._cables: set[Cable] = set()
        self._server: asyncio.Server | None = None

    def cables(self, kind: str = "") -> list[Cable]:
        return [cable for cable in self._cables if kind in ("", cable.kind)]

    def drop(self, kind: str = "") -> int:
        """Abort the connections of that kind (default: all); how many there were."""
        found = self.cables(kind)
        for cable in found:
            cable.cut()
        return len(found)

    def freeze(self, kind: str = "") -> int:
        """Half-open: those connections stay, and nothing passes until `thaw`. New ones are not touched."""
        found = self.cables(kind)
        for cable in found:
            cable.frozen.clear()
        return len(found)

    def thaw(self) -> None:
        for cable in self._cables:
            cable.frozen.set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", self.port)
        self.host, self.port = self._server.sockets[0].getsockname()[:2]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self.drop()
            await self._server.wait_closed()

    async def _relay(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        self.connections += 1
        cable = Cable(near_out)
        self._cables.add(cable)
        try:
            if self.refuse:
                near_out.transport.abort()
                return
            far_in, far_out = await asyncio.open_connection(*self.target)
            cable.join(far_out)
            up = asyncio.create_task(self._pass(cable, near_in, far_out, whole=True))
            down = asyncio.create_task(self._pass(cable, far_in, near_out, whole=False))
            await asyncio.wait([up, down])
        except OSError:
            near_out.transport.abort()
        except asyncio.CancelledError:
            cable.cut()
        finally:
            self._cables.discard(cable)
            cable.close()

    async def _pass(
        self, cable: Cable, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, whole: bool
    ) -> None:
        first = whole
        try:
            while data := await source.read(CHUNK):
                if first:
                    cable.look(data)
                    first = False
                await cable.frozen.wait()
                if self.delay:
                    await asyncio.sleep(self.delay)
                size = len(data) if whole or not self.fragment else self.fragment
                for at in range(0, len(data), size):
                    sink.write(data[at : at + size])
                    if size < len(data):
                        await asyncio.sleep(0)  # let the piece go out alone
                await sink.drain()
            if not sink.is_closing():
                sink.write_eof()
        except (OSError, RuntimeError):
            cable.cut()


@asynccontextmanager
async def wire_to(host: str, port: int) -> AsyncIterator[Wire]:
    wire = Wire((host, port))
    await wire.open()
    try:
        yield wire
    finally:
        await wire.close()
