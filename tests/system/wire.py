"""A wire that can be cut: TCP from the controller to the exchange, forwarded here as long as we like."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

PIECE = 1 << 16


class Wire:
    """Make it with `wire_to`; `port` is what the controller connects to."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, 0
        self.websockets = 0  # how many there have been
        self._far = port
        self._open = True
        self._links: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._flows.set()

    def cut(self) -> None:
        """Every connection breaks, and no new one comes about until `mend`."""
        self._open = False
        for link in self._links:
            link.cancel()

    def mend(self) -> None:
        self._open = True

    def freeze(self) -> None:
        """The websockets there are stay open and carry nothing more; other connections, and new ones, work."""
        self._flows.clear()  # for ever: those who wait for it keep it
        self._flows = asyncio.Event()
        self._flows.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._open:
            writer.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        try:
            await self._carry(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except asyncio.CancelledError:
            pass  # cut, or the end of the test
        finally:
            self._links.discard(task)
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(self.host, self._far)
        try:
            first = await reader.read(PIECE)
            websocket = b"upgrade: websocket" in first.lower()
            self.websockets += websocket
            far_writer.write(first)
            flows = self._flows
            ways = (self._pour(reader, far_writer, flows, websocket), self._pour(far_reader, writer, flows, websocket))
            pours = [asyncio.ensure_future(way) for way in ways]
            try:
                await asyncio.wait(pours, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pour in pours:
                    pour.cancel()
                await asyncio.gather(*pours, return_exceptions=True)
        finally:
            far_writer.transport.abort()

    async def _pour(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flows: asyncio.Event, websocket: bool
    ) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(PIECE):
                if websocket:
                    await flows.wait()
                writer.write(data)
                await writer.drain()


@asynccontextmanager
async def wire_to(host: str, port: int) -> AsyncIterator[Wire]:
    wire = Wire(host, port)
    server = await asyncio.start_server(wire._connected, host, 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        wire.cut()
        await asyncio.sleep(0)
