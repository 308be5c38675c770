"""Our AMI adapter on the fake manager port: bytes split anywhere, links that die, a port that has gone deaf."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from asterisk.ami.link import Ami, Pings
from asterisk.ami.message import LinkLost, Message, Refused
from tests.fake.exchange import Exchange, fake_exchange

QUICK = Pings(every=0.1, deadline=0.3)


class Ear:
    """Events of the manager, and waiting for them."""

    def __init__(self, ami: Ami) -> None:
        self.heard: list[Message] = []
        self.states: list[bool] = []
        self._news = asyncio.Event()
        ami.events(self._hear)
        ami.states.append(self._state)

    def _hear(self, message: Message) -> None:
        self.heard.append(message)
        self._news.set()

    def _state(self, up: bool, why: str) -> None:
        self.states.append(up)
        self._news.set()

    async def until(self, count: int, name: str = "PeerStatus") -> list[Message]:
        async with asyncio.timeout(5):
            while len(found := [one for one in self.heard if one.name == name]) < count:
                self._news.clear()
                await self._news.wait()
        return found

    async def state(self, *wanted: bool) -> None:
        async with asyncio.timeout(5):
            while self.states != list(wanted):
                self._news.clear()
                await self._news.wait()


@pytest.fixture
async def fake() -> AsyncIterator[Exchange]:
    async with fake_exchange() as exchange:
        yield exchange


@pytest.fixture
async def ami(fake: Exchange) -> AsyncIterator[Ami]:
    link = Ami((fake.ami.host, fake.ami.port), (fake.user, fake.password), QUICK)
    link.open()
    await asyncio.wait_for(link.ready(), 5)
    yield link
    link.close()


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 0])
async def test_chinese_text_survives_being_split_anywhere(fake: Exchange, ami: Ami, piece: int) -> None:
    ear = Ear(ami)
    fake.ami.wire.fragment = piece
    for number in range(20):
        fake.ami.event({"Event": "PeerStatus", "CallerIDName": f"小明购房 三室厅 {number}"})
    heard = await ear.until(20)
    assert [one.fields["calleridname"] for one in heard] == [f"小明购房 三室厅 {number}" for number in range(20)]


async def test_a_variable_is_written_while_a_prompt_plays(fake: Exchange, ami: Ami) -> None:
    caller = fake.call("1", "2")
    await ami.setvar(caller.channel.name, "SHARED(CCSTATE)", "小|明")
    assert caller.state == "小|明"
    with pytest.raises(Refused):
        await ami.setvar("PJSIP/nobody", "CCSTATE", "x")


async def test_a_broken_link_is_told_to_who_waits_and_is_made_again(fake: Exchange, ami: Ami) -> None:
    ear = Ear(ami)
    fake.ami.deaf = True
    asked = asyncio.create_task(ami.action("CoreStatus"))
    await fake.ami.asked("CoreStatus")
    fake.ami.deaf = False
    fake.ami.wire.drop()
    with pytest.raises((LinkLost, TimeoutError)):
        await asked
    await ear.state(False, True)
    assert await ami.ping() < 1
    assert [action["action"] for action in fake.ami.actions].count("CoreStatus") == 1, "nothing is asked twice"


async def test_a_half_open_link_is_noticed_and_made_again(fake: Exchange, ami: Ami) -> None:
    ear = Ear(ami)
    assert fake.ami.wire.freeze() == 1
    await ear.state(False, True)
    fake.ami.event({"Event": "PeerStatus", "Peer": "x"})
    await ear.until(1)
