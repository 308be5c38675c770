"""The fake keeps the contract that was measured on the real exchange (SURVIVAL.md §0–§5)."""

import asyncio
import json
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.fake.caller import Answers, Refuses, Rings
from tests.fake.exchange import Exchange, fake_exchange


class Client:
    """The barest of controllers: REST over HTTP and over the websocket, events in a list."""

    def __init__(self, fake: Exchange, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.fake, self.session, self.socket = fake, session, socket
        self.events: list[dict[str, Any]] = []
        self.closed = False
        self._news = asyncio.Event()
        self._taken = 0
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self.events.append(json.loads(message.data))
                self._news.set()
        self.closed = True
        self._news.set()

    async def event(self, kind: str, deadline: float = 2.0) -> dict[str, Any]:
        """The next event of that type; those before it are passed over."""
        async with asyncio.timeout(deadline):
            while True:
                while self._taken < len(self.events):
                    self._taken += 1
                    if self.events[self._taken - 1]["type"] == kind:
                        return self.events[self._taken - 1]
                self._news.clear()
                await self._news.wait()

    async def rest(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        async with self.session.request(method, self.fake.url + path, params=query, json=body) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None

    async def over_socket(self, id: str, method: str, uri: str, **query: str) -> None:
        pairs = [{"name": name, "value": value} for name, value in query.items()]
        asked = {"type": "RESTRequest", "request_id": id, "method": method, "uri": uri, "query_strings": pairs}
        await self.socket.send_str(json.dumps(asked))

    async def take(self, caller: Any) -> str:
        """Claim the call and be in it; its channel id."""
        offered = await self.event("CallBroadcast")
        id = str(offered["channel"]["id"])
        status, _ = await self.rest("POST", "/events/claim", channelId=id, application="lp-one")
        assert status == 204
        await self.event("StasisStart")
        return id

    async def close(self) -> None:
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        await self.socket.close()


@asynccontextmanager
async def client_of(fake: Exchange, app: str = "lp-one") -> AsyncIterator[Client]:
    token = b64encode(f"{fake.user}:{fake.password}".encode()).decode()
    async with aiohttp.ClientSession(headers={"Authorization": f"Basic {token}"}) as session:
        client = Client(fake, session, await session.ws_connect(f"{fake.url}/events", params={"app": app}))
        try:
            yield client
        finally:
            await client.close()


@pytest.fixture
async def fake() -> AsyncIterator[Exchange]:
    async with fake_exchange(window=0.1) as exchange:
        exchange.sounds |= {"/short": 0.05, "/long": 5.0, "/half": 0.3}
        yield exchange


async def test_a_call_is_offered_claimed_once_and_played_to(fake: Exchange) -> None:
    async with client_of(fake) as client:
        caller = fake.call("13800000001", "02038880000", name="小明")
        id = await client.take(caller)
        assert await client.rest("POST", "/events/claim", channelId=id, application="lp-one") == (
            409,
            {"message": "Channel has already been claimed by another application"},
        )
        status, playback = await client.rest("POST", f"/channels/{id}/play/p1", media="sound:/short,sound:/half")
        assert (status, playback["state"]) == (201, "queued")
        assert (await client.event("PlaybackContinuing"))["playback"]["next_media_uri"] == "sound:/half"
        assert (await client.event("PlaybackFinished"))["playback"]["state"] == "done"
        assert [(sound.media, sound.whole) for sound in caller.heard] == [("sound:/short", True), ("sound:/half", True)]
        assert (await client.rest("GET", "/playbacks/p1"))[0] == 404
        caller.hangup()
        await client.event("StasisEnd")
        await caller.over()
        assert fake.idle()


async def test_an_offer_nobody_takes_falls_to_the_fallback_after_its_window(fake: Exchange) -> None:
    before = time.monotonic()
    caller = fake.call("1", "2")
    await caller.over()
    assert (caller.fallback, caller.media, caller.cut_off) == ("TIMEOUT", ["sound:beep"], True)
    assert caller.heard[0].began - before == pytest.approx(0.1, abs=0.05)
    async with client_of(fake) as client:
        claimed = await client.rest("POST", "/events/claim", channelId=caller.channel.id, application="lp-one")
        assert claimed[0] == 404


@pytest.mark.parametrize("verb", ["answer", "variables", "addChannel"])
async def test_verbs_that_wait_do_so_behind_a_playback_and_freeze_the_socket(fake: Exchange, verb: str) -> None:
    async with client_of(fake) as client:
        caller = fake.call("1", "2")
        id = await client.take(caller)
        await client.rest("POST", "/bridges/b1", type="mixing")
        await client.rest("POST", f"/channels/{id}/play/p1", media="sound:/half")
        began = time.monotonic()
        if verb == "addChannel":
            await client.over_socket("1", "POST", "bridges/b1/addChannel", channel=id)
        elif verb == "answer":
            await client.over_socket("1", "POST", f"channels/{id}/answer")
        else:
            await client.over_socket("1", "POST", f"channels/{id}/variable", variable="A", value="b")
        await client.over_socket("2", "GET", "asterisk/ping")
        assert (await client.rest("GET", "/asterisk/ping"))[0] == 200
        assert time.monotonic() - began < 0.2, "HTTP is not held up"
        first = await client.event("RESTResponse")
        assert (first["request_id"], first["status_code"]) == ("1", 204)
        assert time.monotonic() - began > 0.25, "the socket was frozen until the prompt had ended"
        assert (await client.event("RESTResponse"))["request_id"] == "2"


async def test_stopping_is_done_at_once_and_ends_as_done(fake: Exchange) -> None:
    async with client_of(fake) as client:
        caller = fake.call("1", "2")
        id = await client.take(caller)
        await client.rest("POST", f"/channels/{id}/play/p1", media="sound:/long,sound:/short")
        await caller.hears("/long")
        assert (await client.rest("DELETE", "/playbacks/p1"))[0] == 204
        assert (await client.rest("DELETE", "/playbacks/p1"))[0] == 404
        assert (await client.event("PlaybackFinished"))["playback"]["state"] == "done"
        assert caller.media == ["sound:/long"]
        assert not caller.heard[0].whole


async def test_a_prompt_without_a_file_fails_and_the_rest_of_its_list_is_heard(fake: Exchange) -> None:
    async with client_of(fake) as client:
        caller = fake.call("1", "2")
        id = await client.take(caller)
        await client.rest("POST", f"/channels/{id}/play/p1", media="sound:/nothing")
        assert (await client.event("PlaybackFinished"))["playback"]["state"] == "failed"
        await client.rest("POST", f"/channels/{id}/play/p2", media="sound:/nothing,sound:/short")
        assert (await client.event("PlaybackFinished"))["playback"]["state"] == "done"
        assert caller.media == ["sound:/short"]


async def test_a_dead_controller_leaves_calls_and_prompts_and_loses_keys(fake: Exchange) -> None:
    async with client_of(fake) as client:
        caller = fake.call("1", "2")
        id = await client.take(caller)
        await client.rest("POST", f"/channels/{id}/play/p1", media="sound:/half")
        await client.rest("POST", "/asterisk/variable", variable=f"SHARED(CCSTATE,{id})", value="x|p1|menu")
        await caller.hears("/half")
        fake.wire.drop("websocket")
        await fake.deaf("lp-one")
        caller.press("5")
    async with client_of(fake) as heir:
        assert (await heir.rest("GET", "/applications/lp-one"))[1]["channel_ids"] == [id]
        assert (await heir.rest("GET", f"/channels/{id}/variable", variable="SHARED(CCSTATE)"))[1] == {
            "value": "x|p1|menu"
        }
        assert (await heir.rest("GET", "/playbacks/p1"))[0] == 200
        assert (await heir.event("PlaybackFinished"))["playback"]["state"] == "done"
        caller.press("6")
        assert (await heir.event("ChannelDtmfReceived"))["digit"] == "6"
        assert caller.heard[0].whole


async def test_a_second_socket_under_the_same_name_replaces_the_first(fake: Exchange) -> None:
    async with client_of(fake) as first, client_of(fake) as second:
        await first.event("ApplicationReplaced")
        await second.rest("POST", "/events/user/hb", application="lp-one")
        assert (await second.event("ChannelUserevent"))["eventname"] == "hb"
        assert not first.closed
        assert [event["type"] for event in first.events] == ["ApplicationReplaced"]


async def test_the_dead_mans_switch_takes_an_orphan_to_the_fallback(fake: Exchange) -> None:
    async with client_of(fake) as client:
        caller = fake.call("1", "2")
        id = await client.take(caller)
        await client.rest("POST", f"/channels/{id}/variables", {"variables": {"TIMEOUT(absolute)": "0.1"}})
        await client.rest("POST", f"/channels/{id}/play/p1", media="sound:/long")
        assert (await client.event("PlaybackFinished"))["playback"]["state"] == "failed"
        await client.event("StasisEnd")
        await caller.hears("beep")
        assert caller.fallback == "ORPHANED"


async def test_going_on_waits_for_the_prompt_and_the_dialplan_hangs_up(fake: Exchange) -> None:
    async with client_of(fake) as client:
        caller = fake.call("1", "2")
        id = await client.take(caller)
        await client.rest("POST", f"/channels/{id}/play/p1", media="sound:/short,sound:/half")
        assert (await client.rest("POST", f"/channels/{id}/continue"))[0] == 204
        await client.event("StasisEnd")
        assert await caller.over() == 16
        assert caller.cut_off
        assert [sound.whole for sound in caller.heard] == [True, True]


async def test_hanging_up_in_a_list_fails_it_and_what_is_queued(fake: Exchange) -> None:
    async with client_of(fake) as client:
        caller = fake.call("1", "2")
        id = await client.take(caller)
        await client.rest("POST", f"/channels/{id}/play/p1", media="sound:/long")
        await client.rest("POST", f"/channels/{id}/play/p2", media="sound:/long")
        await caller.hears("/long")
        caller.hangup()
        ends = [(await client.event("PlaybackFinished"))["playback"] for _ in range(2)]
        assert [(one["id"], one["state"]) for one in ends] == [("p1", "failed"), ("p2", "failed")]
        await client.event("StasisEnd")
        await caller.over()
        assert "ChannelDestroyed" not in [event["type"] for event in client.events], "only for those who subscribed"


async def test_a_recording_ends_by_key_silence_limit_and_hangup(fake: Exchange) -> None:
    async with client_of(fake) as client:
        caller = fake.call("1", "2")
        id = await client.take(caller)
        limits = {"format": "wav", "ifExists": "overwrite", "terminateOn": "any"}
        await client.rest("POST", f"/channels/{id}/record", name="r1", **limits)
        await client.event("RecordingStarted")
        assert (await client.rest("POST", "/bridges/b1/addChannel", channel=id))[0] == 404
        caller.press("#")
        assert (await client.event("RecordingFinished"))["recording"]["name"] == "r1"
        await client.rest("POST", f"/channels/{id}/record", name="r2", maxSilenceSeconds="0.1", **limits)
        await client.event("RecordingFinished")
        caller.speak(5)
        await client.rest("POST", f"/channels/{id}/record", name="r3", maxDurationSeconds="0.1", **limits)
        await client.event("RecordingFinished")
        await client.rest("POST", f"/channels/{id}/record", name="r4", **limits)
        await client.event("RecordingStarted")
        caller.hangup()
        assert (await client.event("RecordingFinished"))["recording"]["state"] == "done"
        assert sorted(file.stem for file in (fake.spool / "recording").iterdir()) == ["r1", "r2", "r3", "r4"]


async def test_stopping_a_recording_during_its_beep_is_forgotten(fake: Exchange) -> None:
    async with client_of(fake) as client:
        caller = fake.call("1", "2")
        id = await client.take(caller)
        await client.rest("POST", f"/channels/{id}/record", name="r1", format="wav", beep="true")
        await caller.hears("beep")
        assert (await client.rest("POST", "/recordings/live/r1/stop"))[0] == 204
        assert (await client.rest("POST", "/recordings/live/r1/stop"))[0] == 409
        with pytest.raises(TimeoutError):
            await client.event("RecordingFinished", 0.6)


@pytest.mark.parametrize(
    ("manner", "cause", "statuses"),
    [
        (Refuses(17, 486), 17, ["", "BUSY"]),
        (Refuses(1, 404), 1, ["", "NOANSWER"]),
        (Rings(), 19, ["", "RINGING"]),
        (Answers(0.01, talk=0.05), 16, ["", "RINGING", "ANSWER"]),
    ],
)
async def test_a_leg_tells_how_it_fared(fake: Exchange, manner: Any, cause: int, statuses: list[str]) -> None:
    fake.phones["8001"] = manner
    async with client_of(fake) as client:
        asked = {"endpoint": "PJSIP/8001", "app": "lp-one", "appArgs": "leg", "channelId": "leg1", "timeout": "0.1"}
        assert (await client.rest("POST", "/channels", **asked))[0] == 200
        assert (await client.event("ChannelDestroyed"))["cause"] == cause
        assert [event["dialstatus"] for event in client.events if event["type"] == "Dial"] == statuses
        asked |= {"endpoint": "PJSIP/nobody", "channelId": "leg2"}
        assert (await client.rest("POST", "/channels", **asked))[0] == 500
    await fake.quiet()
    assert fake.idle()


async def test_two_in_a_bridge(fake: Exchange) -> None:
    async with client_of(fake) as client:
        one = fake.call("1", "2")
        ids = [await client.take(one)]
        other = fake.call("3", "2")
        ids.append(await client.take(other))
        await client.rest("POST", "/bridges/b1", type="mixing")
        assert (await client.rest("POST", "/bridges/b1/addChannel", channel=",".join(ids)))[0] == 204
        other.hangup()
        assert (await client.event("ChannelLeftBridge"))["bridge"]["channels"] == [ids[0]]
        assert (await client.rest("DELETE", "/bridges/b1"))[0] == 204
        await client.event("BridgeDestroyed")
        one.hangup()
        await fake.quiet()
        assert fake.idle()


async def test_a_restart_is_a_new_run_without_calls(fake: Exchange) -> None:
    async with client_of(fake) as client:
        caller = fake.call("1", "2")
        await client.take(caller)
        _, before = await client.rest("GET", "/asterisk/info", only="status")
        restarting = asyncio.create_task(fake.restart(refuse=0.05, phase=0.1))
        await caller.over()
        seen: list[object] = []
        while not seen or seen[-1] != 200:
            try:
                answer: object = (await client.rest("GET", "/asterisk/info"))[0]
            except aiohttp.ClientError:
                answer = "refused"
            if not seen or seen[-1] != answer:
                seen.append(answer)
        await restarting
        assert seen == ["refused", 404, 503, 200]
        assert client.closed
        _, after = await client.rest("GET", "/asterisk/info", only="status")
        assert before != after
        assert (await client.rest("GET", "/channels"))[1] == []


async def test_faults_of_the_protocol(fake: Exchange) -> None:
    fake.faults.answer(503, "POST /channels/.*/play", nth=2, carried_out=True)
    fake.faults.duplicate = True
    async with client_of(fake) as client:
        caller = fake.call("1", "2")
        id = await client.take(caller)
        first, _ = await client.rest("POST", f"/channels/{id}/play/p1", media="sound:/short")
        second, _ = await client.rest("POST", f"/channels/{id}/play/p2", media="sound:/short")
        assert (first, second) == (201, 503)
        await caller.hears("/short", times=2)
        for _ in range(4):
            await client.event("PlaybackFinished")


async def test_faults_of_the_cable(fake: Exchange) -> None:
    fake.wire.fragment = 3
    async with client_of(fake) as client:
        caller = fake.call("1", "2", name="小明购房")
        await client.take(caller)
        assert client.events[0]["channel"]["caller"]["name"] == "小明购房"
        assert fake.wire.freeze("websocket") == 1
        caller.press("1")
        with pytest.raises(TimeoutError):
            await client.event("ChannelDtmfReceived", 0.1)
        assert (await client.rest("GET", "/asterisk/ping"))[0] == 200
        fake.wire.thaw()
        assert (await client.event("ChannelDtmfReceived"))["digit"] == "1"


async def test_strangers_are_turned_away(fake: Exchange) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{fake.url}/channels") as answer:
        assert answer.status == 401
