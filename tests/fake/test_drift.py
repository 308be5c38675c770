"""The fake, and our own client, held against what the real exchange says of itself: neither can drift from it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from asterisk.ari.address import Address
from asterisk.ari.events import _MAKERS, Unknown, parse
from asterisk.ari.verbs import VERBS
from asterisk.instance import ports
from asterisk.instance.plan import Plan
from asterisk.instance.process import Instance
from asterisk.instance.software import find
from asterisk.station import HEARD
from tests.fake.apidocs import Description, describe
from tests.fake.caller import Answers
from tests.fake.exchange import Exchange, fake_exchange
from tests.fake.routes import ROUTES
from tests.fake.server import SERVED
from tests.fake.test_exchange import Client, client_of

pytestmark = [pytest.mark.exchange, pytest.mark.asyncio(loop_scope="module")]
HOUSE = "127.0.44.1"
OURS = ("RESTResponse",)  # messages that are no events


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def described(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Description]:
    plan = Plan(
        HOUSE, ports.free(HOUSE), "[general]\n[incoming]\nexten => _X.,1,Hangup()\n[inside]\n[fallback]\n[bye]\n"
    )
    exchange = Instance(Path(tmp_path_factory.mktemp("drift")), find(), plan)
    await exchange.start()
    try:
        yield await describe(Address(exchange.ari_url, *exchange.ari_auth))
    finally:
        await exchange.stop()


async def test_every_verb_of_ours_exists_with_its_parameters(described: Description) -> None:
    wrong = [
        fault
        for verb in VERBS.values()
        for fault in described.unlike_operation(verb.method, verb.path, verb.query, verb.body)
    ]
    assert wrong == []


async def test_every_event_we_listen_for_exists(described: Description) -> None:
    assert [name for name in (*HEARD, *_MAKERS) if name not in described.events and name not in OURS] == []


async def test_every_route_of_the_fake_exists_with_its_parameters(described: Description) -> None:
    assert len(ROUTES) > 40
    assert len(SERVED) == 3
    wrong = [fault for one in ROUTES for fault in described.unlike_operation(one.method, one.path, one.query, one.body)]
    assert wrong == []


async def test_the_fake_serves_every_verb_of_ours() -> None:
    served = {(one.method, one.path): one for one in ROUTES}
    assert [name for name, verb in VERBS.items() if (verb.method, verb.path) not in served] == []
    for verb in VERBS.values():
        route = served[verb.method, verb.path]
        assert set(verb.query) <= set(route.query)
        assert not verb.body or route.body


async def test_what_does_not_agree_is_found(described: Description) -> None:
    assert described.unlike_operation("POST", "/channels/{id}/play", ("media",), False) == [
        "POST /channels/{id}/play does not exist"
    ]
    assert described.unlike_operation("GET", "/asterisk/ping", ("x",), True) == [
        "GET /asterisk/ping has no parameter x",
        "GET /asterisk/ping takes no body",
    ]
    event = {"type": "ChannelDtmfReceived", "digit": 5, "duration_ms": 100, "extra": "", "application": "a"}
    assert described.unlike_model("ChannelDtmfReceived", event) == [
        "ChannelDtmfReceived lacks timestamp",
        "ChannelDtmfReceived lacks channel",
        "ChannelDtmfReceived.digit is no string: 5",
        "ChannelDtmfReceived has no extra",
    ]


async def test_what_the_fake_says_has_the_shape_the_real_one_promises(described: Description) -> None:
    answers: list[tuple[str, str, Any]] = []
    async with fake_exchange(window=0.1) as fake:
        fake.sounds |= {"/short": 0.05}
        async with client_of(fake) as client, client_of(fake, "lp-two"):
            await everything(fake, client, answers)
        events = [event for event in fake.sent if event["type"] not in OURS]
    kinds = {event["type"] for event in events}
    assert kinds >= {"CallBroadcast", "CallClaimed", "StasisStart", "Dial", "RecordingFinished", "ChannelDestroyed"}
    assert sorted(kinds - described.events) == []
    wrong = [fault for event in events for fault in described.unlike_model(event["type"], event)]
    wrong += [
        fault
        for method, path, body in answers
        for fault in described.unlike_model(described.operations[method, path].answer, body, f"{method} {path}")
    ]
    assert sorted(set(wrong)) == []
    for event in events:
        assert not isinstance(parse(json.dumps(event)), Unknown) or event["type"] not in _MAKERS


async def everything(fake: Exchange, client: Client, answers: list[tuple[str, str, Any]]) -> None:
    """One of each thing the fake can be asked and can tell."""

    async def ask(
        method: str, template: str, body: Any = None, *, of: dict[str, str] | None = None, **query: str
    ) -> None:
        path = template
        for name, value in (of or {}).items():
            path = path.replace(f"{{{name}}}", value)
        status, answer = await client.rest(method, path, body, **query)
        assert status < 300, (method, path, answer)
        if answer is not None:
            answers.append((method, template, answer))

    fake.phones["8001"] = Answers(0.01, talk=0.3)
    caller = fake.call("13800000001", "02038880000", name="小明")
    on = {"channelId": await client.take(caller)}
    caller.press("1")
    await ask("POST", "/channels/{channelId}/variables", {"variables": {"TIMEOUT(absolute)": "60"}}, of=on)
    await ask("POST", "/asterisk/variable", variable=f"SHARED(CCSTATE,{on['channelId']})", value="a|b|c")
    await ask("GET", "/channels/{channelId}/variable", of=on, variable="SHARED(CCSTATE)")
    await ask("GET", "/channels", of=on)
    await ask("GET", "/channels/{channelId}", of=on)
    of = {**on, "playbackId": "p1"}
    await ask("POST", "/channels/{channelId}/play/{playbackId}", of=of, media="sound:/short,sound:/short")
    await ask("GET", "/playbacks/{playbackId}", of=of)
    await client.event("PlaybackFinished")
    of = {**on, "recordingName": "r1"}
    await ask("POST", "/channels/{channelId}/record", of=of, name="r1", format="wav", terminateOn="any")
    await client.event("RecordingStarted")
    await ask("GET", "/recordings/live/{recordingName}", of=of)
    caller.press("#")
    await client.event("RecordingFinished")
    await ask("GET", "/recordings/stored/{recordingName}", of=of)
    await ask("POST", "/bridges/{bridgeId}", of={"bridgeId": "b1"}, type="mixing")
    leg: dict[str, Any] = {"endpoint": "PJSIP/8001", "app": "lp-one", "channelId": "leg1", "timeout": "5"}
    await ask("POST", "/channels", **leg)
    await client.event("StasisStart")
    await ask("POST", "/bridges/{bridgeId}/addChannel", of={"bridgeId": "b1"}, channel=f"{on['channelId']},leg1")
    await ask("GET", "/bridges")
    await ask("POST", "/bridges/{bridgeId}/play", of={"bridgeId": "b1"}, media="sound:beep")
    await ask("POST", "/bridges/{bridgeId}/record", of={"bridgeId": "b1"}, name="all", format="wav")
    await ask("GET", "/applications")
    await ask("GET", "/applications/{applicationName}", of={"applicationName": "lp-one"})
    await client.event("ChannelDestroyed")
    await ask("DELETE", "/bridges/{bridgeId}", of={"bridgeId": "b1"})
    await ask("GET", "/endpoints/{tech}/{resource}", of={"tech": "PJSIP", "resource": "8001"})
    await ask("GET", "/asterisk/info")
    await ask("GET", "/asterisk/ping")
    await ask("GET", "/asterisk/variable", variable="X")
    await ask("POST", "/events/user/{eventName}", of={"eventName": "hb"}, application="lp-one")
    await ask("POST", "/applications/{applicationName}/subscription", of={"applicationName": "lp-one"},
              eventSource=f"channel:{on['channelId']}")  # fmt: skip
    await ask("POST", "/channels/{channelId}/moh", of=on)
    caller.hangup()
    await fake.quiet()
