"""The websocket, against a server of another make: order, one segment for one turn, every way to end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import WSMsgType, web

from asterisk.ari.address import Address
from asterisk.ari.wire import NoWire, Wire, connect

Serve = Callable[[web.WebSocketResponse], Awaitable[None]]


class Ears:
    """What came over the wire, and a way to wait for it."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.strain: list[str] = []
        self._more = asyncio.Event()

    def hear(self, text: str) -> None:
        self.heard.append(text)
        self._more.set()

    async def until(self, count: int) -> list[str]:
        async with asyncio.timeout(5):
            while len(self.heard) < count:
                self._more.clear()
                await self._more.wait()
        return self.heard


@asynccontextmanager
async def server(serve: Serve, status: int = 101, *, autoping: bool = True) -> AsyncIterator[Address]:
    async def events(request: web.Request) -> web.StreamResponse:
        if status != 101:
            return web.Response(status=status)
        assert request.headers["Authorization"].startswith("Basic ")
        assert request.query["app"] == "lp-one"
        socket = web.WebSocketResponse(autoping=autoping)
        await socket.prepare(request)
        await serve(socket)
        return socket

    app = web.Application()
    app.router.add_get("/ari/events", events)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        port = runner.addresses[0][1]
        yield Address(f"http://127.0.0.1:{port}/ari", "user", "password")
    finally:
        await runner.cleanup()


async def echo(socket: web.WebSocketResponse) -> None:
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            await socket.send_str(message.data)


async def open_wire(address: Address, ears: Ears) -> Wire:
    return await connect(address, "lp-one", ears.hear, ears.strain.append)


async def test_what_is_said_comes_back_in_order_whatever_is_in_it() -> None:
    async with server(echo) as address:
        ears = Ears()
        wire = await open_wire(address, ears)
        said = ["a", "", "楼盘 💒", "x" * 70_000, *map(str, range(500))]
        for text in said:
            wire.say(text)
        assert await ears.until(len(said)) == said
        wire.cut()
        await wire.closed
        assert wire.how_closed == "cut by us"
        wire.say("into nothing")  # after the end it goes nowhere, without a word


async def test_a_ping_arrives_and_its_pong_is_heard() -> None:
    async def tell(socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is WSMsgType.PING:
                await socket.pong(message.data)
                await socket.send_str("pinged")

    async with server(tell, autoping=False) as address:
        ears = Ears()
        wire = await open_wire(address, ears)
        before = wire.heard_at
        wire.ping()
        assert await ears.until(1) == ["pinged"]
        assert wire.heard_at > before
        wire.cut()


async def test_the_far_end_closes() -> None:
    async def close(socket: web.WebSocketResponse) -> None:
        await socket.close(code=1001)

    async with server(close) as address:
        wire = await open_wire(address, Ears())
        async with asyncio.timeout(5):
            await wire.closed
        assert "1001" in wire.how_closed or "GOING_AWAY" in wire.how_closed


async def test_the_far_end_vanishes() -> None:
    async def vanish(socket: web.WebSocketResponse) -> None:
        transport = socket._req.transport if socket._req else None
        assert transport is not None
        transport.abort()

    async with server(vanish) as address:
        wire = await open_wire(address, Ears())
        async with asyncio.timeout(5):
            await wire.closed
        assert wire.how_closed == "closed without a word"


@pytest.mark.parametrize("status", [401, 404, 503])
async def test_an_exchange_that_is_not_ready_is_no_wire(status: int) -> None:
    async with server(echo, status) as address:
        with pytest.raises(NoWire, match=str(status)):
            await open_wire(address, Ears())


async def test_nobody_there_is_no_wire() -> None:
    async with server(echo) as address:
        pass
    with pytest.raises(NoWire):
        await open_wire(address, Ears())


async def test_an_exchange_that_does_not_read_is_told_of() -> None:
    reading = asyncio.Event()

    async def deaf(socket: web.WebSocketResponse) -> None:
        await reading.wait()

    async with server(deaf) as address:
        ears = Ears()
        wire = await open_wire(address, ears)
        for _ in range(200):
            wire.say("x" * 100_000)
            if ears.strain:
                break
        assert ears.strain == ["unread"]
        reading.set()
        wire.cut()
