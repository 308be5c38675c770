"""The town's own thin line to its Asterisk: requests out, events in to whoever minds the channel."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

import aiohttp

APPLICATION = "town"
Event = dict[str, Any]


class Refused(Exception):
    """The town's Asterisk said no."""


class Wire:
    """One websocket for events, a small warm pool for requests (the exchange's backlog is 10)."""

    def __init__(self, url: str, auth: tuple[str, str]) -> None:
        self._url = url
        self._auth = auth
        self._minders: dict[str, Callable[[Event], None]] = {}

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            headers={"Authorization": aiohttp.encode_basic_auth(*self._auth)},
            connector=aiohttp.TCPConnector(limit=8),
            timeout=aiohttp.ClientTimeout(total=10),
        )
        self._socket = await self._session.ws_connect(f"{self._url}/events?app={APPLICATION}", compress=0)
        self._reader = asyncio.create_task(self._read())

    async def close(self) -> None:
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader
        await self._socket.close()
        await self._session.close()

    @property
    def lost(self) -> bool:
        """Has the town's Asterisk hung up on us? Then every call has been told, and the wire must be opened anew."""
        return self._reader.done()

    def mind(self, channel: str, minder: Callable[[Event], None]) -> None:
        """From now on every event of this channel goes to `minder`."""
        self._minders[channel] = minder

    def forget(self, channel: str) -> None:
        self._minders.pop(channel, None)

    async def post(self, path: str, body: object = None, **query: str) -> Any:
        """Raises Refused."""
        try:
            async with self._session.post(self._url + path, params=query, json=body) as answer:
                if answer.status >= 300:
                    raise Refused(f"{path}: {answer.status} {await answer.text()}")
                return await answer.json() if answer.content_length else None
        except aiohttp.ClientConnectionError as error:
            raise Refused(f"{path}: {error}") from None

    async def delete(self, path: str, **query: str) -> None:
        """What is gone already, with all of the town even, is as good as deleted."""
        with contextlib.suppress(aiohttp.ClientConnectionError):
            async with self._session.delete(self._url + path, params=query) as answer:
                if answer.status >= 300 and answer.status not in (404, 409):
                    raise Refused(f"{path}: {answer.status} {await answer.text()}")

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                break
            event: Event = json.loads(message.data)
            channel = (event.get("peer") or event.get("channel") or {}).get("id", "")
            if minder := self._minders.get(channel):
                minder(event)
        for minder in tuple(self._minders.values()):
            minder({"type": "WireLost"})
