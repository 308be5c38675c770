"""Numbers for people: one after the other, several at once, each tenant by itself."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from db.sequence import next_no, next_nos
from db.tenant import HOME, Tenant
from db.work import Database

DAY = date(2024, 3, 31)


def tenant(session: Session, key: int) -> int:
    session.add(Tenant(id=key, code=f"tenant {key}", name="云山物业"))
    session.flush()
    return key


@pytest.fixture
async def home(db: Database) -> Database:
    await db.write(tenant, HOME)
    return db


async def test_one_and_several_go_on_from_each_other(home: Database) -> None:
    assert await home.write(next_no, HOME, "KH", DAY) == "KH20240331-0001"
    assert await home.write(next_nos, HOME, "KH", DAY, 3) == [f"KH20240331-000{n}" for n in (2, 3, 4)]
    assert await home.write(next_nos, HOME, "KH", DAY, 0) == []
    assert await home.write(next_no, HOME, "KH", DAY) == "KH20240331-0005"


async def test_each_tenant_counts_by_itself(home: Database) -> None:
    other = await home.write(tenant, HOME + 1)
    assert await home.write(next_no, HOME, "KH", DAY) == await home.write(next_no, other, "KH", DAY)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
async def test_no_number_is_given_twice(home: Database, portions: list[int]) -> None:
    given = [number for many in portions for number in await home.write(next_nos, HOME, "DD", DAY, many)]
    assert len(set(given)) == len(given) == sum(portions)
