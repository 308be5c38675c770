"""Callers who hang up: at any moment, wherever they are."""

import asyncio
import os
from collections import Counter
from pathlib import Path

import pytest

from tests.sip.uac import Line, Phone, phone_at
from tests.system.centre import NUMBER, Centre, seconds
from tests.system.test_survival import leave_by_two

pytestmark = [pytest.mark.alone, pytest.mark.exchange, pytest.mark.slow, pytest.mark.timeout(150)]

AT_ONCE = 20  # hang up in the instant of the answer: whoever is faster than the claim was in nobody's hands
CALLS = 100
STEP = 0.1  # s: the first caller stays so long, the second twice as long …
KEYS = ("", "1", "21", "114", "2111", "12", "22", "1140202")  # where they are meanwhile; 12 and 22 leave a message
RIGHT = 0.2


async def test_a_hangup_at_every_tenth_of_a_second(tmp_path: Path, sounds: Path, speech: bytes) -> None:
    """20 calls hung up at once, and 100 hung up 0.1, 0.2 … 10.0 s after they were answered, in greetings, menus,
    entries, texts, recordings: as many records with their right ends, each ended once, and nothing left of any."""
    centre = Centre(tmp_path / "home", sounds)
    centre.flow("main", leave_by_two)
    try:
        await centre.start()
        async with phone_at(centre.callers, exchange=centre.sip) as phone:
            for number in range(AT_ONCE):
                (await (await phone.call(NUMBER, caller=f"1330000{9000 + number}")).answered()).hangup()
            at_once = await centre.settled(AT_ONCE)
            await centre.calm()
            handles = len(os.listdir(f"/proc/{centre.pid}/fd"))
            lines = await asyncio.gather(*(visit(phone, number, speech) for number in range(1, CALLS + 1)))
        records = {record["caller"]: record for record in await centre.settled(AT_ONCE + CALLS)}
        await centre.calm()
        left = len(os.listdir(f"/proc/{centre.pid}/fd")) - handles
        troubles = Counter(trouble for record in records.values() for trouble in record["troubles"])
        errors = [line for line in centre.log() if line["level"] in ("error", "critical")]
        messages = {call for (call,) in centre.read("SELECT call_id FROM message")}
    finally:
        await centre.close()

    late = [abs(seconds(records[line.caller]["ended"]) - line.ended_at) for line in lines]
    print(f"{CALLS} hang-ups: ends right to {max(late):.3f} s; {len(messages)} messages")
    unclaimed = [record for record in at_once if not record["controller"]]
    print(f"{AT_ONCE} hang-ups at the answer: {len(unclaimed)} before anybody could take the call")
    assert len(records) == AT_ONCE + CALLS
    assert set(centre.ends().values()) == {1}
    assert len(centre.ends()) == AT_ONCE + CALLS
    assert {record["billsec"] for record in at_once} <= {0, 1}
    assert {record["by"] for record in records.values()} == {"caller"}
    assert max(late) < RIGHT
    assert not troubles
    assert messages == {record["call_id"] for record in records.values() if record["result"] == "message"} != set()
    assert not errors
    assert left <= 4  # a connection to the exchange or to the database more is none per call


async def visit(phone: Phone, number: int, speech: bytes) -> Line:
    """Call, press some keys, hang up when it is time."""
    await asyncio.sleep(number * 0.03)
    keys = KEYS[number % len(KEYS)]
    speaks = keys in ("12", "22")
    line = await phone.call(NUMBER, caller=f"1330000{number:04}", send=speaks, keep=False)
    await line.answered()
    line.press(keys)
    if speaks:
        line.say(speech)
    await asyncio.sleep(number * STEP)
    line.hangup()
    await line.over()
    return line
