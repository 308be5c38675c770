"""The exchange itself is killed in the middle of calls."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.sip.uac import Line, Phone, phone_at
from tests.system.centre import NUMBER, Centre, centre_at, seconds, until

pytestmark = [pytest.mark.alone, pytest.mark.exchange, pytest.mark.slow, pytest.mark.timeout(120)]

SOON = 5.0  # s until calls are accepted again
SWITCH_RESTART = 41
STEPS = {"1": "root", "11": "query", "214": "room_code", "211": "developer"}


async def test_open_calls_are_closed_once_and_new_ones_accepted(tmp_path: Path, sounds: Path) -> None:
    """Callers in menus, in an entry and in a text when Asterisk gets kill -9: each call is closed once, with the
    cause; the exchange is started again by itself and a call is taken within 5 s of the death."""
    async with centre_at(tmp_path / "home", sounds) as centre:
        async with phone_at(centre.callers, exchange=centre.sip) as phone:
            lines = []
            for number, (keys, node) in enumerate(STEPS.items()):
                line = await (await phone.call(NUMBER, caller=f"1350000{number:04}")).answered()
                line.press(keys)
                await centre.at(line.caller, node)
                lines.append(line)
            before, run = centre.exchange_pid, centre.last["run"]
            killed = time.time()
            os.kill(before, signal.SIGKILL)
            line, lost = await accepted(phone, centre)
            after = line.answered_at - killed
            line.press("2")
            await centre.at(line.caller, "root")
            line.hangup()
            await line.over()

        records = {record["caller"]: record for record in await centre.settled(len(lines) + 1 + lost)}
        await centre.calm()
        status = await centre.status()
        print(f"a call taken {after:.2f} s after the death (boot {status['boot_s']:.2f} s), {lost} to the fallback")
    assert after < SOON
    assert centre.exchange_pid != before
    assert status["run"] != run
    assert not [alarm for alarm in status["alarms"] if "link" in alarm]
    for old in lines:
        record = records[old.caller]
        assert (record["by"], record["cause"], record["result"]) == ("switch restart", SWITCH_RESTART, "failed")
        assert killed - 0.2 < seconds(record["ended"]) < killed + SOON
    assert records[line.caller]["by"] == "caller"
    assert list(centre.ends().values()) == [1] * len(records)


async def accepted(phone: Phone, centre: Centre) -> tuple[Line, int]:
    """A caller who tries again and again until the controller takes the call, and how many the fallback had before."""
    lost = 0
    for number in range(100):
        line = await phone.call(NUMBER, caller=f"1340000{number:04}")
        try:
            await line.answered(deadline=0.2)
        except TimeoutError:
            line.hangup()  # should anybody have heard of it after all
            line.end("us")  # and no more of it
            continue
        try:
            await until(lambda: taken(centre), 0.7, "taken by the controller")
            return line, lost
        except TimeoutError:
            line.hangup()
            lost += 1
    raise TimeoutError("nobody accepts calls any more")


async def taken(centre: Centre) -> bool:
    return bool((await centre.status())["calls"] == 1)
