"""Calls to others, and bridges between them. Statuses and messages are those of the real exchange."""

from uuid import uuid4

from tests.fake.app import App
from tests.fake.channel import Channel
from tests.fake.exchange import Exchange
from tests.fake.routes import DONE, Ask, Reply, Trouble, route

ORIGINATE = (
    "endpoint", "app", "appArgs", "context", "extension", "priority", "callerId", "timeout", "channelId", "originator",
    "formats",
)  # fmt: skip


@route("POST", "/channels", *ORIGINATE, body=True)
async def originate(exchange: Exchange, ask: Ask) -> Reply:
    if "context" in ask.query:  # into the dialplan, which nobody of ours sees
        return Reply(200, {"id": str(uuid4()), "name": f"{ask.query['endpoint']}-00000000;1", "state": "Down"})
    app = exchange.apps.setdefault(ask.query["app"], App(ask.query["app"]))
    id = ask.query.get("channelId") or str(uuid4())
    if id in exchange.channels:
        raise Trouble(409, "Channel with given unique ID already exists")
    if not exchange.reachable(ask.query["endpoint"]):
        return Reply(500, {"error": "Allocation failed"})
    args = [one for one in ask.query.get("appArgs", "").split(",") if one]
    timeout = float(ask.query.get("timeout", 30))
    leg = exchange.originate(app, id, ask.query["endpoint"], args, timeout, ask.query.get("callerId", ""))
    for name, value in ((ask.body or {}).get("variables") or {}).items():
        leg.variables[name] = str(value)
    if (originator := exchange.channels.get(ask.query.get("originator", ""))) is not None:
        leg.linkedid = originator.linkedid
    return Reply(200, leg.json())


@route("GET", "/endpoints/{tech}/{resource}")
async def endpoint(exchange: Exchange, ask: Ask) -> Reply:
    if ask.path["resource"] not in exchange.phones:
        raise Trouble(404, "Endpoint not found")
    what = {"technology": ask.path["tech"], "resource": ask.path["resource"]}
    return Reply(200, {**what, "state": "online", "channel_ids": []})


@route("POST", "/bridges/{bridgeId}", "type", "name", body=True)
async def make_bridge(exchange: Exchange, ask: Ask) -> Reply:
    id = ask.path["bridgeId"]
    if id not in exchange.bridges:
        exchange.bridges[id] = {
            "id": id,
            "technology": "simple_bridge",
            "bridge_type": ask.query.get("type", "mixing"),
            "bridge_class": "stasis",
            "creator": "Stasis",
            "name": ask.query.get("name", ""),
            "channels": [],
            "creationtime": exchange.stamp(),
            "video_mode": "talker",
        }
    return Reply(200, exchange.bridge_json(id))


def _bridge(exchange: Exchange, ask: Ask) -> str:
    if ask.path["bridgeId"] not in exchange.bridges:
        raise Trouble(404, "Bridge not found")
    return ask.path["bridgeId"]


@route("POST", "/bridges/{bridgeId}/addChannel", "channel", "role", "mute", "absorbDTMF", "inhibitConnectedLineUpdates")
async def add_channels(exchange: Exchange, ask: Ask) -> Reply:
    bridge = _bridge(exchange, ask)
    wanted = [exchange.channels.get(id) for id in ask.query["channel"].split(",")]
    for one in wanted:
        if one is None or one.gone:
            raise Trouble(400, "Channel not found")
        if one.app is None:
            raise Trouble(422, "Channel not in Stasis application")
        if one.recording is not None:
            raise Trouble(409, f"Channel {one.id} currently recording")
    for one in wanted:
        assert one is not None

        async def enter(one: Channel = one) -> None:
            await exchange.into_bridge(bridge, one)

        await one.wait_for(enter)
    return DONE


@route("POST", "/bridges/{bridgeId}/removeChannel", "channel")
async def remove_channel(exchange: Exchange, ask: Ask) -> Reply:
    bridge = _bridge(exchange, ask)
    one = exchange.channels.get(ask.query["channel"])
    if one is None or one.gone:
        raise Trouble(400, "Channel not found")
    if one.bridge != bridge:
        raise Trouble(422, "Channel not in this bridge")
    await exchange.out_of_bridge(one)
    return DONE


@route("GET", "/bridges")
async def bridges(exchange: Exchange, ask: Ask) -> Reply:
    return Reply(200, [exchange.bridge_json(id) for id in exchange.bridges])


@route("GET", "/bridges/{bridgeId}")
async def bridge(exchange: Exchange, ask: Ask) -> Reply:
    return Reply(200, exchange.bridge_json(_bridge(exchange, ask)))


@route("DELETE", "/bridges/{bridgeId}")
async def drop_bridge(exchange: Exchange, ask: Ask) -> Reply:
    await exchange.drop_bridge(_bridge(exchange, ask))
    return DONE


@route("POST", "/bridges/{bridgeId}/play", "media", "playbackId", "lang", "offsetms", "skipms")
async def play_to_all(exchange: Exchange, ask: Ask) -> Reply:
    """Told and forgotten: nobody here listens to what is said to all."""
    target = f"bridge:{_bridge(exchange, ask)}"
    shown = {"id": str(uuid4()), "media_uri": ask.query["media"], "target_uri": target, "language": "en"}
    return Reply(201, shown | {"state": "queued"})


@route(
    "POST",
    "/bridges/{bridgeId}/record",
    "name",
    "format",
    "maxDurationSeconds",
    "maxSilenceSeconds",
    "ifExists",
    "beep",
    "terminateOn",
)
async def record_all(exchange: Exchange, ask: Ask) -> Reply:
    """Of what is said in a bridge no file is made here."""
    target = f"bridge:{_bridge(exchange, ask)}"
    return Reply(201, {"name": ask.query["name"], "format": "wav", "state": "recording", "target_uri": target})
