"""Message-waiting lamps: what the exchange is told. That a phone shows it is seen in tests/system/test_voicemail.py."""

import asyncio
import time

from asterisk.ari.rest import Answer, NoAnswer
from asterisk.ari.verbs import Request
from ivr.mailbox.port import Session
from ivr.mailbox.state import Event
from server.lamps import Lamps
from tests.ivr.mailbox.conftest import room as room
from tests.ivr.mailbox.mailroom import Mailroom


class Exchange:
    """Remembers the lamps it was told; `away`: it does not answer."""

    def __init__(self) -> None:
        self.lamps: dict[str, tuple[int, int]] = {}
        self.told = 0
        self.away = False

    async def ask(self, request: Request, deadline: float = 2.0) -> Answer:
        if self.away:
            raise NoAnswer("away")
        extension, new, saved = dict(request.query)["endpoint"].removeprefix("Local/").removesuffix("@lamp").split("*")
        self.lamps[extension] = (int(new), int(saved))
        self.told += 1
        return Answer(200, "{}")


async def test_every_change_is_told_once(room: Mailroom) -> None:
    exchange = Exchange()
    lamps = Lamps(room.db, room.bus, exchange, lambda: "one")
    await room.leave("8002")
    await lamps.show()
    assert exchange.lamps == {"8001": (0, 0), "8002": (1, 0)}
    await lamps.show()
    assert exchange.told == 2
    [message] = await room.messages("8002")
    await room.post.change(Session("01HR0000000000000000000009", 1, "8002", "new"), message.id, Event.HEARD)
    await lamps.show()
    assert (exchange.lamps["8002"], exchange.told) == ((0, 1), 3)


async def test_an_exchange_started_anew_is_told_everything_again(room: Mailroom) -> None:
    runs = ["", "one", "one", "two"]
    exchange = Exchange()
    lamps = Lamps(room.db, room.bus, exchange, lambda: runs.pop(0))
    await room.leave("8002")
    for told in (0, 2, 2, 4):
        await lamps.show()
        assert exchange.told == told


async def test_a_message_lights_the_lamp_at_once_and_an_exchange_that_is_away_is_told_later(room: Mailroom) -> None:
    exchange = Exchange()
    lamps = Lamps(room.db, room.bus, exchange, lambda: "one")
    lamps.start()
    try:
        exchange.away = True
        await room.leave("8002")
        exchange.away = False
        await room.leave("8002")
        deadline = time.monotonic() + 4.0
        while exchange.lamps.get("8002") != (2, 0):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)
    finally:
        await lamps.stop()
