"""Events at the border: what the exchange sends, in whatever shape, becomes a value or a typed error."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk.ari import events
from asterisk.ari.events import Channel, Malformed, Unknown, done, parse

CHANNEL: dict[str, Any] = {
    "id": "1700000000.1",
    "name": "PJSIP/town-00000001",
    "state": "Up",
    "protocol_id": "x@127.0.0.1",
    "caller": {"name": "小明", "number": "13800000001"},
    "connected": {"name": "", "number": ""},
    "accountcode": "",
    "dialplan": {"context": "incoming", "exten": "62000001", "priority": 2, "app_name": "Stasis", "app_data": ""},
    "creationtime": "2026-11-22T02:38:59.810+0000",
    "language": "en",
}
HEAD = {"timestamp": "2026-11-22T02:38:59.810+0000", "asterisk_id": "02:00:00:00:07:01", "application": "lp-one"}
PLAYBACK = {
    "id": "p-1",
    "media_uri": "sound:x",
    "target_uri": "channel:1700000000.1",
    "language": "en",
    "state": "done",
}
RECORDING = {"name": "r", "format": "wav", "target_uri": "channel:1700000000.1", "state": "done", "duration": 7}
BRIDGE = {"id": "b-1", "technology": "simple", "bridge_type": "mixing", "channels": []}
PARTS: dict[str, dict[str, Any]] = {
    "StasisStart": {"channel": CHANNEL, "args": ["a"]},
    "StasisEnd": {"channel": CHANNEL},
    "ChannelDtmfReceived": {"channel": CHANNEL, "digit": "#", "duration_ms": 100},
    "ChannelDestroyed": {"channel": CHANNEL, "cause": 17, "cause_txt": "User busy", "tech_cause": 486},
    "ChannelHangupRequest": {"channel": CHANNEL, "cause": 16, "soft": True},
    "ChannelStateChange": {"channel": CHANNEL},
    "Dial": {"peer": CHANNEL, "dialstatus": "RINGING"},
    "PlaybackStarted": {"playback": PLAYBACK},
    "PlaybackContinuing": {"playback": PLAYBACK},
    "PlaybackFinished": {"playback": PLAYBACK},
    "RecordingStarted": {"recording": RECORDING},
    "RecordingFinished": {"recording": RECORDING},
    "RecordingFailed": {"recording": {**RECORDING, "cause": "disk full"}},
    "BridgeDestroyed": {"bridge": BRIDGE},
    "ChannelEnteredBridge": {"bridge": BRIDGE, "channel": CHANNEL},
    "ChannelLeftBridge": {"bridge": BRIDGE, "channel": CHANNEL},
    "CallBroadcast": {"channel": CHANNEL, "caller": "1", "called": "2"},
    "CallClaimed": {"channel": CHANNEL, "winner_app": "lp-two"},
    "ApplicationReplaced": {},
    "ChannelUserevent": {"eventname": "pulse", "userevent": {}},
    "ChannelTalkingStarted": {"channel": CHANNEL},
    "ChannelTalkingFinished": {"channel": CHANNEL, "duration": 3},
    "RESTResponse": {"request_id": "7", "status_code": 204, "message_body": ""},
}


def text(kind: str, **changes: Any) -> str:
    return json.dumps({"type": kind, **HEAD, **PARTS[kind], **changes})


def test_a_channel_that_takes_another_ones_place() -> None:
    start = parse(text("StasisStart", replace_channel={**CHANNEL, "id": "1700000000.7"}))
    assert isinstance(start, events.StasisStart)
    assert start.replaces == "1700000000.7"


def test_a_call_at_the_door() -> None:
    assert parse(text("StasisStart")) == events.StasisStart(
        Channel(
            "1700000000.1",
            "PJSIP/town-00000001",
            "Up",
            "13800000001",
            "小明",
            "incoming",
            "62000001",
            "2026-11-22T02:38:59.810+0000",
        ),
        ("a",),
    )


def test_the_channel_of_a_playback_is_told_without_its_kind() -> None:
    assert parse(text("PlaybackFinished")) == events.PlaybackFinished("p-1", "1700000000.1", "done")


@pytest.mark.parametrize("kind", PARTS)
def test_every_event_we_use_has_its_type(kind: str) -> None:
    assert type(parse(text(kind))).__name__ == kind


ANSWER = '{"type":"RESTResponse","transaction_id":"","request_id":"7","status_code":%d,"reason_phrase":"x","uri":"x"}'


@pytest.mark.parametrize(
    ("text", "request_id"),
    [
        (ANSWER % 204, "7"),
        (ANSWER % 200, "7"),
        (ANSWER % 404, ""),
        (ANSWER % 500, ""),
        ((ANSWER % 204).replace(":", ": "), ""),
        ('{"type":"StasisEnd","request_id":"7","status_code":204}', ""),
        ("", ""),
    ],
)
def test_only_a_command_carried_out_is_read_by_its_first_words(text: str, request_id: str) -> None:
    assert done(text) == request_id


def test_an_event_nobody_knows_passes() -> None:
    event = parse('{"type": "ChannelTransfer", "state": "x"}')
    assert event == Unknown("ChannelTransfer", {"type": "ChannelTransfer", "state": "x"})


@pytest.mark.parametrize("kind", [kind for kind in PARTS if PARTS[kind]])
def test_an_event_without_its_parts_is_an_error_at_the_border(kind: str) -> None:
    with pytest.raises(Malformed, match=kind):
        parse(json.dumps({"type": kind, **HEAD}))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '"x"', "{}"])
def test_what_is_no_event_is_malformed(text: str) -> None:
    with pytest.raises(Malformed, match="not an event"):
        parse(text)


nonsense = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(kind=st.sampled_from(sorted(PARTS)), damage=st.data())
def test_a_damaged_event_never_raises_anything_else(kind: str, damage: st.DataObject) -> None:
    """Fields lost, replaced by nonsense, or added: a value of the right type or `Malformed`."""
    event: dict[str, Any] = json.loads(text(kind))
    inner = [name for name, value in event.items() if isinstance(value, dict)]
    part = event[damage.draw(st.sampled_from(inner))] if inner else event
    name = damage.draw(st.sampled_from(sorted(set(part) - {"type"}) or ["more"]))
    match damage.draw(st.sampled_from(["lost", "nonsense", "more"])):
        case "lost":
            part.pop(name, None)
        case "nonsense":
            part[name] = damage.draw(nonsense)
        case "more":
            part[f"{name}_more"] = damage.draw(nonsense)
    try:
        assert type(parse(json.dumps(event))).__name__ == kind
    except Malformed:
        pass
