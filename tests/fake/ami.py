"""The manager port of the fake exchange: login, the few actions used, events; the cable may split bytes anywhere."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from tests.fake.channel import Channel
from tests.fake.exchange import Exchange
from tests.fake.wire import Wire, wire_to

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
END = b"\r\n\r\n"
Message = Mapping[str, str]


def encode(message: Message) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in message.items()).encode() + b"\r\n"


class Manager:
    """Answers actions and tells events to all who are logged in. `actions`: every action received, in order."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.actions: list[dict[str, str]] = []
        self.deaf = False  # takes actions and answers none
        self.lists: dict[str, list[dict[str, str]]] = {}  # action → its list of events, e.g. PJSIPShowEndpoints
        self.wire: Wire
        self._sessions: set[asyncio.StreamWriter] = set()
        self._talking: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()

    @property
    def host(self) -> str:
        return self.wire.host

    @property
    def port(self) -> int:
        return self.wire.port

    def event(self, message: Message) -> None:
        """Tell an event ({"Event": "PeerStatus", …}) to everybody logged in."""
        data = encode(message)
        for session in self._sessions:
            session.write(data)

    async def asked(self, name: str, deadline: float = 5.0) -> None:
        """Wait until an action of that name has come."""
        async with asyncio.timeout(deadline):
            while name not in [action.get("action") for action in self.actions]:
                self._news.clear()
                await self._news.wait()

    async def talk(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talking.add(task)
        try:
            sink.write(BANNER)
            while True:
                block = await source.readuntil(END)
                lines = (line.partition(":") for line in block.decode().split("\r\n") if line)
                action = {name.strip().lower(): value.strip() for name, _, value in lines}
                self.actions.append(action)
                self._news.set()
                if not self.deaf:
                    self._answer(action, sink)
                    await sink.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._sessions.discard(sink)
            self._talking.discard(task)
            sink.transport.abort()

    async def close(self) -> None:
        for task in tuple(self._talking):
            task.cancel()
        await asyncio.gather(*self._talking, return_exceptions=True)

    def _answer(self, action: dict[str, str], sink: asyncio.StreamWriter) -> None:
        name = action.get("action", "").lower()
        tag = {"ActionID": action["actionid"]} if "actionid" in action else {}

        def say(head: str, **more: str) -> None:
            sink.write(encode({"Response": head, **tag, **more}))

        if name == "login":
            good = (action.get("username"), action.get("secret")) == (self.exchange.user, self.exchange.password)
            if not good:
                say("Error", Message="Authentication failed")
                return
            say("Success", Message="Authentication accepted")
            self._sessions.add(sink)
            sink.write(encode({"Event": "FullyBooted", "Privilege": "system,all", "Status": "Fully Booted"}))
        elif sink not in self._sessions:
            say("Error", Message="Permission denied")
        elif name == "ping":
            say("Success", Ping="Pong", Timestamp=f"{time.time():.6f}")
        elif name == "setvar":
            self._set(action, say)
        elif name == "getvar":
            channel = self._channel(action)
            value = channel.get(action["variable"]) if channel else self.exchange.globals.get(action["variable"])
            say("Success", Variable=action["variable"], Value=value or "")
        elif name == "userevent":
            say("Success", Message="Event Sent")
            self.event({"Event": "UserEvent", "UserEvent": action.get("userevent", "")})
        elif name in self.lists:
            say("Success", EventList="start", Message="A listing follows")
            for entry in self.lists[name]:
                sink.write(encode({**entry, **tag}))
            count = str(len(self.lists[name]))
            sink.write(
                encode({"Event": f"{action['action']}Complete", **tag, "EventList": "Complete", "ListItems": count})
            )
        elif name in ("logoff", "events", "filter", "reload", "hangup", "command", "corestatus", "coresettings"):
            say("Success" if name != "logoff" else "Goodbye")
        else:
            say("Error", Message="Invalid/unknown command: " + name)

    def _channel(self, action: dict[str, str]) -> Channel | None:
        wanted = action.get("channel", "")
        return next((one for one in self.exchange.channels.values() if wanted in (one.id, one.name)), None)

    def _set(self, action: dict[str, str], say: Callable[..., None]) -> None:
        """Never waits, also not behind a playback."""
        channel = self._channel(action)
        if action.get("channel") and channel is None:
            say("Error", Message="No such channel")
            return
        if channel is None:
            self.exchange.globals[action["variable"]] = action.get("value", "")
        else:
            channel.set(action["variable"], action.get("value", ""))
        say("Success", Message="Variable Set")


@asynccontextmanager
async def manager_of(exchange: Exchange) -> AsyncIterator[Manager]:
    manager = Manager(exchange)
    exchange.manager = manager.event
    server = await asyncio.start_server(manager.talk, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    try:
        async with wire_to(host, port) as wire:
            manager.wire = wire
            yield manager
    finally:
        server.close()
        await manager.close()
        await server.wait_closed()
