"""The side door: commands of the same machine's owner to the running centre, over a socket file in the home.

JSON over HTTP on a Unix socket that only its owner may open, so `./run call` and its like need no second copy of
the database, no port and no password.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

Answer = Mapping[str, Any]
Command = Callable[[dict[str, Any]], Awaitable[Answer]]


class NobodyThere(Exception):
    """No centre runs from this home."""


class Refused(Exception):
    """The command was understood and refused; the text is for the user."""


class SideDoor:
    """Serves named commands, each a coroutine from a JSON object to a JSON object."""

    def __init__(self, path: Path, commands: Mapping[str, Command]) -> None:
        self._path = path
        self._commands = commands
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        app = web.Application()
        app.router.add_post("/{command}", self._serve)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        self._path.unlink(missing_ok=True)  # a socket left by a killed process; the home's lock says it is not in use
        await web.UnixSite(self._runner, str(self._path)).start()
        self._path.chmod(0o600)

    async def close(self) -> None:
        if self._runner:
            await self._runner.cleanup()
            self._path.unlink(missing_ok=True)

    async def _serve(self, request: web.Request) -> web.Response:
        command = self._commands.get(request.match_info["command"])
        if command is None:
            return web.json_response({"error": "this centre does not know that command"}, status=404)
        try:
            return web.json_response(await command(await request.json()), dumps=_dumps)
        except Refused as refusal:
            return web.json_response({"error": str(refusal)}, status=422)


async def ask(path: Path, command: str, /, **words: Any) -> dict[str, Any]:
    """Send one command to the centre behind `path`. Raises NobodyThere, Refused."""
    try:
        async with (
            aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(path))) as session,
            session.post(f"http://centre/{command}", json=words, timeout=aiohttp.ClientTimeout(total=None)) as response,
        ):
            answer: dict[str, Any] = await response.json()
            if response.status >= 400:
                raise Refused(answer.get("error", f"refused with status {response.status}"))
            return answer
    except (aiohttp.ClientConnectorError, aiohttp.ServerDisconnectedError, FileNotFoundError):
        raise NobodyThere("no centre runs here; start one with ./run demo or ./run serve") from None


def _dumps(answer: object) -> str:
    return json.dumps(answer, ensure_ascii=False, default=str)
