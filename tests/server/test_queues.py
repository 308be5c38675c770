"""Seats and queues of a running centre, on SQLite and PostgreSQL and without an exchange: who is offered, who is freed,
what outlives a controller."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from calls.bus import LocalBus
from calls.clock import FixedClock
from calls.facts import AnyFact, CallEnded, LegAnswered, LegEnded, LegRang, QueueEntered, QueueLeft
from cti_agent import seats
from cti_agent.models import QueueRow, SeatRow
from cti_agent.seat import SeatEvent, SeatState
from db.tenant import HOME, Tenant
from db.work import Database
from ivr.board.pins import set_pin
from ivr.queue import Offer, Overdue, Queuer
from ivr.seat import Outcome
from server.seats import DOOR, HouseSeats
from tests.db.engines import NOON
from tests.system.centre import until

PIN = "4711"


@dataclass
class Caller:
    """As much of a call as a queue sees."""

    id: str
    nudged: asyncio.Event = field(default_factory=asyncio.Event)

    def nudge(self) -> None:
        self.nudged.set()


class House:
    def __init__(self, db: Database) -> None:
        self.db, self.clock, self.bus = db, FixedClock(NOON), LocalBus()
        self.facts: list[AnyFact] = []
        self.bus.subscribe(self.facts.append)
        self.seats = HouseSeats(db, self.bus, self.clock)

    @property
    def queues(self) -> Any:
        return self.seats.queues

    def enter(self, call: str, since: float = 0.0, ringing: bool = False) -> Caller:
        caller = Caller(call)
        who: Any = Queuer(HOME, "sales", "zh", caller, since)  # type: ignore[arg-type]
        assert self.queues.enter(who, ringing=ringing)
        return caller

    async def offered(self, caller: Caller) -> Offer:
        await asyncio.wait_for(caller.nudged.wait(), 10)
        caller.nudged.clear()
        news = self.queues.news(caller.id)
        assert isinstance(news, Offer), news
        return news

    async def signed_in(self, *numbers: str) -> None:
        for number in numbers:
            assert await self.seats.sign_in(HOME, number, PIN, number) is Outcome.DONE

    def tell(self, kind: Any, call: str, **data: Any) -> None:
        self.bus.publish(kind(call=call, at=self.clock.now(), **data))

    def rings(self, call: str, phone: str) -> None:
        self.tell(LegRang, call, leg=f"leg-{call}", number=phone, role="seat")

    def answers(self, call: str) -> None:
        self.tell(LegAnswered, call, leg=f"leg-{call}", who="")

    def ends(self, call: str, result: str = "answered", cause: int = 16) -> None:
        self.tell(LegEnded, call, leg=f"leg-{call}", result=result, cause=cause, seconds=1.0)

    def state(self, number: str) -> SeatState:
        return next(one.seat.state for one in self.seats.snapshot() if one.seat.number == number)

    async def becomes(self, number: str, state: SeatState) -> None:
        async def look() -> bool:
            return self.state(number) is state

        await until(look, 10.0, f"{number} is {state}; it is {self.state(number)}")

    def of(self, kind: type) -> list[Any]:
        return [fact for fact in self.facts if isinstance(fact, kind)]


def _lay(session: Session) -> None:
    session.add(Tenant(id=HOME, code="home", name="home"))
    session.flush()
    queue = QueueRow(tenant_id=HOME, code="sales", name_zh="销售", name_en="Sales", most=3)
    session.add(queue)
    session.flush()
    for number in ("8001", "8002"):
        row = SeatRow(tenant_id=HOME, number=number, name=number)
        session.add(row)
        session.flush()
        seats.serve(session, row, [queue])
        set_pin(session, HOME, DOOR + number, PIN)


@pytest.fixture
async def house(db: Database) -> AsyncIterator[House]:
    await db.write(_lay)
    house = House(db)
    await house.seats.start()
    yield house
    await house.seats.stop()


async def test_a_call_from_the_line_to_the_end_of_the_wrapup(house: House) -> None:
    caller = house.enter("call-1")
    assert house.queues.position("call-1") == 1
    await house.signed_in("8001")
    assert await house.offered(caller) == Offer("8001", 15.0)
    assert house.state("8001") is SeatState.RINGING
    house.clock.at += timedelta(seconds=7)
    house.rings("call-1", "8001")
    house.answers("call-1")
    await house.becomes("8001", SeatState.TALKING)
    house.queues.leave("call-1", "answered")
    house.ends("call-1")
    await house.becomes("8001", SeatState.WRAPUP)
    assert [(fact.how, fact.waited) for fact in house.of(QueueLeft)] == [("answered", 7.0)]
    assert len(house.of(QueueEntered)) == 1


async def test_a_caller_who_hangs_up_in_the_talk_was_answered_and_nothing_else(house: House) -> None:
    caller = house.enter("call-1")
    await house.signed_in("8001")
    await house.offered(caller)
    house.rings("call-1", "8001")
    house.answers("call-1")
    house.queues.leave("call-1", "hung up")  # at once, however slow the database is
    house.ends("call-1")
    await house.becomes("8001", SeatState.WRAPUP)
    assert [fact.how for fact in house.of(QueueLeft)] == ["answered"]


async def test_two_callers_and_one_seat_the_second_waits_in_place(house: House) -> None:
    first, second = house.enter("call-1"), house.enter("call-2")
    await house.signed_in("8001")
    await house.offered(first)
    assert house.queues.position("call-2") == 1
    assert not second.nudged.is_set()
    await house.signed_in("8002")
    assert (await house.offered(second)).phone == "8002"


async def test_a_caller_who_has_gone_leaves_the_seat_ready(house: House) -> None:
    caller = house.enter("call-1")
    await house.signed_in("8001")
    await asyncio.wait_for(caller.nudged.wait(), 10)
    house.queues.leave("call-1", "hung up")  # before the flow has looked at the news
    await house.becomes("8001", SeatState.READY)
    assert [fact.how for fact in house.of(QueueLeft)] == ["hung up"]


async def test_whoever_does_not_answer_is_not_ready_and_the_caller_is_next_again(house: House) -> None:
    first = house.enter("call-1")
    house.clock.at += timedelta(seconds=1)
    second = house.enter("call-2")
    await house.signed_in("8001")
    await house.offered(first)
    house.rings("call-1", "8001")
    house.ends("call-1", "noanswer", 19)
    await house.becomes("8001", SeatState.NOT_READY)
    house.queues.back("call-1")
    assert (house.queues.position("call-1"), house.queues.position("call-2")) == (1, 2)
    assert await house.seats.get_ready(HOME, "8001") is Outcome.DONE
    assert (await house.offered(first)).phone == "8001"
    assert not second.nudged.is_set()


async def test_a_full_line_takes_nobody_but_gives_back_a_place(house: House) -> None:
    for n in range(3):
        house.enter(f"call-{n}")
    who: Any = Queuer(HOME, "sales", "zh", Caller("call-9"))  # type: ignore[arg-type]
    assert house.queues.enter(who) == 0.0
    house.queues.leave("call-0", "cancelled")
    assert house.queues.enter(who) > 0


async def test_after_a_minute_they_are_asked_once_and_keep_their_place(house: House) -> None:
    caller = house.enter("call-1", since=NOON.timestamp() - 61)
    await asyncio.wait_for(caller.nudged.wait(), 10)
    assert isinstance(house.queues.news("call-1"), Overdue)
    house.queues.leave("call-1", "overdue")
    house.enter("call-2")
    again = house.enter("call-1")
    assert (house.queues.position("call-1"), house.queues.position("call-2")) == (1, 2)
    await house.signed_in("8001")
    assert (await house.offered(again)).phone == "8001"
    assert len(house.of(QueueEntered)) == 1  # the first time it was another process, the second time no new wait


async def test_what_is_asked_for_in_a_talk_holds_after_it(house: House) -> None:
    caller = house.enter("call-1")
    await house.signed_in("8001")
    await house.offered(caller)
    house.rings("call-1", "8001")
    house.answers("call-1")
    await house.becomes("8001", SeatState.TALKING)
    assert await house.seats.pause(HOME, "8001", "2") is Outcome.LATER
    assert await house.seats.pause(HOME, "8001", "7") is Outcome.REFUSED
    assert house.state("8001") is SeatState.TALKING
    house.ends("call-1")
    await house.becomes("8001", SeatState.WRAPUP)
    house.clock.at += timedelta(seconds=31)
    await house.seats.refresh()
    await house.becomes("8001", SeatState.NOT_READY)


async def test_wrong_pins_lock_and_a_phone_without_a_seat_is_told(house: House) -> None:
    assert await house.seats.get_ready(HOME, "8009") is Outcome.NOT_IN
    outcomes = [await house.seats.sign_in(HOME, "8001", "0000", "8009") for _ in range(4)]
    assert outcomes == [Outcome.WRONG] * 3 + [Outcome.LOCKED]
    assert await house.seats.sign_in(HOME, "8888", PIN, "8009") is Outcome.WRONG
    await house.signed_in("8002")
    assert await house.seats.sign_in(HOME, "8002", PIN, "8007") is Outcome.REFUSED


async def test_another_controller_goes_on_where_this_one_died(house: House) -> None:
    first, second = house.enter("call-1"), house.enter("call-2")
    await house.signed_in("8001")
    await house.offered(first)
    house.rings("call-1", "8001")
    house.answers("call-1")
    await house.becomes("8001", SeatState.TALKING)
    since = NOON.timestamp()
    await house.seats.stop()

    heir = House(house.db)
    await heir.seats.start()
    try:
        await heir.seats.only({"call-1", "call-2"})
        assert heir.state("8001") is SeatState.TALKING
        heir.enter("call-1", since, ringing=True)
        waits = heir.enter("call-2", since)
        assert heir.queues.position("call-2") == 1
        assert heir.of(QueueEntered) == []
        heir.queues.leave("call-1", "hung up")
        assert heir.of(QueueLeft) == []  # that they were answered, the first one has told
        heir.ends("call-1")
        await heir.becomes("8001", SeatState.WRAPUP)
        assert await heir.seats.get_ready(HOME, "8001") is Outcome.DONE
        assert (await heir.offered(waits)).phone == "8001"
        assert second.id == waits.id
        heir.tell(CallEnded, "call-2", cause=16, by="caller")
        await heir.becomes("8001", SeatState.READY)
    finally:
        await heir.seats.stop()


async def test_a_seat_whose_call_ended_while_nobody_was_there_is_free(house: House) -> None:
    await house.signed_in("8001", "8002")
    keys = {one.seat.number: one.key for one in house.seats.snapshot()}
    await house.seats.move(keys["8001"], SeatEvent.RING, call="call-1")
    await house.seats.move(keys["8002"], SeatEvent.DIAL, call="call-2")
    await house.seats.only(set())
    assert house.state("8001") is SeatState.READY
    assert house.state("8002") is SeatState.WRAPUP
