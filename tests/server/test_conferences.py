"""Conference rooms on the database and on a fake exchange: doors, places, locks, recordings; bad input."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from asterisk.ari.address import Address
from asterisk.ari.rest import Rest
from billing.recordings import Recordings
from calls.bus import LocalBus
from calls.clock import FixedClock
from calls.facts import Alarm, AnyFact, RecordingMade
from db.refusal import Code, Refused
from db.tenant import HOME, Tenant
from db.work import Database
from ivr.conference import Attendee, Door, Refusal
from ivr.mailbox.post import Office
from server.conference_desk import conference
from server.conferences import HouseConferences
from tests.fake.exchange import Exchange, fake_exchange
from tests.ivr.desk import MONDAY_10, Wordy

HOST, GUEST = (Attendee(HOME, "7001", f"01HQ{n:022d}", f"channel-{n}", n == 0) for n in range(2))
OPEN = {"do": "add", "number": "7001", "zh": "周会", "en": "weekly", "pin": "1234", "host_pin": "5678"}


class House:
    def __init__(self, db: Database, exchange: Exchange, folder: Path) -> None:
        self.db, self.exchange, self.folder = db, exchange, folder
        self.clock, self.bus = FixedClock(MONDAY_10), LocalBus()
        self.facts: list[AnyFact] = []
        self.bus.subscribe(self.facts.append)
        self.recordings = Recordings(db, self.clock)
        self.rest = Rest(Address(exchange.url, exchange.user, exchange.password))
        office = Office(db, self.bus, self.clock, folder)
        self.rooms = HouseConferences(office, self.recordings, Wordy(), self.rest)

    def there(self, *channels: str) -> None:
        """These are on the room's bridge."""
        self.exchange.bridges["conf-1-7001"] = {"id": "conf-1-7001", "channels": list(channels)}


@pytest.fixture
async def house(db: Database, tmp_path: Path) -> AsyncIterator[House]:
    houses = [Tenant(id=id, code=f"t{id}", name="a house") for id in (HOME, HOME + 1)]
    await db.write(lambda session: session.add_all(houses))
    await conference(db, OPEN)
    async with fake_exchange() as exchange:
        made = House(db, exchange, tmp_path)
        yield made
        await made.recordings.close()
        await made.rest.close()


async def test_two_pins_and_two_kinds_of_attendees(house: House) -> None:
    knock = house.rooms.knock
    assert await knock(HOME, "7001", "1234", "1") is Door.GUEST
    assert await knock(HOME, "7001", "5678", "1") is Door.HOST
    assert await knock(HOME, "7001", "0000", "1") is Door.WRONG
    assert await knock(HOME, "7002", "1234", "1") is Door.WRONG, "no such room"
    assert await knock(HOME + 1, "7001", "1234", "1") is Door.WRONG, "another house"


async def test_guessing_locks_the_room_and_is_alarmed(house: House) -> None:
    tried = [await house.rooms.knock(HOME, "7001", f"{n:04}", f"139{n}") for n in range(3)]
    assert tried == [Door.WRONG] * 3
    assert await house.rooms.knock(HOME, "7001", "1234", "1") is Door.LOCKED
    assert [fact.key for fact in house.facts if isinstance(fact, Alarm)] == ["pin 7001"]
    await conference(house.db, {"do": "pin", "number": "7001", "pin": "4321"})
    assert await house.rooms.knock(HOME, "7001", "4321", "1") is Door.GUEST, "a new PIN opens it again"


async def test_how_many_are_there_and_no_more_than_it_holds(house: House) -> None:
    await conference(house.db, {**OPEN, "most": 2})
    assert await house.rooms.enter(HOST) == 1
    house.there(HOST.channel)
    assert await house.rooms.enter(GUEST) == 2
    house.there(HOST.channel, "somebody")
    assert await house.rooms.enter(GUEST) is Refusal.FULL
    house.there(HOST.channel, GUEST.channel)
    assert await house.rooms.enter(GUEST) == 2, "who is there already is not counted twice"
    assert await house.rooms.present(HOST) == 2


async def test_shut_for_guests_until_the_last_one_has_left(house: House) -> None:
    await house.rooms.enter(HOST)
    house.there(HOST.channel)
    await house.rooms.shut(HOST, True)
    assert await house.rooms.enter(GUEST) is Refusal.SHUT
    assert await house.rooms.enter(HOST) == 1
    assert (await conference(house.db, {"do": "list"}))["rooms"][0]["shut"]
    house.there()
    await house.rooms.left(HOST)
    assert "conf-1-7001" not in house.exchange.bridges
    assert await house.rooms.enter(GUEST) == 1


async def test_as_long_as_somebody_is_there_it_goes_on(house: House) -> None:
    """Also somebody of whom only the exchange knows: another controller's caller."""
    await house.rooms.enter(GUEST)
    house.there(GUEST.channel, "of another controller")
    await house.rooms.left(GUEST)
    assert "conf-1-7001" in house.exchange.bridges


async def test_a_deleted_room_lets_nobody_in_and_may_be_made_again(house: House) -> None:
    assert (await conference(house.db, {"do": "delete", "number": "7001"}))["rooms"] == []
    assert await house.rooms.knock(HOME, "7001", "1234", "1") is Door.WRONG
    assert await house.rooms.enter(GUEST) is Refusal.SHUT
    [row] = (await conference(house.db, OPEN))["rooms"]
    assert row == {"number": "7001", "name_zh": "周会", "name_en": "weekly", "most": 30, "shut": False}


BAD: list[tuple[dict[str, Any], Code]] = [
    ({**OPEN, "number": "7000"}, Code.VALIDATION),
    ({**OPEN, "number": "8001"}, Code.VALIDATION),
    ({**OPEN, "number": "70 1"}, Code.VALIDATION),
    ({**OPEN, "zh": " "}, Code.VALIDATION),
    ({**OPEN, "en": "x" * 65}, Code.VALIDATION),
    ({**OPEN, "most": 1}, Code.VALIDATION),
    ({**OPEN, "most": 201}, Code.VALIDATION),
    ({**OPEN, "pin": "123"}, Code.VALIDATION),
    ({**OPEN, "pin": "12a4"}, Code.VALIDATION),
    ({**OPEN, "host_pin": "1234"}, Code.VALIDATION),
    ({**OPEN, "tenant": "nobody"}, Code.NOT_FOUND),
    ({"do": "pin", "number": "7002", "pin": "1234"}, Code.NOT_FOUND),
    ({"do": "delete", "number": "7002"}, Code.NOT_FOUND),
]


async def test_bad_input_is_told_in_words_and_changes_nothing(house: House) -> None:
    before = await conference(house.db, {"do": "list"})
    for words, code in BAD:
        with pytest.raises(Refused) as refused:
            await conference(house.db, words)
        assert refused.value.code is code, words
    assert await conference(house.db, {"do": "list"}) == before
    assert await house.rooms.knock(HOME, "7001", "1234", "1") is Door.GUEST


async def test_nothing_is_recorded_where_nobody_is(house: House) -> None:
    assert not await house.rooms.record(HOST, True)
    assert await house.rooms.record(HOST, False)
    assert [fact for fact in house.facts if isinstance(fact, RecordingMade)] == []
