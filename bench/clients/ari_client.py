"""With ari-client 0.9."""

import asyncio
import logging
import os
import sys
from typing import Any

from ari_client import AriClient


async def serve(host: str, port: str, user: str, menu: str, short: str) -> None:
    logging.disable(logging.INFO)  # it logs every request; that would be measured, too
    client = AriClient(host, int(port), user, os.environ["ARI_PASSWORD"])
    menus: dict[str, Any] = {}  # channel -> its menu's playback

    async def begin(event: Any) -> None:
        channel = event.channel
        if channel.dialplan.exten.endswith("2"):
            menus[channel.id] = await client.ari.play_channel(channel.id, f"sound:{menu}")
        else:
            await client.ari.play_channel(channel.id, f"sound:{short}")

    async def pressed(event: Any) -> None:
        if (playback := menus.pop(event.channel.id, None)) is not None:
            await playback.stop()
            await client.ari.play_channel(event.channel.id, f"sound:{short}")

    async def finished(event: Any) -> None:
        if event.playback.media_uri.endswith(short):
            await client.ari.stop_channel(event.playback.target_uri.partition(":")[2])

    client.on_event("StasisStart")(begin)
    client.on_event("ChannelDtmfReceived")(pressed)
    client.on_event("PlaybackFinished")(finished)
    await client.connect("ari-client")
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:6]))
