"""The telephone, tried on a real Asterisk: what it does there is what a telephone does."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from asterisk.instance import ports
from asterisk.instance.plan import Phone as Extension
from asterisk.instance.plan import Plan
from asterisk.instance.process import Instance
from asterisk.instance.secrets import Secrets
from asterisk.instance.software import find
from tests.sip.ear import listen, names
from tests.sip.media import RATE, Samples, to_ulaw
from tests.sip.uac import Answers, Line, Manner, Phone, Refused, Refuses, Rings, phone_at

pytestmark = [pytest.mark.alone, pytest.mark.exchange, pytest.mark.asyncio(loop_scope="module")]
HOUSE, CALLERS, DESK = "127.0.45.1", "127.0.45.3", "127.0.45.4"
DIALPLAN = """
[incoming]
exten => echo,1,Answer(,i)
 same => n,Echo()
exten => read,1,Answer(,i)
 same => n,Read(GOT,,9,,1,6)
 same => n,Set(FILE({spool}/keys,,,a)=${{GOT}})
 same => n,Hangup(16)
exten => play,1,Answer(,i)
 same => n,Playback({said})
 same => n,Wait(0.3)
 same => n,Playback({said})
 same => n,Hangup(16)
exten => long,1,Answer(,i)
 same => n(again),Playback({said})
 same => n,Goto(again)
exten => busy,1,Hangup(17)
exten => nobody,1,Hangup(1)
exten => ring,1,Ringing()
 same => n,Wait(30)
exten => who,1,Set(FILE({spool}/who,,,a)=${{CALLERID(num)}}|${{CALLERID(name)}})
 same => n,Hangup(16)
exten => _X.,1,Dial(PJSIP/${{EXTEN}},2)
 same => n,Hangup(${{HANGUPCAUSE}})
[inside]
exten => echo,1,Goto(incoming,echo,1)
[fallback]
[bye]
"""


def speech(seconds: float, seed: int = 5) -> Samples:
    chance = np.random.default_rng(seed)
    rhythm = np.repeat(chance.uniform(0.2, 1.0, round(seconds * 10)), RATE // 10)
    return (chance.normal(size=len(rhythm)) * rhythm * 6000).clip(-32000, 32000).astype(np.int16)


@dataclass
class House:
    exchange: Instance
    secrets: Secrets
    said: Path
    spool: Path

    @property
    def sip(self) -> tuple[str, int]:
        host, port = self.exchange.sip_address.split(":")
        return host, int(port)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    home = tmp_path_factory.mktemp("uac")
    said = home / "said.ulaw"
    said.write_bytes(to_ulaw(speech(2.0)))
    secrets = Secrets(home / "exchange")
    text = DIALPLAN.format(said=said.with_suffix(""), spool=home)
    phones = (Extension("8001", secrets.phone("8001")),)
    plan = Plan(HOUSE, ports.free(HOUSE), text, phones=phones, load_from=CALLERS)
    exchange = Instance(home / "exchange", find(), plan)
    await exchange.start()
    try:
        yield House(exchange, secrets, said, home)
    finally:
        await exchange.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def phone(house: House) -> AsyncIterator[Phone]:
    async with phone_at(CALLERS, exchange=house.sip) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def desk(house: House) -> AsyncIterator[Phone]:
    """The phone of extension 8001."""
    async with phone_at(DESK, exchange=house.sip) as found:
        assert await found.register("8001", house.secrets.phone("8001")) == 200
        yield found
        assert await found.register("8001", house.secrets.phone("8001"), seconds=0) == 200


async def test_what_is_played_is_heard_without_a_hole_and_the_end_is_theirs(house: House, phone: Phone) -> None:
    line = await phone.call("play")
    await line.answered()
    assert await line.over() == "them"
    heard = line.media.heard
    found = listen(heard.audio(), [house.said])
    assert names(found) == ["said", "said"]
    assert all(one.whole for one in found)
    assert found[1].start - found[0].start == pytest.approx(2.3, abs=0.1)
    assert [round(hole, 1) for _, hole in heard.holes(0.1)] == [0.3]


async def test_what_is_said_comes_back_from_an_echo(house: House, phone: Phone) -> None:
    line = await phone.call("echo")
    await line.answered()
    line.say(house.said.read_bytes())
    await asyncio.sleep(2.5)
    line.hangup()
    assert await line.over() == "us"
    assert names(listen(line.media.heard.audio(), [house.said])) == ["said"]


@pytest.mark.parametrize(("length", "gap"), [(0.1, 0.1), (0.04, 0.1)])
async def test_keys_are_read_as_pressed(house: House, phone: Phone, length: float, gap: float) -> None:
    (house.spool / "keys").unlink(missing_ok=True)
    line = await phone.call("read")
    await line.answered()
    line.press("0201*#", length=length, gap=gap)
    await line.over()
    assert (house.spool / "keys").read_text().strip() == "0201*"
    assert "".join(key for _, key in line.media.key_times) == "0201*#"


@pytest.mark.parametrize(("number", "code"), [("busy", 486), ("nobody", 404), ("unknown", 404)])
async def test_a_refusal_has_its_code(phone: Phone, number: str, code: int) -> None:
    line = await phone.call(number)
    with pytest.raises(Refused) as refused:
        await line.answered()
    assert refused.value.code == code
    assert await line.over() == "them"


async def test_a_caller_can_give_up_while_it_rings(phone: Phone) -> None:
    line = await phone.call("ring")
    await asyncio.wait_for(line.ringing.wait(), 5)
    line.hangup()
    assert await line.over(5) == "us"
    assert line.code == 487


@pytest.mark.parametrize(
    ("name", "anonymous", "number", "shown"),
    [
        ("小明购房", False, "13800000001", "小明购房".encode()),
        ("x" * 200, False, "13800000001", b"x" * 70),
        (b"\xff\xfebad", False, "13800000001", b"\xef\xbf\xbd\xef\xbf\xbdbad"),
        ("", True, "anonymous", b"Anonymous"),
    ],
)
async def test_any_name_reaches_the_exchange(
    house: House, phone: Phone, name: str | bytes, anonymous: bool, number: str, shown: bytes
) -> None:
    (house.spool / "who").unlink(missing_ok=True)
    line = await phone.call("who", name=name, anonymous=anonymous)
    await line.over()
    seen, _, called = (house.spool / "who").read_bytes().partition(b"|")
    assert seen.decode() == number
    assert called.startswith(shown)


def always(manner: Manner) -> Callable[[Line], Manner]:
    return lambda line: manner


@pytest.mark.parametrize(
    ("manner", "code"), [(Refuses(486), 486), (Refuses(403), 403), (Rings(), 603), (Refuses(404), 404)]
)
async def test_a_phone_that_does_not_answer(phone: Phone, desk: Phone, manner: Manner, code: int) -> None:
    desk.manner = always(manner)
    line = await phone.call("8001")
    with pytest.raises(Refused) as refused:
        await line.answered(8)
    assert refused.value.code == code
    there = await asyncio.wait_for(desk.incoming.get(), 5)
    await there.over(5)
    assert there.ended_by == ("them" if isinstance(manner, Rings) else "us")


async def test_two_phones_talk_and_either_can_end_it(house: House, phone: Phone, desk: Phone) -> None:
    for speaker_ends in (True, False):
        desk.manner = always(Answers(0.1, speech=house.said.read_bytes()))
        line = await phone.call("8001")
        await line.answered()
        there = await asyncio.wait_for(desk.incoming.get(), 5)
        await asyncio.sleep(2.5)
        (there if speaker_ends else line).hangup()
        assert await line.over(5) == ("them" if speaker_ends else "us")
        assert await there.over(5) == ("us" if speaker_ends else "them")
        assert names(listen(line.media.heard.audio(), [house.said])) == ["said"]


async def test_a_wrong_password_registers_nobody(house: House) -> None:
    async with phone_at("127.0.45.5", exchange=house.sip) as stranger:
        assert await stranger.register("8001", "guess") in (401, 403)
        assert await stranger.register("8001", house.secrets.phone("8001"), seconds=0) == 200


@pytest.mark.slow
async def test_two_hundred_calls_at_once_cost_little(house: House, phone: Phone) -> None:
    lines = [await phone.call("long", keep=False, caller=f"138{index:08d}") for index in range(200)]
    await asyncio.gather(*(line.answered(20) for line in lines))
    await asyncio.sleep(2)
    began, clock = time.process_time(), time.monotonic()
    await asyncio.sleep(5)
    share = (time.process_time() - began) / (time.monotonic() - clock)
    for line in lines:
        line.hangup()
    await asyncio.gather(*(line.over(20) for line in lines))
    packets = [line.media.heard.packets for line in lines]
    assert min(packets) > 5 * 50, "nobody went unheard"
    print(f"200 calls: {share:.0%} of a core")
    assert share < 0.5
