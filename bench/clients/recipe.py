"""The fast recipe of ARCHITECTURE §4 and nothing else: one websocket, no awaiting, last words by `continue`.

It has no flows, no records, no survival: what remains is what it costs to steer a call at all. `HOST PORT USER MENU
SHORT` as its neighbours; the dialplan that it works with answers first and has an exten `last` that says SHORT.
"""

import base64
import itertools
import json
import os
import sys
from typing import Any

import aiohttp
import uvloop

APP = "recipe"
TYPES = ("StasisStart", "StasisEnd", "ChannelDtmfReceived", "RESTResponse")


async def serve(host: str, port: str, user: str, menu: str, _: str) -> None:
    secret = base64.b64encode(f"{user}:{os.environ['ARI_PASSWORD']}".encode()).decode()
    base = f"http://{host}:{port}/ari"
    menus: dict[str, str] = {}  # channel -> its menu's playback
    count = itertools.count()
    async with aiohttp.ClientSession(headers={"Authorization": f"Basic {secret}"}) as session:
        socket = await session.ws_connect(f"{base}/events?app={APP}", max_msg_size=0, compress=0)
        allowed = {"allowed": [{"type": name} for name in TYPES]}
        async with session.put(f"{base}/applications/{APP}/eventFilter", json=allowed) as answer:
            answer.raise_for_status()

        async def order(method: str, uri: str, **query: str) -> None:
            words = [{"name": name, "value": value} for name, value in query.items()]
            message = {"type": "RESTRequest", "request_id": str(next(count)), "method": method, "uri": uri}
            await socket.send_str(json.dumps(message | {"query_strings": words}))

        async def last_words(channel: str) -> None:
            await order("POST", f"channels/{channel}/continue", context="last", extension="words", priority="1")

        print("ready", flush=True)
        async for message in socket:
            event: dict[str, Any] = json.loads(message.data)
            match event["type"]:
                case "StasisStart":
                    channel = event["channel"]["id"]
                    if event["channel"]["dialplan"]["exten"].endswith("2"):
                        menus[channel] = f"menu-{channel}"
                        await order("POST", f"channels/{channel}/play/{menus[channel]}", media=f"sound:{menu}")
                    else:
                        await last_words(channel)
                case "ChannelDtmfReceived" if (playback := menus.pop(event["channel"]["id"], None)) is not None:
                    await order("DELETE", f"playbacks/{playback}")
                    await last_words(event["channel"]["id"])
                case "StasisEnd":
                    menus.pop(event["channel"]["id"], None)


if __name__ == "__main__":
    uvloop.run(serve(*sys.argv[1:6]))
