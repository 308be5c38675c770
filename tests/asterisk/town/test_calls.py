"""Calls from the town to a real exchange with a dialplan of its own, and to the town's own numbers."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from asterisk.instance.process import Instance
from asterisk.town.ear import RATE, write_wav
from asterisk.town.keys import UnreadableKeys
from asterisk.town.numbers import NUMBERS
from asterisk.town.town import Town
from tests.asterisk.rig import loudness, rig, starts

pytestmark = [pytest.mark.alone, pytest.mark.exchange, pytest.mark.asyncio(loop_scope="module")]

SEEN = "Set(FILE(${ASTSPOOLDIR}/seen,,,al,u)=${EXTEN}|${CALLERID(num)}|${CALLERID(name)}|${KEYS})"
DIALPLAN = f"""\
[incoming]
exten => 100,1,Answer(,i)
 same => n,Playtones(1000/60000)
 same => n,Wait(1)
 same => n,StopPlaytones()
 same => n,Wait(2)
 same => n,Playtones(700/60000)
 same => n,Wait(1)
 same => n,Hangup()
exten => 200,1,Answer(,i)
 same => n,Read(KEYS,,4,,1,10)
 same => n,{SEEN}
 same => n,Hangup()
exten => 300,1,Answer(,i)
 same => n,Echo()
exten => 400,1,Ringing()
 same => n,Wait(1)
 same => n,Hangup(17)
exten => _7X.,1,Dial(PJSIP/${{EXTEN:1}}@town,10)
 same => n,Hangup(${{HANGUPCAUSE}})
[inside]
exten => _X.,1,Hangup()
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Instance, Town]]:
    async with rig(tmp_path_factory.mktemp("rig"), dialplan=DIALPLAN) as both:
        yield both


async def test_the_recording_begins_with_the_answer_and_keeps_silence(pair: tuple[Instance, Town]) -> None:
    _, town = pair
    call = await town.call("100", stay="hangup")
    assert (call.answered, call.by, call.hangup_cause) == (True, "exchange", 16)
    assert call.heard is not None
    assert call.seconds == pytest.approx(4.0, abs=0.3)
    assert starts(call.heard) < 0.1
    assert loudness(call.heard, 1000, 0.1, 0.9) > 0.9
    assert loudness(call.heard, 700, 3.1, 3.8) > 0.9, "the second tone stands three seconds after the first"


async def test_a_point_waits_until_the_prompt_has_ended(pair: tuple[Instance, Town]) -> None:
    """Prompt of 1 s, 0.7 s without a sound are an end, then the key."""
    _, town = pair
    call = await town.call("100", ".1", stay=0.2)
    assert [pressed.key for pressed in call.keys] == ["1"]
    assert call.keys[0].at == pytest.approx(1.7, abs=0.3)
    assert call.by == "caller"


async def test_keys_arrive_with_number_and_name(pair: tuple[Instance, Town]) -> None:
    exchange, town = pair
    call = await town.call("200", ",1 2*7", caller="13900000002", name="陈伟, 'x'", stay="hangup")
    assert (call.answered, "".join(pressed.key for pressed in call.keys)) == (True, "12*7")
    assert (exchange.spool / "seen").read_text().splitlines()[-1] == "200|13900000002|陈伟, 'x'|12*7"


async def test_a_withheld_number_is_withheld(pair: tuple[Instance, Town]) -> None:
    exchange, town = pair
    await town.call("200", "1234", caller="", stay="hangup")
    assert (exchange.spool / "seen").read_text().splitlines()[-1].split("|")[1] in ("", "anonymous")


async def test_what_is_spoken_comes_back_as_an_echo(pair: tuple[Instance, Town], tmp_path: Path) -> None:
    """Spoken from a file of another rate, heard again a moment later."""
    at = np.arange(RATE) / RATE
    speech = write_wav(tmp_path / "speech.wav", (8000 * np.sin(2 * np.pi * 600 * at)).astype(np.int16))
    _, town = pair
    call = await town.call("300", f', "wav:{speech}"', stay=0.5)
    assert call.heard is not None
    assert call.spoken is not None
    assert loudness(call.spoken, 600, 1.1, 1.9) > 0.9
    assert loudness(call.heard, 600, 1.2, 1.9) > 0.9
    assert starts(call.heard) - starts(call.spoken) < 0.1


async def test_a_call_that_is_not_answered_says_why_and_when_it_rang(pair: tuple[Instance, Town]) -> None:
    _, town = pair
    call = await town.call("400")
    assert (call.answered, call.hangup_cause, call.seconds, call.heard) == (False, 17, 0.0, None)
    assert call.ringing_at is not None
    assert call.ended_at - call.ringing_at == pytest.approx(1.0, abs=0.4)


async def test_unreadable_keys_are_refused_before_anything_rings(pair: tuple[Instance, Town]) -> None:
    _, town = pair
    with pytest.raises(UnreadableKeys):
        await town.call("100", "x")


@pytest.mark.parametrize(
    ("number", "cause"), [("90010", 17), ("90011", 1), ("90013", 34), ("90014", 21), ("123456", 1), ("90021", 19)]
)
async def test_the_towns_numbers_end_with_their_cause(pair: tuple[Instance, Town], number: str, cause: int) -> None:
    """Seen from the exchange: the call goes in by 7… and out again to the town's own number."""
    _, town = pair
    call = await town.call(f"7{number}", stay="hangup", listen=False)
    assert not call.answered
    assert call.hangup_cause == cause


async def test_the_towns_tone_is_heard_through_the_exchange(pair: tuple[Instance, Town]) -> None:
    _, town = pair
    call = await town.call("790005", stay=1.5)
    assert call.heard is not None
    assert loudness(call.heard, 1000, 0.5, 1.4) > 0.9


async def test_the_town_runs_out_its_table(pair: tuple[Instance, Town]) -> None:
    _, town = pair
    shown = await town.instance.cli("dialplan show incoming")
    assert all(f"'{number.digits}'" in shown for number in NUMBERS)


async def test_a_line_can_be_held_in_hand(pair: tuple[Instance, Town]) -> None:
    _, town = pair
    line = await town.dial("300")
    assert await line.answered()
    await line.press("5")
    await line.hang_up()
    call = await town.end(line)
    assert (call.by, [pressed.key for pressed in call.keys]) == ("caller", ["5"])
    assert json.dumps(call.keys[0].at)


@pytest.mark.slow
async def test_a_hundred_callers_at_once_are_each_heard(pair: tuple[Instance, Town]) -> None:
    _, town = pair
    calls = await asyncio.gather(*(town.call("100", stay="hangup") for _ in range(100)))
    assert {(call.answered, call.hangup_cause) for call in calls} == {(True, 16)}
    for call in calls:
        assert call.heard is not None
        assert loudness(call.heard, 1000, 0.2, 0.8) > 0.8
    channels = await town.instance.cli("core show channels count")
    assert "0 active channels" in channels


async def test_a_town_that_died_ends_its_calls_and_is_there_again_for_the_next(pair: tuple[Instance, Town]) -> None:
    _, town = pair
    line = await town.dial("300")
    assert await line.answered()
    os.kill(town.instance.pid, signal.SIGKILL)
    call = await asyncio.wait_for(town.end(line), 5)
    assert call.trouble == "the town itself has gone"
    again = await town.call("100", stay=0.3)
    assert again.answered
