"""REST over HTTP: for what may wait, and for what must work while the websocket does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from json import loads
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from asterisk.ari.address import Address
from asterisk.ari.verbs import Request

CONNECTIONS = 8  # the exchange's listen backlog is 10; a burst of new connections costs a second (SURVIVAL §1)
DEADLINE = 2.0  # seconds; nobody waits longer for an answer to a command


class NoAnswer(ConnectionError):
    """No answer in time, or no way to the exchange. Whether the command was carried out is unknown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """status: as in HTTP; 0 = none came. body: JSON text, or ""."""

    status: int
    body: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """What the command was for is no longer there, or no longer in a state for it: success on a dying leg."""
        return self.status in (404, 409, 412, 422)

    def json(self) -> Any:
        return loads(self.body) if self.body else None


class Asks(Protocol):
    """Whoever can carry a request to the exchange and wait for its answer."""

    async def ask(self, request: Request, deadline: float = DEADLINE) -> Answer:
        """Raises `NoAnswer`."""


class Rest:
    """A warm pool of at most 8 connections. `Rest(address)`; `open()` inside a running loop, `close()` at the end."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._session: aiohttp.ClientSession | None = None

    def open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self.address.headers,
                connector=aiohttp.TCPConnector(limit=0, limit_per_host=CONNECTIONS, keepalive_timeout=60),
            )
        return self._session

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def ask(self, request: Request, deadline: float = DEADLINE) -> Answer:
        timeout = aiohttp.ClientTimeout(total=deadline)
        headers: Mapping[str, str] = {"Content-Type": "application/json"} if request.body else {}
        url = f"{self.address.url}/{quote(request.path)}"
        if request.query:
            url += "?" + urlencode(request.query)
        try:
            async with self.open().request(
                request.method, URL(url, encoded=True), data=request.body or None, headers=headers, timeout=timeout
            ) as response:
                return Answer(response.status, await response.text())
        except (aiohttp.ClientError, OSError, TimeoutError) as fault:
            raise NoAnswer(f"{request.method} {request.path}: {fault!r}") from fault
