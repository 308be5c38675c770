"""With asyncari 0.20."""

import os
import sys
from typing import Any

import anyio
from asyncari import connect


async def serve(host: str, port: str, user: str, menu: str, short: str) -> None:
    calls: dict[str, Any] = {}  # channel -> its menu's playback, or None where the last prompt plays

    async with connect(f"http://{host}:{port}/", "asyncari", user, os.environ["ARI_PASSWORD"]) as client:

        async def started() -> None:
            async with client.on_channel_event("StasisStart") as events:
                async for objects, event in events:
                    client.taskgroup.start_soon(
                        begin, objects["channel"] if isinstance(objects, dict) else objects, event
                    )

        async def begin(channel: Any, event: Any) -> None:
            wants_menu = event["channel"]["dialplan"]["exten"].endswith("2")
            calls[channel.id] = None
            playback = await channel.play(media=f"sound:{menu if wants_menu else short}")
            calls[channel.id] = playback if wants_menu else None

        async def pressed() -> None:
            async with client.on_channel_event("ChannelDtmfReceived") as events:
                async for channel, _ in events:
                    if (playback := calls.get(channel.id)) is not None:
                        calls[channel.id] = None
                        client.taskgroup.start_soon(answer, channel, playback)

        async def answer(channel: Any, playback: Any) -> None:
            await playback.stop()
            await channel.play(media=f"sound:{short}")

        async def finished() -> None:
            async with client.on_playback_event("PlaybackFinished") as events:
                async for _, event in events:
                    media, target = event["playback"]["media_uri"], event["playback"]["target_uri"]
                    if media.endswith(short):
                        client.taskgroup.start_soon(end, target.partition(":")[2])

        async def end(channel: str) -> None:
            calls.pop(channel, None)
            await client.channels.hangup(channelId=channel)

        for listener in (started, pressed, finished):
            client.taskgroup.start_soon(listener)
        print("ready", flush=True)
        await anyio.sleep_forever()


if __name__ == "__main__":
    host, port, user, menu, short = sys.argv[1:6]
    anyio.run(serve, host, port, user, menu, short)
