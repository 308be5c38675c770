"""The outbox tells after a commit, and numbers are given once, on both engines."""

import asyncio
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from db import outbox
from db.refusal import Code, Refused
from db.sequence import next_no, next_number
from db.tenant import HOME, Tenant
from db.work import Database
from tests.db.engines import NOON

DAY = date(2024, 3, 31)


@pytest.fixture
async def house(db: Database) -> Database:
    await db.write(lambda s: s.add_all(Tenant(id=key, code=f"t{key}", name="x") for key in (HOME, 2)))
    return db


def tell(session: Session, key: int, fail: bool = False) -> None:
    outbox.publish(session, tenant=HOME, at=NOON, topic="room.state", key=key, payload={"state": "保留"})
    if fail:
        raise RuntimeError("no")


def waiting(session: Session) -> list[tuple[str, str, object]]:
    return [(row.topic, row.key, row.payload["state"]) for row in outbox.waiting(session)]


async def test_told_once_committed_and_no_longer_once_delivered(house: Database) -> None:
    await house.write(tell, 1)
    with pytest.raises(RuntimeError):
        await house.write(tell, 2, True)
    await house.write(tell, 3)
    assert await house.read(waiting) == [("room.state", "1", "保留"), ("room.state", "3", "保留")]
    first = await house.read(lambda s: [row.id for row in outbox.waiting(s, 1)])
    await house.write(outbox.delivered, first, NOON)
    assert await house.read(waiting) == [("room.state", "3", "保留")]


async def test_numbers_count_per_tenant_kind_and_day(house: Database) -> None:
    assert await house.write(next_no, HOME, "SK", DAY) == "SK20240331-0001"
    assert await house.write(next_no, HOME, "SK", DAY) == "SK20240331-0002"
    assert await house.write(next_no, HOME, "TK", DAY) == "TK20240331-0001"
    assert await house.write(next_no, HOME, "SK", date(2024, 4, 1)) == "SK20240401-0001"
    assert await house.write(next_no, 2, "SK", DAY) == "SK20240331-0001"
    assert [await house.write(next_number, HOME, "C") for _ in range(3)] == [1, 2, 3]


async def test_many_at_once_never_get_the_same_number(house: Database) -> None:
    given_out = await asyncio.gather(*(house.write(next_number, HOME, "SK", DAY) for _ in range(40)))
    assert sorted(given_out) == list(range(1, 41))


async def test_a_number_of_a_unit_that_failed_is_given_again_or_left_out_but_not_twice(house: Database) -> None:
    def failing(session: Session) -> None:
        next_number(session, HOME, "SK", DAY)
        raise RuntimeError("no")

    await house.write(next_number, HOME, "SK", DAY)
    with pytest.raises(RuntimeError):
        await house.write(failing)
    assert await house.write(next_number, HOME, "SK", DAY) in (2, 3)


@given(st.sampled_from(Code), st.text(max_size=20))
def test_a_refusal_says_code_and_sentence(code: Code, room: str) -> None:
    refused = Refused(code, f"房间{room}", f"Room {room}", room=room)
    assert str(refused) == f"{code.value}: Room {room}"
    assert (refused.code, refused.zh, refused.details) == (code, f"房间{room}", {"room": room})


def test_the_codes_are_those_of_the_specification() -> None:
    told = (
        "STATE ROOM_TAKEN PERM CONFLICT LOCKED NO_PERMIT CONTRACT_NO BUDGET LIMIT VALIDATION DUPLICATE NOT_FOUND"
        " EXPIRED MONEY TOO_LARGE TIMEOUT"
    )
    assert {code.value for code in Code} == {f"E_{name}" for name in told.split(" ")}
