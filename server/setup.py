"""What is made ready once and shared by all installations of this user: the exchange's software and the voices."""

import asyncio
import time
from functools import partial

from rich.console import Console

from asterisk.instance.software import Software, find
from prompts.speech import voices
from server.settings import Settings


async def prepare(settings: Settings, screen: Console) -> Software | None:
    """Fetch and install what is missing, both at once, with progress. Returns the private exchange's software.

    Raises asterisk.instance.fetch.NoSoftware. Without the house's voices the centre speaks with the stand-in, which
    is said but is no failure.
    """
    began = time.monotonic()

    def tell(topic: str, text: str) -> None:
        screen.print(f"[dim]{time.monotonic() - began:5.1f}s[/dim] {topic}: {text}", highlight=False)

    async def speak() -> None:
        if settings.voices == "light" or not voices.wanted():
            return
        try:
            await asyncio.to_thread(voices.install, partial(tell, "voices"))
        except voices.NotInstalled as fault:
            tell("voices", f"not installed ({fault}); the stand-in speaks")

    async def exchange() -> Software | None:
        return None if settings.exchange else await asyncio.to_thread(find, partial(tell, "exchange"))

    _, software = await asyncio.gather(speak(), exchange())
    return software
