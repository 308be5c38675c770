"""Every request we make is one of the table, and says on the websocket what it says over HTTP."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk.ari import verbs
from asterisk.ari.verbs import VERBS, Request

ALL: list[Request] = [
    verbs.claim("c", "lp-one"),
    verbs.answer("c"),
    verbs.play("c", "p", ["sound:/a/b", "sound:/c"], skip=1.5),
    verbs.stop_playback("p"),
    verbs.playback("p"),
    verbs.set_variables("c", {"TIMEOUT(absolute)": "30"}),
    verbs.shared("1699.1", "CCSTATE"),
    verbs.set_shared("1699.1", "CCSTATE", "x|y|z"),
    verbs.record("c", "r", most=60, silence=5),
    verbs.stop_recording("r"),
    verbs.live_recording("r"),
    verbs.ring("c"),
    verbs.stop_ring("c"),
    verbs.music("c"),
    verbs.stop_music("c"),
    verbs.go_on("c", "fallback"),
    verbs.next_step("c"),
    verbs.hangup("c", 17),
    verbs.channel("c"),
    verbs.originate("leg", "PJSIP/8001", "lp-one", args="leg", caller="138", timeout=20, originator="c"),
    verbs.light("8001", 1, 0),
    verbs.endpoint("PJSIP/8001"),
    verbs.make_bridge("b"),
    verbs.add_channels("b", ["c", "leg"]),
    verbs.drop_bridge("b"),
    verbs.ping(),
    verbs.info(),
    verbs.get_global("LP_BEAT_lp-one"),
    verbs.set_global("LP_BEAT_lp-one", "1"),
    verbs.applications(),
    verbs.application("lp-one"),
    verbs.filter_events("lp-one", ["StasisStart"]),
    verbs.user_event("pulse", "lp-one"),
    verbs.channels(),
    verbs.bridges(),
    verbs.bridge("conf-1-7001"),
    verbs.seat_channel("conf-1-7001", "c"),
    verbs.remove_channel("conf-1-7001", "c"),
    verbs.mute("c"),
    verbs.unmute("c"),
    verbs.record_bridge("conf-1-7001", "conf-x"),
    verbs.play_bridge("conf-1-7001", "sound:beep"),
]


def test_each_verb_of_the_table_is_made_somewhere() -> None:
    assert {request.verb for request in ALL} == set(VERBS)


@pytest.mark.parametrize("request_", ALL, ids=[request.verb for request in ALL])
def test_a_request_is_what_the_table_says(request_: Request) -> None:
    verb = VERBS[request_.verb]
    template = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(verb.path.lstrip("/")))
    assert request_.method == verb.method
    assert re.fullmatch(template, request_.path)
    assert tuple(name for name, _ in request_.query) == verb.query
    assert bool(request_.body) == verb.body


def test_the_verbs_that_wait_behind_a_playback() -> None:
    waiting = {"answer", "set_variables", "add_channels", "seat_channel"}
    assert {name for name, verb in VERBS.items() if verb.waits} == waiting


def test_a_filter_always_lets_answers_through() -> None:
    body = json.loads(verbs.filter_events("lp-one", ["StasisStart"]).body)
    assert body == {"allowed": [{"type": "StasisStart"}, {"type": "RESTResponse"}]}


def test_on_the_websocket() -> None:
    message = json.loads(verbs.encode(verbs.set_variables("c", {"LP_NOTE": '/a/小"明'}), "7"))
    assert message == {
        "type": "RESTRequest",
        "request_id": "7",
        "method": "POST",
        "uri": "channels/c/variables",
        "query_strings": [],
        "content_type": "application/json",
        "message_body": '{"variables":{"LP_NOTE":"/a/\\u5c0f\\"\\u660e"}}',
    }


@given(value=st.text(), body=st.text(min_size=1))
def test_whatever_is_said_arrives_unchanged(value: str, body: str) -> None:
    request = replace(verbs.set_global("X", value), body=body)
    message = json.loads(verbs.encode(request, "1"))
    assert message["query_strings"] == [{"name": "variable", "value": "X"}, {"name": "value", "value": value}]
    assert message["message_body"] == body


@given(st.dictionaries(st.text(), st.text()))
def test_variables_are_json(values: dict[str, str]) -> None:
    assert json.loads(verbs.set_variables("c", values).body) == {"variables": values}
