"""How the fake serves REST: requests, replies, and the table of routes that the drift test holds against the real
server's description of itself. The operations are in `verbs`, `party` and `system`."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.fake.app import App
from tests.fake.channel import Channel
from tests.fake.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: the parts of its path, its query, its JSON body."""

    path: dict[str, str]
    query: dict[str, str]
    body: Any = None


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: Any = None
    reason: str = ""


class Trouble(Exception):
    """Ends a verb with an error reply."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.reply = Reply(status, {"message": message})


Verb = Callable[[Exchange, Ask], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    verb: Verb
    query: tuple[str, ...] = ()
    body: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path) + "$")


ROUTES: list[Route] = []
DONE = Reply(204)


def route(method: str, path: str, *query: str, body: bool = False) -> Callable[[Verb], Verb]:
    def register(verb: Verb) -> Verb:
        ROUTES.append(Route(method, path, verb, query, body))
        return verb

    return register


@dataclass(slots=True)
class Table:
    """Routes, compiled once."""

    rows: list[tuple[Route, re.Pattern[str]]] = field(default_factory=lambda: [(r, r.pattern) for r in ROUTES])

    async def carry_out(self, exchange: Exchange, method: str, path: str, query: dict[str, str], body: Any) -> Reply:
        """path: raw, with a slash in front, below /ari."""
        found = [(row, match) for row, pattern in self.rows if (match := pattern.match(path))]
        mine = next(((row, match) for row, match in found if row.method == method), None)
        if mine is None:
            return Reply(405, {"message": "Invalid method"}) if found else Reply(404, {"message": "Resource not found"})
        row, match = mine
        ask = Ask({name: unquote(value) for name, value in match.groupdict().items()}, query, body)
        try:
            return await row.verb(exchange, ask)
        except Trouble as trouble:
            return trouble.reply


def channel_of(exchange: Exchange, ask: Ask) -> Channel:
    found = exchange.channels.get(ask.path["channelId"])
    if found is None or found.gone:
        raise Trouble(404, "Channel not found")
    return found


def in_stasis(exchange: Exchange, ask: Ask) -> Channel:
    found = channel_of(exchange, ask)
    if found.app is None:
        raise Trouble(409, "Channel not in Stasis application")
    return found


def app_of(exchange: Exchange, name: str) -> App:
    if name not in exchange.apps:
        raise Trouble(404, "Application not found")
    return exchange.apps[name]


async def behind(channel: Channel, work: Callable[[], None]) -> None:
    """Carry out behind what is playing or recording now, as the real one does."""

    async def do() -> None:
        work()

    if not await channel.wait_for(do):
        raise Trouble(404, "Channel not found")
