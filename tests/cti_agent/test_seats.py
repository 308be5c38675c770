"""Seats in the tables, on both engines: one call for one seat whoever claims it, and a log without a gap."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cti_agent import seats
from cti_agent.models import QueueRow, SeatLog, SeatRow
from cti_agent.seat import SeatEvent, SeatState
from cti_agent.seats import Manned
from db.refusal import Code, Refused
from db.tenant import HOME, Tenant
from db.work import Database
from tests.db.engines import NOON


@pytest.fixture
async def house(db: Database) -> Database:
    """Seats 8001 and 8002 of a queue with a minute of wrap-up; 8003 of none."""

    def lay(session: Session) -> None:
        session.add(Tenant(id=HOME, code="home", name="home"))
        session.flush()
        queue = QueueRow(tenant_id=HOME, code="sales", name_zh="销售", name_en="Sales", wrapup_s=60)
        rows = [SeatRow(tenant_id=HOME, number=number, name=number) for number in ("8001", "8002", "8003")]
        session.add_all([queue, *rows])
        session.flush()
        for row in rows[:2]:
            seats.serve(session, row, [queue])

    await db.write(lay)
    return db


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


async def move(house: Database, number: str, event: SeatEvent, seconds: float = 0.0, **about: str) -> Manned:
    key = await house.read(lambda s: seats.find(s, HOME, number).id)
    moved = await house.write(seats.move, key, event, at(seconds), **about)
    assert moved is not None
    return moved


async def test_of_twenty_calls_one_gets_the_seat(house: Database) -> None:
    await move(house, "8001", SeatEvent.SIGN_IN, phone="8001")
    key = await house.read(lambda s: seats.find(s, HOME, "8001").id)
    claims = [house.write(seats.move, key, SeatEvent.RING, at(1), call=f"call-{n}") for n in range(20)]
    outcomes = await asyncio.gather(*claims, return_exceptions=True)
    won = [one for one in outcomes if isinstance(one, Manned)]
    assert len(won) == 1
    assert all(isinstance(one, Manned) or (isinstance(one, Refused) and one.code is Code.STATE) for one in outcomes)
    [there] = [one for one in await house.read(seats.all_seats) if one.key == key]
    assert there == won[0]


async def test_what_is_over_for_another_call_changes_nothing(house: Database) -> None:
    await move(house, "8001", SeatEvent.SIGN_IN, phone="8001")
    ringing = await move(house, "8001", SeatEvent.RING, 1, call="call-1")
    assert await house.write(seats.move, ringing.key, SeatEvent.CALLER_LEFT, at(2), "call-2") is None
    assert (await house.read(seats.all_seats))[0] == ringing


async def test_a_day_is_logged_without_a_gap(house: Database) -> None:
    await move(house, "8001", SeatEvent.SIGN_IN, 0, phone="8001")
    await move(house, "8001", SeatEvent.RING, 10, call="call-1")
    await move(house, "8001", SeatEvent.ANSWER, 13)
    asked = await move(house, "8001", SeatEvent.PAUSE, 20, reason="meal")
    assert (asked.seat.state, asked.seat.wanted) == (SeatState.TALKING, SeatState.NOT_READY)
    wrapping = await move(house, "8001", SeatEvent.HANG_UP, 100)
    assert wrapping.seat.until == at(160)  # the wrap-up of its queue
    await move(house, "8001", SeatEvent.WRAPPED, 160)
    await move(house, "8001", SeatEvent.SIGN_OUT, 400)

    def logged(session: Session) -> list[tuple[object, ...]]:
        rows = session.scalars(select(SeatLog).order_by(SeatLog.id))
        return [(row.state, row.reason, row.began, row.ended, row.call) for row in rows]

    assert await house.read(logged) == [
        ("ready", "", at(0), at(10), ""),
        ("ringing", "", at(10), at(13), "call-1"),
        ("talking", "", at(13), at(100), "call-1"),
        ("wrapup", "", at(100), at(160), "call-1"),
        ("not_ready", "meal", at(160), at(400), ""),
        ("offline", "", at(400), None, ""),
    ]


async def test_a_seat_of_no_queue_has_no_wrapup(house: Database) -> None:
    await move(house, "8003", SeatEvent.SIGN_IN, phone="8003")
    await move(house, "8003", SeatEvent.DIAL, 1, call="call-1")
    assert (await move(house, "8003", SeatEvent.HANG_UP, 9)).seat.state is SeatState.READY


async def test_one_seat_a_phone_and_one_phone_a_seat(house: Database) -> None:
    await move(house, "8001", SeatEvent.SIGN_IN, phone="8001")
    with pytest.raises(Refused) as refused:
        await move(house, "8002", SeatEvent.SIGN_IN, phone="8001")
    assert refused.value.code is Code.CONFLICT
    assert refused.value.zh == "分机 8001 已由座席 8001 签入。"
    with pytest.raises(Refused) as refused:
        await move(house, "8001", SeatEvent.SIGN_IN, phone="8002")
    assert refused.value.code is Code.STATE
    await move(house, "8001", SeatEvent.SIGN_OUT, 5)
    await move(house, "8002", SeatEvent.SIGN_IN, 6, phone="8001")


async def test_which_queues_a_seat_serves(house: Database) -> None:
    def served(session: Session) -> list[tuple[str, int]]:
        return [(one.seat.number, len(one.queues)) for one in seats.all_seats(session)]

    assert await house.read(served) == [("8001", 1), ("8002", 1), ("8003", 0)]
    await house.write(lambda s: seats.serve(s, seats.find(s, HOME, "8001"), []))
    await house.write(lambda s: seats.serve(s, seats.find(s, HOME, "8003"), s.scalars(select(QueueRow)).all()))
    assert await house.read(served) == [("8001", 0), ("8002", 1), ("8003", 1)]
