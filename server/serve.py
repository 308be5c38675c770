"""`./run serve`: the centre as a service, until it is told to stop."""

import asyncio
import gc
import signal

from rich.console import Console

from server.centre import Centre
from server.settings import Settings

GARBAGE = (20_000, 20, 20)  # a call makes some hundred objects and leaves hardly a circle: look ten times less often


async def serve(settings: Settings, screen: Console) -> None:
    """Run until SIGTERM or Ctrl-C. Calls that are still there after `drain` seconds stay on the exchange, which is left
    running: the next start takes them up where they are."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with Centre(settings, screen, keep_exchange=True) as centre:
        screen.print(f"[green]✓[/green] the centre is up: SIP {centre.status()['sip']}", highlight=False)
        gc.freeze()  # what stands now stays: nothing to be gone through again while callers wait
        gc.set_threshold(*GARBAGE)
        await stop.wait()
        screen.print("stopping …")
