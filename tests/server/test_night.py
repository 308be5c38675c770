"""At three in the morning, and on a holiday, callers still find out what a room costs (S4-10): the calendar of the
service called, read from its tables, decides what the flow offers."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from calls.call import Answered
from calls.clock import BUSINESS, FixedClock
from db.tenant import HOME
from db.work import Database
from dialplan.directory import Directory
from dialplan.models import CalendarDay, CalendarRow
from sales.fixture import load_fixture
from sales.queries import projects_of_services
from tests.ivr.desk import MAIN, Stage, words

HOLIDAY, HALF_DAY = date(2024, 5, 1), date(2024, 5, 2)  # a Wednesday and a Thursday


def close(session: Session) -> None:
    """Closed on the first of May, open in the morning of the second."""
    [calendar] = session.scalars(select(CalendarRow))
    own = {"tenant_id": HOME, "calendar_id": calendar.id}
    session.add(CalendarDay(**own, day=HOLIDAY, note="劳动节"))
    session.add(CalendarDay(**own, day=HALF_DAY, opens=9 * 60, closes=12 * 60))


async def call(db: Database, script: str, moment: datetime) -> Stage:
    """A caller at this moment."""
    directory = Directory(db, FixedClock(moment), projects_of_services)
    await directory.refresh()
    service = directory.route("02038880000").service
    stage = Stage(script, MAIN, service=service, dials=[Answered(1.0)])
    stage.visit.desk = replace(stage.desk, hours=directory)
    return await stage.run()


def at(month: int, day: int, hour: int) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=BUSINESS)


CLOSED = (at(4, 30, 3), at(5, 1, 10), at(5, 2, 15))
OPEN = (at(4, 30, 10), at(5, 2, 10))


@pytest.mark.parametrize("moment", CLOSED, ids=["03:00", "holiday", "afternoon of half a day"])
async def test_out_of_hours_a_message_or_the_enquiry_and_1_works(sqlite_db: Database, moment: datetime) -> None:
    await sqlite_db.write(load_fixture, "T")
    await sqlite_db.write(close)
    person = await call(sqlite_db, " 1 2 1 ,,,#1", moment)
    assert person.nodes == ["welcome", "lang", "root", "agent", "after_hours", "leave", "bye"]
    assert words("after_hours") in person.speech
    assert len(person.house.kept) == 1
    enquiry = await call(sqlite_db, " 1 2 2 4 020201#", moment)
    assert enquiry.nodes[-3:] == ["query", "room_code", "room_say"]
    assert "总价八十九万元" in enquiry.speech
    direct = await call(sqlite_db, " 1 1 6 4", moment)
    assert words("closed_now") in direct.speech


@pytest.mark.parametrize("moment", OPEN, ids=["in the morning", "morning of half a day"])
async def test_in_hours_a_person(sqlite_db: Database, moment: datetime) -> None:
    await sqlite_db.write(load_fixture, "T")
    await sqlite_db.write(close)
    stage = await call(sqlite_db, " 1 2", moment)
    assert stage.nodes == ["welcome", "lang", "root", "agent", "operator", "bye"]
