"""Who answers a number, and how soon a change of the tables is heard of."""

import asyncio
import time
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from calls.clock import FixedClock
from db.tenant import HOME, Tenant
from db.work import Database
from dialplan.directory import Directory
from dialplan.extension import Extension, Forwards, Level
from dialplan.features import change
from dialplan.models import CalendarDay, CalendarRow, Did, FollowMe, ServiceRow
from dialplan.models import Extension as ExtensionRow
from dialplan.service import NobodyAnswers
from sales.fixture import load_fixture
from sales.models import Developer, Project, ServiceProject
from sales.queries import projects_of_services
from tests.db.engines import NOON


@pytest.fixture
async def directory(db: Database) -> Directory:
    await db.write(load_fixture, "T")
    made = Directory(db, FixedClock(NOON), projects_of_services)
    await made.refresh()
    return made


async def test_a_number_of_ours_in_every_spelling(directory: Directory) -> None:
    for number in ("02038880000", "+862038880000", "38880000", "00862038880000"):
        route = directory.route(number)
        assert (route.service.code, route.known, route.suspended) == ("main", True, False)
    service = directory.route("02038880000").service
    assert service.company == {"zh": "海天", "en": "Haitian"}
    assert (service.flow, service.operator, service.tenant) == ("main", "8000", HOME)
    assert [(project.code, project.name["en"]) for project in service.projects] == [("01", "Haitian Garden")]
    assert directory.tenant_of("02038880000") == HOME


async def test_a_number_of_nobody(directory: Directory) -> None:
    for number in ("02038889999", "", "anonymous", "'; DROP TABLE did"):
        route = directory.route(number)
        assert (route.service.code, route.known) == ("default", False)


async def test_nobody_answers_without_a_default_service(db: Database) -> None:
    empty = Directory(db, FixedClock(NOON))
    await empty.refresh()
    with pytest.raises(NobodyAnswers):
        empty.route("02038880000")
    assert empty.tenant_of("02038880000") == HOME


async def test_opening_hours_and_a_holiday(db: Database, directory: Directory) -> None:
    service = directory.route("02038880000").service
    assert directory.open(service)

    def holiday(session: Session) -> None:
        calendar = session.scalars(select(CalendarRow.id)).one()
        session.add(CalendarDay(tenant_id=HOME, calendar_id=calendar, day=date(2024, 3, 31)))

    await db.write(holiday)
    await directory.refresh()
    assert not directory.open(service)
    night = Directory(db, FixedClock(datetime(2024, 3, 30, 14, 0, tzinfo=UTC)), projects_of_services)
    await night.refresh()
    assert not night.open(service)


async def test_a_change_is_heard_of_within_a_second(db: Database, directory: Directory) -> None:
    await directory.start()
    try:
        await db.write(lambda s: s.execute(update(Tenant).values(state="suspended", row_version=2)) and None)
        began = time.monotonic()
        while not directory.route("02038880000").suspended:
            assert time.monotonic() - began < 3
            await asyncio.sleep(0.02)
    finally:
        await directory.stop()


async def test_another_project_and_another_number(db: Database, directory: Directory) -> None:
    def add(session: Session) -> None:
        service = session.scalars(select(ServiceRow).where(ServiceRow.code == "main")).one()
        developer = session.scalars(select(Developer)).one()
        project = Project(tenant_id=HOME, developer_id=developer.id, code="02", name_zh="云山", name_en="Cloud Hill")
        session.add_all([project, Did(tenant_id=HOME, number="4008123456", service_id=service.id)])
        session.flush()
        session.add(ServiceProject(tenant_id=HOME, service_id=service.id, project_id=project.id, position=2))

    await db.write(add)
    await directory.refresh()
    assert [project.code for project in directory.route("4008123456").service.projects] == ["01", "02"]


async def test_the_extensions_and_what_a_phone_changes_about_its_own(db: Database, directory: Directory) -> None:
    wang = directory.numbers.extensions[HOME, "8001"]
    assert wang == Extension(HOME, "8001", "王芳", level=Level.LOCAL)

    def list_of(session: Session) -> None:
        owner = session.scalars(select(ExtensionRow.id).where(ExtensionRow.number == "8001")).one()
        for position, number in ((2, "913800000001"), (1, "8002")):
            session.add(FollowMe(tenant_id=HOME, extension_id=owner, position=position, number=number))

    await db.write(list_of)
    assert await db.write(change, HOME, "8001", {"dnd": True, "busy": "8002"})
    assert not await db.write(change, HOME, "8099", {"dnd": True})
    await directory.refresh()
    wang = directory.numbers.extensions[HOME, "8001"]
    assert (wang.dnd, wang.forwards, wang.follow) == (True, Forwards(busy="8002"), ("8002", "913800000001"))


async def test_a_phone_of_ours_belongs_to_its_house_whatever_it_dials(directory: Directory) -> None:
    assert directory.numbers.inside("8001", "*97").service.code == "main"
    assert directory.numbers.inside("8001", "02038880000").service.code == "main"
    assert directory.numbers.inside("8999", "8001").service.code == "default", "a phone that is in no table"
