"""An engine's own process: JSON lines in, JSON lines out, started when first needed, replaced when it dies.

So a synthesis never holds the controller's loop or interpreter lock, and a crash inside a speech library is a
line in the log. The process ends by itself when our end of its stdin closes, even if we are killed.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from prompts.speech.engine import Down, Line, Unspeakable

HOUSE = Path(__file__).resolve().parents[2]  # where the child finds our packages


class Child:
    """One process running `module`; one request at a time, answered in order."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The living child's process id."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def ask(self, request: dict[str, Any], patience: float) -> dict[str, Any]:
        """Its answer, within `patience` seconds. Raises Down; a child that is late or died is killed and forgotten."""
        async with self._turn:
            try:
                process = await self._alive()
                assert process.stdin
                assert process.stdout
                process.stdin.write(json.dumps(request).encode() + b"\n")
                async with asyncio.timeout(patience):
                    await process.stdin.drain()
                    line = await process.stdout.readline()
                answer = json.loads(line)
            except (OSError, ValueError, TimeoutError) as fault:
                why = f"no answer in {patience:g} s" if isinstance(fault, TimeoutError) else "it died"
                await self._end()
                raise Down(f"{self._module}: {why}") from fault
            except asyncio.CancelledError:
                await self._end()  # else its late answer would be taken for the next one
                raise
            if not isinstance(answer, dict):
                await self._end()
                raise Down(f"{self._module}: {answer!r} is no answer")
            return answer

    async def _alive(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            path = os.pathsep.join(filter(None, (str(HOUSE), os.environ.get("PYTHONPATH"))))
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self._module,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": path},
                start_new_session=True,  # Ctrl-C is for us; we end our children ourselves
            )
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            try:
                process.kill()
            except ProcessLookupError:
                pass
        await process.wait()
        if process.stdin:
            process.stdin.close()

    async def close(self) -> None:
        async with self._turn:
            await self._end()


class Spoken:
    """An engine whose work is done by a child process (`prompts.speech.worker` is the other side)."""

    def __init__(self, name: str, version: str, module: str, voices: dict[str, str], speed: float = 1.0) -> None:
        self.name = name
        self.version = version
        self.speed = speed
        self.child = Child(module)
        self._voices = voices

    def voice(self, lang: str) -> str:
        return self._voices[lang]

    async def render(self, line: Line, out: Path, patience: float) -> None:
        request = {"text": line.spoken, "lang": line.lang, "voice": self.voice(line.lang), "speed": self.speed}
        answer = await self.child.ask(request | {"out": str(out)}, patience)
        match answer:
            case {"ok": True}:
                return
            case {"error": str(error), "fault": "text"}:
                raise Unspeakable(error)
            case _:
                raise Down(f"{self.name}: {answer.get('error', 'no reason given')}")

    async def close(self) -> None:
        await self.child.close()
