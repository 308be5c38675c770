"""What callers leave at the counter on real calls: a complaint (F9), a visit, a wish to be called, a rating."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from calls.clock import BUSINESS
from prompts.say import LANGUAGES
from tests.sip.ear import listen
from tests.system.centre import until
from tests.system.house import BUSY, OPEN, House, house_at, run, speech

pytestmark = [
    pytest.mark.calls,
    pytest.mark.exchange,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="module"),
]

SECONDS = 20  # of talking
KEY = {"zh": "1", "en": "2"}
NUMBER = {"zh": "工单号是", "en": "Its number is"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, sounds: Path) -> AsyncIterator[House]:
    async with house_at(tmp_path_factory.mktemp("counter") / "home", sounds) as house:
        code, _, screen = await run(house.centre.home, "feature", "on", "satisfaction")
        assert code == 0, screen
        yield house


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_f9_a_complaint_of_twenty_seconds(house: House, tmp_path: Path, lang: str) -> None:
    """F9: `5` `1` 20 s `#` `1` `1` → a ticket with its recording, its number told twice."""
    said, caller = speech(tmp_path / "said.wav", SECONDS), f"1391000020{KEY[lang]}"
    trial = await house.call(
        f', {KEY[lang]} , 5 , , , , 1 , 5 "wav:{said}" # , , , 1 , , , 1 ' + ", " * 24, caller=caller
    )
    [(number, state, recording)] = house.centre.read(
        f"SELECT ticket_no, state, recording FROM ticket WHERE call_id = '{trial.told['call_id']}'"
    )
    assert state == "new"
    spoken = next(one["text"] for one in trial.record["said"] if NUMBER[lang] in one["text"])
    assert len(number) == len("T20240331-0001")
    assert trial.nodes[-2:] == ["complain", "complaint"], spoken
    file = house.centre.home / "exchange/spool/recording" / f"{recording}.wav"
    heard = listen(file, [said])
    assert sum(one.end - one.start for one in heard) > SECONDS - 1, heard
    [(seconds, sha256)] = house.centre.read(f"SELECT seconds, sha256 FROM recording WHERE name = '{recording}'")
    assert abs(seconds - SECONDS) < 2
    assert len(sha256) == 64
    asked = await house.call(
        f", {KEY[lang]} , 5 , , , , 4 , 2 , {''.join(filter(str.isdigit, number))}# " + ", " * 12, caller=caller
    )
    assert asked.nodes[-1] == "progress"


async def test_a_visit_is_registered_with_a_spoken_name(house: House, tmp_path: Path) -> None:
    name = speech(tmp_path / "name.wav", 2)
    trial = await house.call(f', 1 , 8 , , , , 1 , 2 , 1 , 5 "wav:{name}" # , , 1 ' + ", " * 15, caller="13910000210")
    [(number, day, slot, phone, recording)] = house.centre.read(
        f"SELECT no, visit_at, slot, phone, recording FROM appointment WHERE call_id = '{trial.told['call_id']}'"
    )
    tomorrow = (datetime.now(UTC).astimezone(BUSINESS) + timedelta(days=1)).date()
    assert (day, slot, phone) == (str(tomorrow), "morning", "+8613910000210")
    assert recording
    assert any("登记号是" in one["text"] for one in trial.record["said"]), number
    assert trial.nodes[-2:] == ["view", "registration"]


async def test_nobody_has_time_and_the_caller_is_on_the_list(house: House) -> None:
    calls = [house.call(", 1 , 2 " + ", " * 6 + "3 , , , 1 , , , ,", caller="13910000220", to=BUSY) for _ in range(2)]
    await asyncio.gather(*calls)
    code, listed, _ = await run(house.centre.home, "task", "list", "--json")
    assert code == 0
    assert listed.count("+8613910000220") == 1
    [(key,)] = house.centre.read("SELECT id FROM task WHERE state = 'open'")
    code, _, screen = await run(house.centre.home, "task", "done", str(key), "已联系")
    assert code == 0, screen
    assert house.centre.read("SELECT state, result FROM task") == [("done", "已联系")]


async def test_the_talk_is_rated_once_the_other_has_left(house: House) -> None:
    trial = await house.call(", 2 , 2 " + ", " * 12 + "4 , , ,", caller="13910000230", to=OPEN)
    assert trial.nodes[-2:] == ["satisfaction", "bye"]

    async def rated() -> bool:
        return house.centre.read(f"SELECT csat FROM call WHERE call_id = '{trial.told['call_id']}'") == [(4,)]

    await until(rated, 10.0, "the score stands with the call")
