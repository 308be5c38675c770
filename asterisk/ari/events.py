"""What the exchange tells us, as typed values: JSON text in, frozen events out (SURVIVAL §7, ASTERISK §3).

Only what a controller uses is taken out of an event, so that parsing stays in the microseconds. An event of a type
unknown here passes as `Unknown`; an event that lacks a field it must have is `Malformed`, an error at the border.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from asterisk.ari.channel import Channel as Channel


class Malformed(ValueError):
    """An event that does not have the shape the exchange promises. `text` is what came, cut to 500 characters."""

    def __init__(self, why: str, text: str) -> None:
        super().__init__(f"{why}: {text[:500]}")


@dataclass(frozen=True, slots=True)
class StasisStart:
    """replaces: the channel whose place it takes, "" = none (a party was transferred)."""

    channel: Channel
    args: tuple[str, ...]
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class StasisEnd:
    channel: str


@dataclass(frozen=True, slots=True)
class ChannelDtmfReceived:
    """at: the exchange's own time of it, as text; the same key at the same moment is the same event told twice."""

    channel: str
    digit: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class ChannelDestroyed:
    """`cause` is Q.850; `tech_cause` the signalling's own (SIP status), 0 if not given."""

    channel: str
    cause: int
    tech_cause: int


@dataclass(frozen=True, slots=True)
class ChannelHangupRequest:
    """soft: asked for from inside the exchange (the dialplan, a command), not by the far end."""

    channel: str
    cause: int
    soft: bool


@dataclass(frozen=True, slots=True)
class ChannelStateChange:
    channel: str
    state: str


@dataclass(frozen=True, slots=True)
class Dial:
    """Progress of an outgoing leg: status is "" at the beginning, then RINGING, PROGRESS, ANSWER, BUSY, NOANSWER …"""

    channel: str
    status: str


@dataclass(frozen=True, slots=True)
class PlaybackStarted:
    playback: str
    target: str


@dataclass(frozen=True, slots=True)
class PlaybackContinuing:
    playback: str
    target: str


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    """state: "done" (also when it was stopped) or "failed" (nothing could be played)."""

    playback: str
    target: str
    state: str


@dataclass(frozen=True, slots=True)
class RecordingStarted:
    name: str
    target: str


@dataclass(frozen=True, slots=True)
class RecordingFinished:
    """seconds: whole seconds as the exchange counts them; silence likewise (at the end)."""

    name: str
    target: str
    seconds: int
    silence: int


@dataclass(frozen=True, slots=True)
class RecordingFailed:
    name: str
    target: str
    cause: str


@dataclass(frozen=True, slots=True)
class BridgeDestroyed:
    bridge: str


@dataclass(frozen=True, slots=True)
class ChannelEnteredBridge:
    bridge: str
    channel: str


@dataclass(frozen=True, slots=True)
class ChannelLeftBridge:
    bridge: str
    channel: str


@dataclass(frozen=True, slots=True)
class CallBroadcast:
    """A call is offered to whoever claims it first (`POST /events/claim`)."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class CallClaimed:
    channel: str
    winner: str


@dataclass(frozen=True, slots=True)
class ApplicationReplaced:
    """Somebody else connected under our name: we hear nothing more and must let go."""


@dataclass(frozen=True, slots=True)
class ChannelUserevent:
    name: str


@dataclass(frozen=True, slots=True)
class ChannelTalkingStarted:
    channel: str


@dataclass(frozen=True, slots=True)
class ChannelTalkingFinished:
    channel: str


@dataclass(frozen=True, slots=True)
class RESTResponse:
    """The answer to a command sent over the websocket. `body` is JSON text, or ""."""

    request: str
    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Unknown:
    type: str
    raw: Mapping[str, Any]


Event = (
    StasisStart
    | StasisEnd
    | ChannelDtmfReceived
    | ChannelDestroyed
    | ChannelHangupRequest
    | ChannelStateChange
    | Dial
    | PlaybackStarted
    | PlaybackContinuing
    | PlaybackFinished
    | RecordingStarted
    | RecordingFinished
    | RecordingFailed
    | BridgeDestroyed
    | ChannelEnteredBridge
    | ChannelLeftBridge
    | CallBroadcast
    | CallClaimed
    | ApplicationReplaced
    | ChannelUserevent
    | ChannelTalkingStarted
    | ChannelTalkingFinished
    | RESTResponse
    | Unknown
)


def _target(uri: str) -> str:
    """ "channel:1699.1" → "1699.1" (the id may itself hold a colon)."""
    return uri.partition(":")[2]


# Type on the wire → how to make a value of it. A KeyError or TypeError in here is a malformed event.
_MAKERS: dict[str, Callable[[Any], Event]] = {
    "RESTResponse": lambda e: RESTResponse(e["request_id"], e["status_code"], e.get("message_body") or ""),
    "StasisStart": lambda e: StasisStart(
        Channel.of(e["channel"]), tuple(e["args"]), (e.get("replace_channel") or {}).get("id", "")
    ),
    "StasisEnd": lambda e: StasisEnd(e["channel"]["id"]),
    "ChannelDtmfReceived": lambda e: ChannelDtmfReceived(e["channel"]["id"], e["digit"], e.get("timestamp", "")),
    "ChannelDestroyed": lambda e: ChannelDestroyed(e["channel"]["id"], int(e["cause"]), int(e.get("tech_cause") or 0)),
    "ChannelHangupRequest": lambda e: ChannelHangupRequest(
        e["channel"]["id"], int(e.get("cause") or 0), bool(e.get("soft"))
    ),
    "ChannelStateChange": lambda e: ChannelStateChange(e["channel"]["id"], e["channel"]["state"]),
    "Dial": lambda e: Dial(e["peer"]["id"], e["dialstatus"]),
    "PlaybackStarted": lambda e: PlaybackStarted(e["playback"]["id"], _target(e["playback"]["target_uri"])),
    "PlaybackContinuing": lambda e: PlaybackContinuing(e["playback"]["id"], _target(e["playback"]["target_uri"])),
    "PlaybackFinished": lambda e: PlaybackFinished(
        e["playback"]["id"], _target(e["playback"]["target_uri"]), e["playback"]["state"]
    ),
    "RecordingStarted": lambda e: RecordingStarted(e["recording"]["name"], _target(e["recording"]["target_uri"])),
    "RecordingFinished": lambda e: RecordingFinished(
        e["recording"]["name"],
        _target(e["recording"]["target_uri"]),
        int(e["recording"].get("duration") or 0),
        int(e["recording"].get("silence_duration") or 0),
    ),
    "RecordingFailed": lambda e: RecordingFailed(
        e["recording"]["name"], _target(e["recording"]["target_uri"]), e["recording"].get("cause") or ""
    ),
    "BridgeDestroyed": lambda e: BridgeDestroyed(e["bridge"]["id"]),
    "ChannelEnteredBridge": lambda e: ChannelEnteredBridge(e["bridge"]["id"], (e.get("channel") or {}).get("id", "")),
    "ChannelLeftBridge": lambda e: ChannelLeftBridge(e["bridge"]["id"], e["channel"]["id"]),
    "CallBroadcast": lambda e: CallBroadcast(Channel.of(e["channel"])),
    "CallClaimed": lambda e: CallClaimed(e["channel"]["id"], e["winner_app"]),
    "ApplicationReplaced": lambda e: ApplicationReplaced(),
    "ChannelUserevent": lambda e: ChannelUserevent(e["eventname"]),
    "ChannelTalkingStarted": lambda e: ChannelTalkingStarted(e["channel"]["id"]),
    "ChannelTalkingFinished": lambda e: ChannelTalkingFinished(e["channel"]["id"]),
}


_DONE = re.compile(r'\{"type":"RESTResponse","transaction_id":"[^"]*","request_id":"(\d+)","status_code":2\d\d,')


def done(text: str) -> str:
    """The id of the request that this message says has been carried out; "" if it is anything else.

    Of four commands out of five nobody wants to know more, and to read the rest is a quarter of a call's time. What
    is written otherwise than Asterisk 22 writes it is "" and goes the whole way.
    """
    found = _DONE.match(text)
    return found[1] if found else ""


def parse(text: str) -> Event:
    """One message of the websocket as a value. Raises `Malformed`."""
    try:
        raw = from_json(text)
        kind = raw["type"]
    except (ValueError, KeyError, TypeError) as fault:
        raise Malformed(f"not an event ({fault!r})", text) from fault
    make = _MAKERS.get(kind)
    if make is None:
        return Unknown(str(kind), raw)
    try:
        return make(raw)
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise Malformed(f"{kind} without what it must have ({fault!r})", text) from fault
