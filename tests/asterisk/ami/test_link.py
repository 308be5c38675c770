"""The manager interface over a bad cable: bytes in pieces, silence, a link lost in the middle of an action."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk.ami import link
from asterisk.ami.link import PINGS, Ami, Pings
from asterisk.ami.message import LinkLost, Message, Refused

NAMES = "王小明购房 三室厅"


class Switch:
    """A manager port that speaks when told. `seen`: the actions received; `mute`: it answers none of them."""

    def __init__(self) -> None:
        self.seen: list[dict[str, str]] = []
        self.mute = False
        self.connections = 0
        self._sink: asyncio.StreamWriter | None = None
        self._news = asyncio.Event()

    async def serve(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._sink = sink
        sink.write(b"Asterisk Call Manager/11.0.0\r\n")
        try:
            while True:
                block = (await source.readuntil(b"\r\n\r\n")).decode()
                action = dict(line.split(": ", 1) for line in block.strip().split("\r\n"))
                self.seen.append(action)
                self._news.set()
                if self.mute and action["Action"] != "Login":
                    continue
                response = "Error\r\nMessage: No such channel" if action["Action"] == "Setvar" else "Success"
                self.say(f"Response: {response}\r\nActionID: {action['ActionID']}\r\n\r\n".encode())
                if action["Action"] == "Login":
                    self.say(b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            sink.close()

    async def asked(self, action: str) -> None:
        async with asyncio.timeout(5):
            while self.seen[-1]["Action"] != action:
                self._news.clear()
                await self._news.wait()

    def say(self, data: bytes) -> None:
        assert self._sink is not None
        self._sink.write(data)

    async def say_slowly(self, data: bytes, cut: int) -> None:
        """In pieces that the other side really receives one by one."""
        assert self._sink is not None
        for at in range(0, len(data), cut):
            self._sink.write(data[at : at + cut])
            await self._sink.drain()
            await asyncio.sleep(0)

    def fall(self) -> None:
        assert self._sink is not None
        self._sink.transport.abort()


@asynccontextmanager
async def switched_on(pings: Pings = PINGS) -> AsyncIterator[tuple[Switch, Ami]]:
    switch = Switch()
    server = await asyncio.start_server(switch.serve, "127.0.0.1", 0)
    ami = Ami(server.sockets[0].getsockname(), ("loupan", "secret"), pings)
    try:
        ami.open()
        await asyncio.wait_for(ami.ready(), 5)
        yield switch, ami
    finally:
        ami.close()
        server.close()


def name_event(name: str) -> bytes:
    return f"Event: Called\r\nCallerIDName: {name}\r\nExten: 1\r\n\r\n".encode()


async def heard(ami: Ami, count: int, act: Callable[[], object]) -> list[Message]:
    """The next so many "Called" events after `act`."""
    messages: list[Message] = []
    enough = asyncio.Event()

    def listen(message: Message) -> None:
        if message.name == "Called":
            messages.append(message)
            if len(messages) == count:
                enough.set()

    end = ami.events(listen)
    done = act()
    if asyncio.iscoroutine(done):
        await done
    await asyncio.wait_for(enough.wait(), 5)
    end()
    return messages


@pytest.mark.parametrize("cut", [1, 2, 3, 7, 11])
async def test_a_chinese_name_survives_any_cut(cut: int) -> None:
    async with switched_on() as (switch, ami):
        messages = await heard(ami, 3, lambda: switch.say_slowly(name_event(NAMES) * 3, cut))
        assert [message["calleridname"] for message in messages] == [NAMES] * 3


@given(names=st.lists(st.text("王明购房三室厅 ab", min_size=1), min_size=1, max_size=4), cuts=st.data())
def test_framing_under_any_split(names: list[str], cuts: st.DataObject) -> None:
    """The same without a cable: the protocol fed with arbitrary pieces tells every event once, whole and in order."""
    data = b"".join(map(name_event, names))
    places = sorted(cuts.draw(st.sets(st.integers(0, len(data)), max_size=12)))
    told: list[str] = []

    class Listener:
        def dispatch(self, event: dict[str, str]) -> None:
            told.append(event["calleridname"])

    class Transport:
        def is_closing(self) -> bool:
            return False

    protocol = link._Protocol()
    protocol.connection_made(Transport())  # type: ignore[arg-type]
    protocol.factory, protocol.encoding = Listener(), "utf8"
    for begin, end in zip([0, *places], [*places, len(data)], strict=True):
        protocol.data_received(data[begin:end])
    assert told == names


async def test_an_action_is_answered_and_a_refusal_is_an_exception() -> None:
    async with switched_on() as (switch, ami):
        assert (await ami.action("CoreStatus")).name == "Success"
        with pytest.raises(Refused, match="No such channel"):
            await ami.setvar("PJSIP/nobody", "CCSTATE", "x")
        assert switch.seen[-1]["Variable"] == "CCSTATE"
        assert 0 < await ami.ping() < 1


async def test_a_line_break_in_a_value_is_not_a_second_action() -> None:
    async with switched_on() as (switch, ami):
        with pytest.raises(ValueError, match="line break"):
            await ami.setvar("PJSIP/x", "NAME", "x\r\n\r\nAction: Command\r\nCommand: core stop now")
        assert [action["Action"] for action in switch.seen] == ["Login"]


async def test_no_answer_in_time_is_an_error_and_leaves_nothing_behind() -> None:
    async with switched_on() as (switch, ami):
        switch.mute = True
        with pytest.raises(TimeoutError):
            await ami.action("CoreStatus", 0.05)
        assert ami._manager.protocol.responses == {}


async def test_a_lost_link_fails_what_waits_and_repeats_nothing() -> None:
    async with switched_on() as (switch, ami):
        switch.mute = True
        states: list[bool] = []
        back = asyncio.Event()

        def changed(up: bool, why: str) -> None:
            states.append(up)
            if up:
                back.set()

        ami.states.append(changed)
        asking = asyncio.create_task(ami.action("Reload"))
        await switch.asked("Reload")
        switch.fall()
        with pytest.raises(LinkLost):
            await asking
        await asyncio.wait_for(back.wait(), 5)
        assert states == [False, True]
        assert [action["Action"] for action in switch.seen] == ["Login", "Reload", "Login"]
        assert switch.connections == 2


async def test_silence_is_a_broken_link() -> None:
    async with switched_on(Pings(every=0.02, deadline=0.05)) as (switch, ami):
        lost = asyncio.Event()
        ami.states.append(lambda up, why: None if up else lost.set())
        switch.mute = True
        await asyncio.wait_for(lost.wait(), 5)
        switch.mute = False
        await asyncio.wait_for(ami.ready(), 5)


async def test_a_listener_that_fails_hurts_nobody(caplog: pytest.LogCaptureFixture) -> None:
    async with switched_on() as (switch, ami):
        ami.events(lambda message: 1 / 0)  # type: ignore[arg-type]
        messages = await heard(ami, 2, lambda: switch.say(name_event(NAMES) * 2))
        assert len(messages) == 2
        assert switch.connections == 1
        assert "ZeroDivisionError" in caplog.text
