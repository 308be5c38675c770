"""Frames of one turn of the event loop leave in one write: each of its own would wake the exchange's thread."""

import asyncio


class Gathered(asyncio.Transport):
    """`Gathered(transport)`: writes are kept until the loop has run what is ready now, then go out in order, at once.

    How full the real transport is tells its protocol as ever, one turn later; what it no longer takes is dropped with
    the connection, whose end tells of it.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()
        self._transport = transport
        self._kept: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self._kept:
            asyncio.get_running_loop().call_soon(self._flush)
        self._kept.append(bytes(data))

    def _flush(self) -> None:
        kept, self._kept = self._kept, []
        if not self._transport.is_closing():
            self._transport.write(b"".join(kept))

    def is_closing(self) -> bool:
        return self._transport.is_closing()
