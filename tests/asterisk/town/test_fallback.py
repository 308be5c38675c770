"""The product's own dialplan with no controller there: callers are looked after all the same."""

import asyncio
import json
import time
import wave
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from asterisk.instance.process import Instance
from asterisk.town.town import Town
from dialplan.render import TAKE, Offer, render
from tests.asterisk.rig import TONES, heard_at, loudness, pair, rig, starts, tones

pytestmark = [pytest.mark.exchange, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["pair"]

Pair = tuple[Instance, Town]


async def _line(exchange: Instance, callee: str, since: float) -> dict[str, Any]:
    """The record of the call to `callee`, written once that call is over there."""
    async with asyncio.timeout(5):
        while True:
            file = exchange.spool / "fallback.jsonl"
            lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
            if found := [line for line in lines if line["callee"] == callee and line["end"] > since]:
                (line,) = found
                result: dict[str, Any] = line
                return result
            await asyncio.sleep(0.02)


async def test_the_apology_is_heard_within_600_ms(pair: Pair) -> None:
    exchange, town = pair
    began = time.time()
    call = await town.call("62000001", stay=1.0)
    assert call.heard is not None
    assert starts(call.heard) < 0.6
    assert loudness(call.heard, TONES["apology"], 0.65, 0.95) > 0.9
    line = await _line(exchange, "62000001", began)
    assert (line["caller"], line["status"], line["message"], line["operator"]) == ("13800000001", "TIMEOUT", "", "")
    assert call.answered_at is not None
    assert line["start"] == line["answer"] == int(call.answered_at) or call.answered_at % 1 < 0.1
    assert line["end"] == pytest.approx(call.ended_at, abs=0.5)
    assert line["cause"] == 16


async def test_a_message_is_kept(pair: Pair) -> None:
    exchange, town = pair
    began = time.time()
    call = await town.call("62000002", '..,,"wav:' + str(_speech(exchange)) + '"#', stay="hangup")
    assert call.by == "exchange"
    line = await _line(exchange, "62000002", began)
    with wave.open(line["message"]) as message:
        assert message.getframerate() == 8000
        assert message.getnframes() / 8000 > 1.0
    assert call.heard is not None
    assert heard_at(call.heard, TONES["message"]) < heard_at(call.heard, TONES["thanks"]) < call.seconds


def _speech(exchange: Instance) -> Path:
    """1.8 s of sound."""
    return exchange.home.parent / "words/operator-speech.wav"


async def test_a_message_survives_the_hang_up_in_its_middle(pair: Pair) -> None:
    exchange, town = pair
    began = time.time()
    await town.call("62000003", '..,,"wav:' + str(_speech(exchange)) + '"', stay=0.2)
    line = await _line(exchange, "62000003", began)
    with wave.open(line["message"]) as message:
        assert message.getnframes() / 8000 > 1.0


async def test_one_reaches_the_operator(pair: Pair) -> None:
    exchange, town = pair
    began = time.time()
    await town.phone("8000", "tone")
    call = await town.call("62000004", ".1,,", stay=0.5)
    assert call.heard is not None
    assert loudness(call.heard, 1000, call.seconds - 1.0, call.seconds - 0.1) > 0.9, "the operator's phone sounds"
    line = await _line(exchange, "62000004", began)
    assert (line["operator"], line["message"]) == ("ANSWER", "")


async def test_a_busy_operator_leaves_the_message(pair: Pair) -> None:
    exchange, town = pair
    began = time.time()
    await town.phone("8000", "busy")
    call = await town.call("62000005", ".1", stay=2.5)
    assert call.heard is not None
    assert heard_at(call.heard, TONES["operator"]) < heard_at(call.heard, TONES["message"]) < call.seconds
    assert (await _line(exchange, "62000005", began))["operator"] == "BUSY"


async def test_an_orphan_falls_into_the_fallback_with_its_state_readable(pair: Pair) -> None:
    """A controller claims the call, writes where the caller is and its dead man's switch, and is never seen again."""
    exchange, town = pair
    began = time.time()
    state = '01ABC|p42|main:1:"room\\_code":en:0:0:0202:1::*#'
    auth = {"Authorization": aiohttp.encode_basic_auth(*exchange.ari_auth)}
    url = f"{exchange.ari_url}/events?app=lp-gone"
    async with aiohttp.ClientSession(headers=auth) as session, session.ws_connect(url) as socket:
        calling = asyncio.create_task(town.call("62000006", stay=3.0))
        async for message in socket:
            event = message.json()
            if event["type"] == "CallBroadcast":
                channel = event["channel"]["id"]
                claim = {"channelId": channel, "application": "lp-gone"}
                async with session.post(f"{exchange.ari_url}/events/claim", params=claim) as answer:
                    assert answer.status == 204
            if event["type"] == "StasisStart":
                assert event["channel"]["dialplan"]["exten"] == "62000006", "the number called comes through intact"
                shared = {"variable": f"SHARED(CCSTATE,{channel})", "value": state}
                async with session.post(f"{exchange.ari_url}/asterisk/variable", params=shared) as answer:
                    assert answer.status == 204
                variables = {"TIMEOUT(absolute)": {"value": "1"}}
                path = f"{exchange.ari_url}/channels/{channel}/variables"
                async with session.post(path, json={"variables": variables}) as answer:
                    assert answer.status in (200, 204)
                break
    call = await calling
    assert call.heard is not None
    assert 0.9 < starts(call.heard) < 1.6
    line = await _line(exchange, "62000006", began)
    assert line["status"] == "ORPHANED"
    assert line["ccstate"] == state.replace('"', "").replace("\\", ""), "all but quotation marks and backslashes"


@pytest.mark.parametrize("number", ["+8662000001", "7", "s", "h", "T", "abc", 'a,b"c$', "1" * 60])
async def test_whatever_was_dialled_is_answered(pair: Pair, number: str) -> None:
    _, town = pair
    call = await town.call(number, stay=0.2, listen=False, caller="62", name='\'; DROP TABLE "x" ${EXTEN}' * 8)
    assert call.answered


async def test_the_record_is_json_whatever_the_caller_calls_himself(pair: Pair) -> None:
    exchange, town = pair
    began = time.time()
    await town.call("62000007", stay=0.8, caller='1"3,8;x${EXTEN}', name='"\\' * 30)
    line = await _line(exchange, "62000007", began)
    assert set(line["caller"]) <= set("0123456789")


async def test_without_a_controller_a_phone_reaches_others_and_emergencies_alone(pair: Pair) -> None:
    exchange, _ = pair
    for number, channel in (("8000", "PJSIP/8000"), ("110", "PJSIP/110@town"), ("9110", "PJSIP/110@town")):
        assert f"Dial({channel},60)" in await exchange.cli(f"dialplan show {number}@inside")
    assert "Dial(" not in await exchange.cli("dialplan show 990011@inside")


async def test_an_older_exchange_goes_by_the_heartbeat_and_the_lease(tmp_path: Path) -> None:
    """No heartbeat: the fallback at once. A heartbeat of a controller that then takes no call: after the lease."""
    dialplan = render(tones(tmp_path / "words"), operator="", offer=Offer(broadcast=False, controller="two"))
    async with rig(tmp_path, dialplan=dialplan, phones=()) as (exchange, town):
        began = time.time()
        stale = await town.call("62000001", stay=0.5)
        assert stale.heard is not None
        assert starts(stale.heard) < 0.3
        assert (await _line(exchange, "62000001", began))["status"] == "STALE"
        auth = {"Authorization": aiohttp.encode_basic_auth(*exchange.ari_auth)}
        async with aiohttp.ClientSession(headers=auth) as session:
            beat = {"variable": "HB_two", "value": str(int(time.time()) + 60)}
            async with session.post(f"{exchange.ari_url}/asterisk/variable", params=beat) as answer:
                assert answer.status == 204
            async with session.ws_connect(f"{exchange.ari_url}/events?app=lp-two"):
                left_alone = await town.call("62000002", stay=TAKE + 1.0)
        assert left_alone.heard is not None
        assert TAKE - 0.5 < starts(left_alone.heard) < TAKE + 1
        assert (await _line(exchange, "62000002", began))["status"] == "UNCLAIMED"
