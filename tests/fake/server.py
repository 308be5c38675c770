"""The fake exchange on the network: ARI over HTTP, events and commands over one websocket per application name."""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import WSMsgType, web

from tests.fake import party, system, verbs
from tests.fake.ami import manager_of
from tests.fake.app import App
from tests.fake.exchange import Exchange
from tests.fake.routes import Reply, Table
from tests.fake.wire import wire_to

REASONS = {
    200: "OK",
    201: "Created",
    204: "No Content",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    412: "Precondition Failed",
    422: "Unprocessable Entity",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


SERVED = (verbs, party, system)  # importing them fills the table of routes


class Door:
    """Where requests come in. booting: answer everything with this status (404, then 503, while starting up)."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.booting = 0
        self._table = Table()
        token = b64encode(f"{exchange.user}:{exchange.password}".encode()).decode()
        self._proof = f"Basic {token}"

    async def http(self, request: web.Request) -> web.StreamResponse:
        path = request.raw_path.partition("?")[0].removeprefix("/ari")
        if self.booting:
            return _response(Reply(self.booting))
        if request.headers.get("Authorization") != self._proof:
            return _response(Reply(401, {"message": "Authentication required"}))
        if path == "/events" and request.method == "GET":
            return await self.events(request)
        if path.startswith("/api-docs/"):
            return _response(_about(path.removeprefix("/api-docs/")))
        try:
            body = json.loads(await request.text() or "null")
        except ValueError:
            return _response(Reply(400, {"message": "Failed to parse body"}))
        return _response(await self.ask(request.method, path, dict(request.query), body))

    async def ask(self, method: str, path: str, query: dict[str, str], body: Any) -> Reply:
        faults = self.exchange.faults
        if faults.slow:
            await asyncio.sleep(faults.slow)
        forced = faults.forced_status(f"{method} {path}")
        if forced is None or forced.carried_out:
            reply = await self._table.carry_out(self.exchange, method, path, query, body)
        if forced is not None:
            reply = Reply(forced.status, {"message": "forced"} if forced.status >= 300 else None)
        self.exchange.requests.append(f"{method} {path} {reply.status}")
        self.exchange.request_answered.set()
        return reply

    async def events(self, request: web.Request) -> web.StreamResponse:
        names = [name for name in request.query.get("app", "").split(",") if name]
        if not names:
            return _response(Reply(400, {"message": "HTTP request is missing param: [app]"}))
        socket = web.WebSocketResponse(autoping=False, compress=False)
        await socket.prepare(request)
        line = Line(self, socket)
        for name in names:
            app = self.exchange.apps.setdefault(name, App(name))
            if app.send is not None:
                self.exchange.emit("ApplicationReplaced", only=app)
            app.send = line.send
        self.exchange.ears_changed.set()
        try:
            await line.serve()
        finally:
            for app in list(self.exchange.apps.values()):
                if app.send == line.send:
                    app.send = None
                    if not app.alive:
                        del self.exchange.apps[app.name]
            self.exchange.ears_changed.set()
        return socket


class Line:
    """One websocket. Commands are carried out strictly one by one, and pings wait their turn among them: that is why
    one verb waiting behind a playback freezes the socket and its pongs (SURVIVAL §0 A, §7)."""

    def __init__(self, door: Door, socket: web.WebSocketResponse) -> None:
        self._door, self._socket = door, socket
        self._out: asyncio.Queue[tuple[float, str]] = asyncio.Queue()
        self._in: asyncio.Queue[tuple[WSMsgType, Any]] = asyncio.Queue()

    def send(self, event: dict[str, Any]) -> None:
        faults = self._door.exchange.faults
        due = asyncio.get_running_loop().time() + faults.late if faults.late else 0.0
        text = json.dumps(event, ensure_ascii=False)
        for _ in range(2 if faults.duplicate and event["type"] != "RESTResponse" else 1):
            self._out.put_nowait((due, text))

    async def serve(self) -> None:
        workers = [asyncio.create_task(work()) for work in (self._write, self._carry_out)]
        try:
            async for message in self._socket:
                self._in.put_nowait((message.type, message.data))
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _write(self) -> None:
        while True:
            due, text = await self._out.get()
            if due:
                await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            await self._socket.send_str(text)

    async def _carry_out(self) -> None:
        while True:
            kind, data = await self._in.get()
            if kind is WSMsgType.PING:
                await self._socket.pong(data)
            elif kind is WSMsgType.TEXT:
                self.send(await self._command(data))

    async def _command(self, text: str) -> dict[str, Any]:
        try:
            asked = json.loads(text)
        except ValueError:
            return self._answer("", "", Reply(400, reason="Failed to parse request message JSON"))
        request, uri = asked.get("request_id", ""), asked.get("uri", "")
        if asked.get("type") != "RESTRequest" or not uri or "method" not in asked:
            return self._answer(request, uri, Reply(400))
        path, _, inline = uri.partition("?")
        query = dict(parse_qsl(inline, keep_blank_values=True))
        query |= {one["name"]: one["value"] for one in asked.get("query_strings") or []}
        body = json.loads(asked["message_body"]) if asked.get("message_body") else None
        reply = await self._door.ask(asked["method"], "/" + path.lstrip("/"), query, body)
        return self._answer(request, path, reply)

    def _answer(self, request: str, uri: str, reply: Reply) -> dict[str, Any]:
        exchange = self._door.exchange
        answer: dict[str, Any] = {"type": "RESTResponse", "transaction_id": "", "request_id": request}
        reason = reply.reason or REASONS.get(reply.status, "")
        answer |= {"status_code": reply.status, "reason_phrase": reason, "uri": uri}
        if reply.body is not None:
            answer |= {"content_type": "application/json", "message_body": json.dumps(reply.body, ensure_ascii=False)}
        return answer | {"application": "", "timestamp": exchange.stamp(), "asterisk_id": exchange.entity}


def _response(reply: Reply) -> web.Response:
    reason = reply.reason or REASONS.get(reply.status)
    if reply.body is None:
        return web.Response(status=reply.status, reason=reason)
    return web.json_response(reply.body, status=reply.status, reason=reason)


def _about(document: str) -> Reply:
    """The part of the real description a controller looks at: can calls be offered by broadcast?"""
    if document == "events.json":
        return Reply(200, {"apis": [{"path": "/events/claim", "operations": []}], "models": {"CallBroadcast": {}}})
    if document == "resources.json":
        return Reply(200, {"apis": [{"path": "/api-docs/events.{format}"}]})
    return Reply(404, {"message": "Resource not found"})


@asynccontextmanager
async def serve(exchange: Exchange) -> AsyncIterator[None]:
    """Listen on free loopback ports until the end of the context."""
    exchange.door = Door(exchange)
    app = web.Application()
    app.router.add_route("*", "/ari/{tail:.*}", exchange.door.http)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with wire_to("127.0.0.1", port) as wire, manager_of(exchange) as manager:
            exchange.wire, exchange.ami = wire, manager
            exchange.url = f"http://{wire.host}:{wire.port}/ari"
            try:
                yield
            finally:
                exchange.forget()
    finally:
        await runner.cleanup()
