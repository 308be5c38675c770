"""A line outside that answers every call at once and tells the rest by tones: what the numbers of the town turn into.

All calls are made at once; each is a caller of the town whose flow rings one number outside.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from asterisk.ari.address import Address
from asterisk.call import AriCall
from asterisk.controller import Controller
from asterisk.instance.process import Instance
from asterisk.office import Office
from asterisk.town.town import Town
from calls.bus import LocalBus
from calls.call import Answered, Busy, Congested, Dialled, GaveUp, Hungup, NoAnswer, Unallocated
from calls.clock import SystemClock
from calls.facts import AnyFact, CallEnded, CallOffered, LegAnswered, LegEnded, LegRang
from tests.asterisk.rig import pair

pytestmark = [
    pytest.mark.exchange,
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="module"),
]
__all__ = ["pair"]

# the number called → whom it rings, what becomes of that, whether a machine is said to have answered
EXPECTED: Mapping[str, tuple[str, type[Dialled], bool]] = {
    "7001": ("83990016", Busy, False),  # answers, then busy tone
    "7002": ("83990018", Unallocated, False),  # … vacant-number tone
    "7003": ("83990019", Busy, False),  # … congestion, which the exchange's ear takes for busy
    "7004": ("83990020", Congested, False),  # … dial tone: nobody was dialled
    "7005": ("83990017", NoAnswer, False),  # … ringing tone, and nobody comes
    "7006": ("83990003", Answered, True),  # a long greeting
    "7007": ("83990007", Answered, False),  # says hello and listens
    "7008": ("83990022", Answered, False),  # rings for 8 s by tones alone, then a person
    "7009": ("83990010", Busy, False),  # what is signalled counts as ever
    "7010": ("83990011", Unallocated, False),
    "7011": ("83990013", Congested, False),
    "7012": ("83990017", GaveUp, False),  # the caller presses * while it is being listened to
    "7013": ("83990017", GaveUp, False),  # the caller hangs up meanwhile
}
PATIENCE = {"7005": 8.0}


class Desk:
    """A controller whose every caller is connected with a number outside."""

    def __init__(self, exchange: Instance) -> None:
        self.facts: list[AnyFact] = []
        self.results: dict[str, Dialled] = {}
        self.over = asyncio.Event()
        bus = LocalBus()
        bus.subscribe(self._hear)
        office = Office(bus, SystemClock(), exchange.spool / "recording", outside="PJSIP/{number}@town", by_ear=True)
        self.controller = Controller(Address(exchange.ari_url, *exchange.ari_auth), office, self._attend, "ear")

    def _hear(self, fact: AnyFact) -> None:
        self.facts.append(fact)
        if sum(isinstance(each, CallEnded) for each in self.facts) == len(EXPECTED):
            self.over.set()

    async def _attend(self, call: AriCall, place: str | None, resumed: bool) -> None:
        number = EXPECTED[call.party.callee][0]
        patience = PATIENCE.get(call.party.callee, 30.0)
        try:
            self.results[call.party.callee] = await call.dial(number, patience=patience, outside=True)
            await call.hangup()
        except Hungup:
            self.results.setdefault(call.party.callee, GaveUp())

    def of(self, callee: str, kind: type) -> list[AnyFact]:
        [call] = [fact.call for fact in self.facts if isinstance(fact, CallOffered) and fact.callee == callee]
        return [fact for fact in self.facts if isinstance(fact, kind) and getattr(fact, "call", False) == call]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(pair: tuple[Instance, Town]) -> AsyncIterator[Desk]:
    exchange, town = pair
    desk = Desk(exchange)
    await desk.controller.start()
    try:
        await desk.controller.ready()
        keys = {"7012": ", , *", "7013": ", , ,"}
        stays: dict[str, float] = {"7013": 0.0, "7006": 12.0}
        await asyncio.gather(
            *[
                town.call(callee, keys.get(callee, ""), listen=False, stay=stays.get(callee, "hangup"))
                for callee in EXPECTED
            ]
        )
        async with asyncio.timeout(20):
            await desk.over.wait()
        yield desk
    finally:
        await desk.controller.stop()


@pytest.mark.parametrize("callee", EXPECTED)
async def test_what_a_number_turns_into_and_that_it_is_stored(desk: Desk, callee: str) -> None:
    number, result, machine = EXPECTED[callee]
    assert isinstance(desk.results[callee], result) or result is Answered
    [rang], [ended] = desk.of(callee, LegRang), desk.of(callee, LegEnded)
    assert isinstance(rang, LegRang)
    assert isinstance(ended, LegEnded)
    assert (rang.number, rang.role) == (number, "external")
    assert ended.result == result.__name__.lower()
    answers = [fact for fact in desk.of(callee, LegAnswered) if isinstance(fact, LegAnswered)]
    assert [fact.who == "machine" for fact in answers] == ([machine] if result is Answered else [])
    if result is Answered:
        assert ended.seconds > 0.5


async def test_nothing_is_left_of_them(pair: tuple[Instance, Town], desk: Desk) -> None:
    exchange, _ = pair
    async with asyncio.timeout(10):
        while True:
            if "0 active channels" in await exchange.cli("core show channels count"):
                break
            await asyncio.sleep(0.05)
