"""What can be asked about one call. Statuses and messages are those of the real exchange."""

from typing import Any
from uuid import uuid4

from tests.fake.exchange import Exchange
from tests.fake.media import Playback, Recording
from tests.fake.routes import DONE, Ask, Reply, Trouble, app_of, behind, channel_of, in_stasis, route


@route("POST", "/events/claim", "channelId", "application")
async def claim(exchange: Exchange, ask: Ask) -> Reply:
    app = app_of(exchange, ask.query["application"])
    channel = exchange.channels.get(ask.query["channelId"])
    if channel is None or channel.gone or channel.claimed is None:
        raise Trouble(404, "Channel not found or not in broadcast state")
    if channel.claimed.done():
        raise Trouble(409, "Channel has already been claimed by another application")
    if not channel.on_offer:
        raise Trouble(404, "Channel not found or not in broadcast state")
    channel.claimed.set_result(app)
    return DONE


@route("POST", "/channels/{channelId}/answer")
async def answer(exchange: Exchange, ask: Ask) -> Reply:
    channel = in_stasis(exchange, ask)
    await behind(channel, lambda: setattr(channel, "state", "Up"))
    return DONE


@route("POST", "/channels/{channelId}/play/{playbackId}", "media", "lang", "offsetms", "skipms")
async def play(exchange: Exchange, ask: Ask) -> Reply:
    channel = in_stasis(exchange, ask)
    media = [one for one in ask.query.get("media", "").split(",") if one]
    if not media:
        raise Trouble(500, "Failed to queue media for playback")
    playback = Playback(ask.path["playbackId"], media, channel)
    exchange.playbacks[playback.id] = playback
    channel.later(playback)
    return Reply(201, playback.json())


@route("POST", "/channels/{channelId}/play", "media", "playbackId", "lang", "offsetms", "skipms")
async def play_somehow(exchange: Exchange, ask: Ask) -> Reply:
    named = Ask({**ask.path, "playbackId": ask.query.get("playbackId", str(uuid4()))}, ask.query)
    return await play(exchange, named)


@route("GET", "/playbacks/{playbackId}")
async def playback(exchange: Exchange, ask: Ask) -> Reply:
    if ask.path["playbackId"] not in exchange.playbacks:
        raise Trouble(404, "Playback not found")
    return Reply(200, exchange.playbacks[ask.path["playbackId"]].json())


@route("DELETE", "/playbacks/{playbackId}")
async def stop_playback(exchange: Exchange, ask: Ask) -> Reply:
    if ask.path["playbackId"] not in exchange.playbacks:
        raise Trouble(404, "Playback not found")
    found = exchange.playbacks.pop(ask.path["playbackId"])
    found.channel.stop_playback(found)
    return DONE


RECORD = (
    "name", "format", "maxDurationSeconds", "maxSilenceSeconds", "ifExists", "beep", "terminateOn"
)  # fmt: skip


@route("POST", "/channels/{channelId}/record", *RECORD)
async def record(exchange: Exchange, ask: Ask) -> Reply:
    channel = in_stasis(exchange, ask)
    name = ask.query["name"]
    if ask.query["format"] not in ("wav", "ulaw", "sln"):
        raise Trouble(422, "specified format is unknown on this system")
    taken = name in exchange.recordings or (name in exchange.stored and ask.query.get("ifExists", "fail") == "fail")
    if taken:
        raise Trouble(409, f"Recording '{name}' already exists and can not be overwritten")
    recording = Recording(name, channel, ask.query)
    exchange.recordings[name] = recording
    channel.later(recording)
    return Reply(201, recording.json())


@route("GET", "/recordings/live/{recordingName}")
async def live_recording(exchange: Exchange, ask: Ask) -> Reply:
    if ask.path["recordingName"] not in exchange.recordings:
        raise Trouble(404, "Recording not found")
    return Reply(200, exchange.recordings[ask.path["recordingName"]].json())


@route("POST", "/recordings/live/{recordingName}/stop")
async def stop_recording(exchange: Exchange, ask: Ask) -> Reply:
    found = exchange.recordings.get(ask.path["recordingName"])
    if found is None:
        raise Trouble(404, "Recording not found")
    if found.state == "done":
        raise Trouble(409, "Recording not in session")
    found.channel.stop_recording()
    return DONE


@route("GET", "/recordings/stored/{recordingName}")
async def stored_recording(exchange: Exchange, ask: Ask) -> Reply:
    if ask.path["recordingName"] not in exchange.stored:
        raise Trouble(404, "Recording not found")
    return Reply(200, {"name": ask.path["recordingName"], "format": "wav"})


def _switch(method: str, what: str, of: str, value: bool) -> None:
    @route(method, f"/channels/{{channelId}}/{what}", *(("direction",) if what == "mute" else ()))
    async def verb(exchange: Exchange, ask: Ask) -> Reply:
        channel = in_stasis(exchange, ask)

        async def turn() -> None:
            if of:
                setattr(channel.person, of, value)
                channel.person.notice()

        channel.later(turn)
        return DONE


for _what, _of in (("ring", "ringback"), ("moh", "music"), ("silence", ""), ("hold", ""), ("mute", "")):
    _switch("POST", _what, _of, True)
    _switch("DELETE", _what, _of, False)


@route("POST", "/channels/{channelId}/continue", "context", "extension", "priority", "label")
async def go_on(exchange: Exchange, ask: Ask) -> Reply:
    channel = in_stasis(exchange, ask)
    channel.leave(ask.query.get("context", channel.context), ask.query.get("extension", channel.exten))
    return DONE


@route("DELETE", "/channels/{channelId}", "reason_code", "reason")
async def hangup(exchange: Exchange, ask: Ask) -> Reply:
    channel = channel_of(exchange, ask)
    reasons = {"normal": 16, "busy": 17, "congestion": 34, "no_answer": 19}
    code = ask.query.get("reason_code") or reasons.get(ask.query.get("reason", "normal"), 0)
    channel.hangup(int(code))
    return DONE


@route("GET", "/channels/{channelId}")
async def channel(exchange: Exchange, ask: Ask) -> Reply:
    return Reply(200, channel_of(exchange, ask).json())


@route("GET", "/channels")
async def channels(exchange: Exchange, ask: Ask) -> Reply:
    return Reply(200, [one.json() for one in exchange.channels.values()])


@route("GET", "/channels/{channelId}/variable", "variable")
async def get_variable(exchange: Exchange, ask: Ask) -> Reply:
    value = channel_of(exchange, ask).get(ask.query["variable"])
    if value is None:
        return Reply(404, {"message": "Provided variable was not found"}, "Variable Not Found")
    return Reply(200, {"value": value})


@route("POST", "/channels/{channelId}/variable", "variable", "value", "report_events")
async def set_variable(exchange: Exchange, ask: Ask) -> Reply:
    channel = in_stasis(exchange, ask)
    await behind(channel, lambda: channel.set(ask.query["variable"], ask.query.get("value", "")))
    return DONE


@route("POST", "/channels/{channelId}/variables", body=True)
async def set_variables(exchange: Exchange, ask: Ask) -> Reply:
    channel = in_stasis(exchange, ask)
    values: dict[str, Any] = (ask.body or {}).get("variables") or {}
    if not values:
        raise Trouble(400, "At least one variable must be provided")

    def write() -> None:
        for name, value in values.items():
            if isinstance(value, dict):
                if value.get("report_events"):
                    channel.reported.add(name)
                value = value.get("value", "")
            channel.set(name, str(value))

    await behind(channel, write)
    return DONE
