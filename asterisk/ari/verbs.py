"""What we ask of the exchange: the few REST operations a controller uses, one maker each.

`VERBS` is the table the fake exchange and the tests compare with the description the running server gives of itself
(`GET /api-docs/*.json`), so that neither can drift from the real thing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from json import dumps
from json.encoder import encode_basestring_ascii as _quoted


@dataclass(frozen=True, slots=True)
class Verb:
    """path: template as in api-docs; query: parameters we ever send; body: whether one is sent.

    waits    the exchange carries it out only after a running playback or recording on that channel has ended, and
             over the websocket it freezes every later command meanwhile (SURVIVAL §0 A)
    cleanup  asking for the end of something: that it is gone already is success, without a word
    """

    method: str
    path: str
    query: tuple[str, ...] = ()
    body: bool = False
    waits: bool = False
    cleanup: bool = False


VERBS: dict[str, Verb] = {
    # calls
    "claim": Verb("POST", "/events/claim", ("channelId", "application"), cleanup=True),
    "answer": Verb("POST", "/channels/{channelId}/answer", waits=True),
    "play": Verb("POST", "/channels/{channelId}/play/{playbackId}", ("media", "offsetms")),
    "stop_playback": Verb("DELETE", "/playbacks/{playbackId}", cleanup=True),
    "playback": Verb("GET", "/playbacks/{playbackId}"),
    "set_variables": Verb("POST", "/channels/{channelId}/variables", body=True, waits=True),
    "record": Verb(
        "POST",
        "/channels/{channelId}/record",
        ("name", "format", "maxDurationSeconds", "maxSilenceSeconds", "ifExists", "beep", "terminateOn"),
    ),
    "stop_recording": Verb("POST", "/recordings/live/{recordingName}/stop", cleanup=True),
    "live_recording": Verb("GET", "/recordings/live/{recordingName}"),
    "ring": Verb("POST", "/channels/{channelId}/ring"),
    "stop_ring": Verb("DELETE", "/channels/{channelId}/ring", cleanup=True),
    "music": Verb("POST", "/channels/{channelId}/moh"),
    "stop_music": Verb("DELETE", "/channels/{channelId}/moh", cleanup=True),
    "continue": Verb("POST", "/channels/{channelId}/continue", ("context", "extension", "priority")),
    "next_step": Verb("POST", "/channels/{channelId}/continue"),
    "hangup": Verb("DELETE", "/channels/{channelId}", ("reason_code",), cleanup=True),
    "channel": Verb("GET", "/channels/{channelId}"),
    # two parties
    "originate": Verb(
        "POST",
        "/channels",
        ("endpoint", "app", "appArgs", "callerId", "timeout", "channelId", "originator"),
    ),
    "light": Verb("POST", "/channels", ("endpoint", "context", "extension", "priority", "timeout")),
    "endpoint": Verb("GET", "/endpoints/{tech}/{resource}"),
    "make_bridge": Verb("POST", "/bridges/{bridgeId}", ("type",)),
    "add_channels": Verb("POST", "/bridges/{bridgeId}/addChannel", ("channel",), waits=True),
    "seat_channel": Verb(
        "POST",
        "/bridges/{bridgeId}/addChannel",
        ("channel", "absorbDTMF", "inhibitConnectedLineUpdates"),
        waits=True,
    ),
    "remove_channel": Verb("POST", "/bridges/{bridgeId}/removeChannel", ("channel",), cleanup=True),
    "bridge": Verb("GET", "/bridges/{bridgeId}"),
    "mute": Verb("POST", "/channels/{channelId}/mute", ("direction",)),
    "unmute": Verb("DELETE", "/channels/{channelId}/mute", ("direction",), cleanup=True),
    "record_bridge": Verb("POST", "/bridges/{bridgeId}/record", ("name", "format", "ifExists")),
    "play_bridge": Verb("POST", "/bridges/{bridgeId}/play", ("media",)),
    "drop_bridge": Verb("DELETE", "/bridges/{bridgeId}", cleanup=True),
    # the exchange and its applications
    "ping": Verb("GET", "/asterisk/ping"),
    "info": Verb("GET", "/asterisk/info"),
    "shared": Verb("GET", "/channels/{channelId}/variable", ("variable",)),
    "set_shared": Verb("POST", "/asterisk/variable", ("variable", "value")),
    "get_global": Verb("GET", "/asterisk/variable", ("variable",)),
    "set_global": Verb("POST", "/asterisk/variable", ("variable", "value")),
    "applications": Verb("GET", "/applications"),
    "application": Verb("GET", "/applications/{applicationName}"),
    "filter_events": Verb("PUT", "/applications/{applicationName}/eventFilter", body=True),
    "user_event": Verb("POST", "/events/user/{eventName}", ("application",)),
    "channels": Verb("GET", "/channels"),
    "bridges": Verb("GET", "/bridges"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """One operation, ready to be sent. path: without a slash in front; about: the channel it is done to, or ""."""

    verb: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: str = ""
    about: str = ""

    @property
    def waits(self) -> bool:
        return VERBS[self.verb].waits

    @property
    def cleanup(self) -> bool:
        return VERBS[self.verb].cleanup


def encode(request: Request, name: str) -> str:
    """As the websocket carries it (ASTERISK, REST over the websocket). By hand: json.dumps takes four times as long."""
    query = ",".join([f'{{"name":"{key}","value":{_quoted(value)}}}' for key, value in request.query])
    body = f',"content_type":"application/json","message_body":{_quoted(request.body)}' if request.body else ""
    return (
        f'{{"type":"RESTRequest","request_id":"{name}","method":"{request.method}","uri":{_quoted(request.path)}'
        f',"query_strings":[{query}]{body}}}'
    )


def claim(channel: str, app: str) -> Request:
    """Take an offered call. 204: ours; 409: another was faster; 404: no longer offered."""
    return Request("claim", "POST", "events/claim", (("channelId", channel), ("application", app)), about=channel)


def answer(channel: str) -> Request:
    return Request("answer", "POST", f"channels/{channel}/answer", about=channel)


def play(channel: str, playback: str, media: Sequence[str], skip: float = 0.0) -> Request:
    """Play a list of media uris ("sound:/path/without/extension") in one go; skip: seconds of the first left out."""
    query: tuple[tuple[str, str], ...] = (("media", ",".join(media)),)
    if skip:
        query += (("offsetms", str(round(skip * 1000))),)
    return Request("play", "POST", f"channels/{channel}/play/{playback}", query, about=channel)


def stop_playback(playback: str) -> Request:
    return Request("stop_playback", "DELETE", f"playbacks/{playback}")


def playback(playback: str) -> Request:
    return Request("playback", "GET", f"playbacks/{playback}")


def set_variables(channel: str, values: Mapping[str, str]) -> Request:
    """Several channel variables (functions such as TIMEOUT(absolute) too) in one request."""
    body = ",".join([f"{_quoted(name)}:{_quoted(value)}" for name, value in values.items()])
    return Request(
        "set_variables", "POST", f"channels/{channel}/variables", body=f'{{"variables":{{{body}}}}}', about=channel
    )


def set_shared(channel: str, name: str, value: str) -> Request:
    """A variable on the channel, read as SHARED(name). Never waits, whatever is played or recorded there."""
    query = (("variable", f"SHARED({name},{channel})"), ("value", value))
    return Request("set_shared", "POST", "asterisk/variable", query, about=channel)


def shared(channel: str, name: str) -> Request:
    """What set_shared has written. 404: nothing yet."""
    return Request("shared", "GET", f"channels/{channel}/variable", (("variable", f"SHARED({name})"),))


def record(channel: str, name: str, *, most: int, silence: int) -> Request:
    """Record to a wav file under the exchange's spool/recording; any key ends it. most, silence: seconds, 0 = none."""
    query = (
        ("name", name),
        ("format", "wav"),
        ("maxDurationSeconds", str(most)),
        ("maxSilenceSeconds", str(silence)),
        ("ifExists", "overwrite"),
        ("beep", "false"),
        ("terminateOn", "any"),
    )
    return Request("record", "POST", f"channels/{channel}/record", query, about=channel)


def stop_recording(name: str) -> Request:
    return Request("stop_recording", "POST", f"recordings/live/{name}/stop")


def live_recording(name: str) -> Request:
    return Request("live_recording", "GET", f"recordings/live/{name}")


def ring(channel: str) -> Request:
    return Request("ring", "POST", f"channels/{channel}/ring", about=channel)


def stop_ring(channel: str) -> Request:
    return Request("stop_ring", "DELETE", f"channels/{channel}/ring", about=channel)


def music(channel: str) -> Request:
    return Request("music", "POST", f"channels/{channel}/moh", about=channel)


def stop_music(channel: str) -> Request:
    return Request("stop_music", "DELETE", f"channels/{channel}/moh", about=channel)


def go_on(channel: str, context: str, extension: str = "s") -> Request:
    """Back into the dialplan. Waits for a running playback without telling: stop that first (SPEED A3)."""
    query = (("context", context), ("extension", extension), ("priority", "1"))
    return Request("continue", "POST", f"channels/{channel}/continue", query, about=channel)


def next_step(channel: str) -> Request:
    """Back into the dialplan, to the step behind the one that brought the call here; waits for a running playback."""
    return Request("next_step", "POST", f"channels/{channel}/continue", about=channel)


def hangup(channel: str, cause: int = 16) -> Request:
    """cause: Q.850."""
    return Request("hangup", "DELETE", f"channels/{channel}", (("reason_code", str(cause)),), about=channel)


def channel(channel: str) -> Request:
    return Request("channel", "GET", f"channels/{channel}")


def originate(leg: str, endpoint: str, app: str, *, args: str, caller: str, timeout: int, originator: str) -> Request:
    """Ring `endpoint`; on answer the leg enters our application. Never to be repeated by itself (SURVIVAL §6)."""
    query = (
        ("endpoint", endpoint),
        ("app", app),
        ("appArgs", args),
        ("callerId", caller),
        ("timeout", str(timeout)),
        ("channelId", leg),
        ("originator", originator),
    )
    return Request("originate", "POST", "channels", query, about=leg)


def light(extension: str, new: int, saved: int) -> Request:
    """Have the dialplan set the lamp of this extension (context `lamp`): a call that nobody hears and none answers."""
    query = (
        ("endpoint", f"Local/{extension}*{new}*{saved}@lamp"),
        ("context", "lamp"),
        ("extension", "done"),
        ("priority", "1"),
        ("timeout", "5"),
    )
    return Request("light", "POST", "channels", query)


def endpoint(endpoint: str) -> Request:
    """endpoint: "PJSIP/8001". 404: there is no such extension."""
    return Request("endpoint", "GET", f"endpoints/{endpoint}")


def make_bridge(bridge: str, *, keys: bool = False) -> Request:
    """keys: we hear the keys pressed there; else two parties may be joined so closely that nobody does."""
    kind = "mixing,dtmf_events" if keys else "mixing"
    return Request("make_bridge", "POST", f"bridges/{bridge}", (("type", kind),))


def add_channels(bridge: str, channels: Sequence[str]) -> Request:
    return Request(
        "add_channels", "POST", f"bridges/{bridge}/addChannel", (("channel", ",".join(channels)),), about=channels[0]
    )


def seat_channel(bridge: str, channel: str) -> Request:
    """Among many: a key is the channel's own (passed on, it can drown what another one hears when its end is lost), and
    nobody's phone shows who else is there."""
    query = (("channel", channel), ("absorbDTMF", "true"), ("inhibitConnectedLineUpdates", "true"))
    return Request("seat_channel", "POST", f"bridges/{bridge}/addChannel", query, about=channel)


def remove_channel(bridge: str, channel: str) -> Request:
    path = f"bridges/{bridge}/removeChannel"
    return Request("remove_channel", "POST", path, (("channel", channel),), about=channel)


def bridge(bridge: str) -> Request:
    return Request("bridge", "GET", f"bridges/{bridge}")


def mute(channel: str) -> Request:
    """What the caller says is heard by nobody; keys still are."""
    return Request("mute", "POST", f"channels/{channel}/mute", (("direction", "in"),), about=channel)


def unmute(channel: str) -> Request:
    return Request("unmute", "DELETE", f"channels/{channel}/mute", (("direction", "in"),), about=channel)


def record_bridge(bridge: str, name: str) -> Request:
    """Everybody there, into one file."""
    query = (("name", name), ("format", "wav"), ("ifExists", "fail"))
    return Request("record_bridge", "POST", f"bridges/{bridge}/record", query)


def play_bridge(bridge: str, media: str) -> Request:
    """Everybody there hears it."""
    return Request("play_bridge", "POST", f"bridges/{bridge}/play", (("media", media),))


def drop_bridge(bridge: str) -> Request:
    return Request("drop_bridge", "DELETE", f"bridges/{bridge}")


def ping() -> Request:
    return Request("ping", "GET", "asterisk/ping")


def info() -> Request:
    return Request("info", "GET", "asterisk/info")


def get_global(name: str) -> Request:
    return Request("get_global", "GET", "asterisk/variable", (("variable", name),))


def set_global(name: str, value: str) -> Request:
    return Request("set_global", "POST", "asterisk/variable", (("variable", name), ("value", value)))


def applications() -> Request:
    return Request("applications", "GET", "applications")


def application(app: str) -> Request:
    return Request("application", "GET", f"applications/{app}")


def filter_events(app: str, allowed: Sequence[str]) -> Request:
    """Only these types of event. RESTResponse is added, or no command over the websocket would ever be answered."""
    types = [{"type": name} for name in dict.fromkeys((*allowed, "RESTResponse"))]
    return Request("filter_events", "PUT", f"applications/{app}/eventFilter", body=dumps({"allowed": types}))


def user_event(name: str, app: str) -> Request:
    """An event that comes back over our own websocket: proof that the whole way round is alive."""
    return Request("user_event", "POST", f"events/user/{name}", (("application", app),))


def channels() -> Request:
    return Request("channels", "GET", "channels")


def bridges() -> Request:
    return Request("bridges", "GET", "bridges")
