"""Recorded by telephone and heard by callers, on real calls: a bulletin board (F13, S4-185), a prompt (S4-60)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from asterisk.instance.secrets import Secrets
from prompts import numbers
from tests.sip.ear import listen
from tests.sip.media import RATE
from tests.sip.uac import Line, Phone, phone_at
from tests.system.centre import NUMBER, SIDE, Centre, centre_at, until
from tests.system.house import run

pytestmark = [
    pytest.mark.exchange,
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="module"),
]

DESK = f"127.0.{SIDE}.4"  # where the operator's phone is
PIN = "7351"
ANNOUNCED = 6.0  # s of “this notice is in Mandarin”
SPOKEN = 4  # s


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory, sounds: Path) -> AsyncIterator[Centre]:
    home = tmp_path_factory.mktemp("recorded") / "home"
    async with centre_at(home, sounds) as centre:
        yield centre


@pytest_asyncio.fixture(loop_scope="module")
async def outside(centre: Centre) -> AsyncIterator[Phone]:
    async with phone_at(centre.callers, exchange=centre.sip) as phone:
        yield phone


@pytest_asyncio.fixture(loop_scope="module")
async def desk(centre: Centre) -> AsyncIterator[Phone]:
    """The phone of extension 8001."""
    async with phone_at(DESK, exchange=centre.sip) as phone:
        yield phone


def secret(centre: Centre) -> str:
    return Secrets(centre.home / "exchange").phone("8001")


@pytest.fixture
def said(speech: bytes, tmp_path: Path) -> Path:
    """What an operator says."""
    file = tmp_path / "said.ulaw"
    file.write_bytes(speech[20 * RATE : (20 + SPOKEN) * RATE])
    return file


async def told(centre: Centre, caller: str, text: str) -> None:
    """Until this caller has begun to hear these words."""

    async def look() -> bool:
        [record, *_] = [one for one in await centre.records() if one["caller"] == caller]
        return any(text in heard["text"] for heard in record["said"])

    await until(look, 20, f"{caller} hears {text}")


async def dictate(centre: Centre, line: Line, said: Path) -> None:
    """Speak after the tone, finish, and save."""
    line.press("5")  # cuts the invitation short
    call = (await centre.at("8001", "desk"))["call_id"]

    async def recording() -> bool:
        moment = [call + f"-{second}" for second in _seconds_of_late()]
        return any([(await centre.ari("GET", f"recordings/live/{name}")).ok for name in moment])

    await until(recording, 10, "the operator is recorded")
    line.say(await asyncio.to_thread(said.read_bytes))
    await asyncio.sleep(SPOKEN + 0.5)
    line.press("#")
    await told(centre, "8001", "保存并启用录音")
    line.press("1")
    await told(centre, "8001", "录音已经保存，即时生效")


def _seconds_of_late() -> list[str]:
    """As `ivr.dictation` names recordings made in the last seconds."""
    now = datetime.now(UTC)
    return [f"{now - timedelta(seconds=ago):%H%M%S}" for ago in range(12)]


async def test_a_board_is_recorded_by_its_operator_and_heard_by_a_caller(
    centre: Centre, outside: Phone, desk: Phone, said: Path
) -> None:
    code, _, screen = await run(centre.home, "board", "add", "6001", "停水通知", "the water", "--pin", PIN)
    assert code == 0, screen
    line = await desk.call("*60", caller="8001", password=secret(centre))
    await line.answered()
    line.press("1")
    await centre.at("8001", "desk")
    line.press(f"6001#{PIN}#")
    await told(centre, "8001", "这个布告栏还没有录音")
    line.press("2")
    await told(centre, "8001", "普通话版本")
    line.press("1")
    await told(centre, "8001", "请在提示音后录制公告")
    await dictate(centre, line, said)
    line.hangup()

    await asyncio.gather(listens(centre, outside, said, "1"), listens(centre, outside, said, "2"))

    async def counted() -> bool:
        return centre.read("SELECT listens FROM take WHERE subject = 'board 6001'") == [(2,)]

    await until(counted, 5, "the listeners are counted")
    record = next(one for one in await centre.records() if one["caller"] == "8001")
    assert PIN[0] not in "".join(record["pressed"].split()).split("#")[1], "the PIN is stored nowhere"


async def listens(centre: Centre, outside: Phone, said: Path, lang: str) -> None:
    """F13: the only board is heard at once and to its end; `*` goes back. In English it is announced first that there
    is a notice in Mandarin."""
    number = f"1390000030{lang}"
    caller = await outside.call(NUMBER, caller=number)
    await caller.answered()
    caller.press(lang)
    await centre.at(number, "root")
    caller.press("4")
    await centre.at(number, "boards")
    if lang == "2":
        await told(centre, number, "Mandarin")
    await asyncio.sleep(SPOKEN + 1.0 + (ANNOUNCED if lang == "2" else 0.0))
    caller.press("*")
    await centre.at(number, "root")
    caller.hangup()
    await caller.over()
    heard = caller.media.heard.audio()
    assert max((one.end - one.start for one in listen(heard, [said])), default=0.0) > SPOKEN - 1


async def test_the_welcome_is_recorded_by_telephone_and_taken_back(
    centre: Centre, outside: Phone, desk: Phone, said: Path
) -> None:
    code, _, screen = await run(centre.home, "prompts", "pin", PIN)
    assert code == 0, screen
    line = await desk.call("*61", caller="8001", password=secret(centre))
    await line.answered()
    line.press("1")
    await centre.at("8001", "desk")
    line.press(f"{PIN}#{numbers.load()['welcome']}#")
    await told(centre, "8001", "收听这个提示音")
    line.press("21")
    await told(centre, "8001", "请在提示音后朗读")
    await dictate(centre, line, said)
    line.hangup()
    assert await heard_first(outside, said) > SPOKEN - 1
    code, printed, screen = await run(centre.home, "prompts", "rollback", "welcome", "zh", "--json")
    assert code == 0, screen
    assert '"in_force": false' in printed

    async def as_before() -> bool:
        return await heard_first(outside, said) < 1.0

    await until(as_before, 30, "the house's own welcome is heard again")


async def heard_first(outside: Phone, said: Path) -> float:
    """How many seconds of what was said a caller hears in the first seconds of a call."""
    line = await outside.call(NUMBER, caller="13900000302")
    await line.answered()
    await asyncio.sleep(SPOKEN + 1.0)
    line.hangup()
    return max((one.end - one.start for one in listen(line.media.heard.audio(), [said])), default=0.0)
