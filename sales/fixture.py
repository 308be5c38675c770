"""Sample data of the trade: fixture T (SPEC §3.1), the demo's world. Loading it again changes nothing."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.tenant import HOME, Tenant
from dialplan.models import CalendarHours, CalendarRow, Did, Extension, ServiceRow
from dialplan.numbers import e164
from sales.models import (
    Building,
    Customer,
    Developer,
    Layout,
    PriceItem,
    PriceList,
    PriceListState,
    Project,
    ProjectText,
    Room,
    RoomState,
    ServiceProject,
)

HERE = Path(__file__).parent
FIXTURES = {"T": HERE / "fixture_t"}
BY = "fixture"


def load_fixture(session: Session, name: str = "T") -> bool:
    """Put a fixture into an empty database; False if the house has its tenant already: then nothing is touched.

    Raises KeyError for an unknown fixture.
    """
    folder = FIXTURES[name]
    if session.get(Tenant, HOME) is not None:
        return False
    data = json.loads((folder / "data.json").read_text())
    texts = json.loads((folder / "texts.json").read_text())
    session.add(Tenant(id=HOME, created_by=BY, **data["tenant"]))
    session.flush()
    if session.get_bind().dialect.name == "postgresql":  # its numbering does not see a number that was given
        session.execute(text("SELECT setval(pg_get_serial_sequence('tenant', 'id'), :home)"), {"home": HOME})
    project = _project(session, data, texts)
    _services(session, data, project)
    _rooms(session, data, project)
    for row in data["customers"]:
        phone = e164(row.pop("phone"))
        registered = date.fromisoformat(row.pop("registered"))
        session.add(Customer(tenant_id=HOME, created_by=BY, phone=phone, registered=registered, **row))
    session.flush()
    return True


def add_room(
    session: Session,
    code: str,
    *,
    unit_fen: int,
    list_fen: int,
    layout: str = "A",
    orientation: str = "S",
    state: RoomState = RoomState.AVAILABLE,
    project: str = "01",
) -> Room:
    """Another room of a project, at a price of its own (outside the price list), e.g. one that ends in 分."""
    home = session.scalars(select(Project).where(Project.tenant_id == HOME, Project.code == project)).one()
    building = session.scalars(select(Building).where(Building.project_id == home.id, Building.code == code[:2])).one()
    plan = session.scalars(select(Layout).where(Layout.project_id == home.id, Layout.code == layout)).one()
    room = Room(
        tenant_id=HOME,
        created_by=BY,
        project_id=home.id,
        building_id=building.id,
        layout_id=plan.id,
        floor=int(code[2:4]),
        door=code[4:],
        room_code=code,
        orientation=orientation,
        built_x100=plan.built_x100,
        inner_x100=plan.inner_x100,
        unit_fen=unit_fen,
        list_fen=list_fen,
        state=state,
    )
    session.add(room)
    session.flush()
    return room


def _project(session: Session, data: dict[str, Any], texts: dict[str, dict[str, str]]) -> Project:
    developer = Developer(tenant_id=HOME, created_by=BY, **data["developer"])
    session.add(developer)
    session.flush()
    told = data["project"]
    told["delivery_date"] = date.fromisoformat(told["delivery_date"])
    project = Project(tenant_id=HOME, created_by=BY, developer_id=developer.id, **told)
    session.add(project)
    session.flush()
    for topic, words in texts.items():
        session.add(ProjectText(tenant_id=HOME, created_by=BY, project_id=project.id, topic=topic, **words))
    return project


def _services(session: Session, data: dict[str, Any], project: Project) -> None:
    week = data["calendar"]
    calendar = CalendarRow(tenant_id=HOME, created_by=BY, code=week["code"], name=week["name"])
    session.add(calendar)
    session.flush()
    for weekday in week["days"]:
        session.add(
            CalendarHours(
                tenant_id=HOME,
                created_by=BY,
                calendar_id=calendar.id,
                weekday=weekday,
                opens=_minutes(week["opens"]),
                closes=_minutes(week["closes"]),
            )
        )
    for row in data["services"]:
        numbers = row.pop("numbers")
        service = ServiceRow(tenant_id=HOME, created_by=BY, calendar_id=calendar.id, **row)
        session.add(service)
        session.flush()
        session.add(
            ServiceProject(tenant_id=HOME, created_by=BY, service_id=service.id, project_id=project.id, position=1)
        )
        for number in numbers:
            session.add(Did(tenant_id=HOME, created_by=BY, number=number, service_id=service.id))
    for row in data["extensions"]:
        session.add(Extension(tenant_id=HOME, created_by=BY, **row))


def _rooms(session: Session, data: dict[str, Any], project: Project) -> None:
    layouts = {
        row["code"]: Layout(tenant_id=HOME, created_by=BY, project_id=project.id, **row) for row in data["layouts"]
    }
    buildings = {
        row["code"]: Building(tenant_id=HOME, created_by=BY, project_id=project.id, **row) for row in data["buildings"]
    }
    session.add_all([*layouts.values(), *buildings.values()])
    session.flush()
    lists = {
        code: PriceList(
            tenant_id=HOME,
            created_by=BY,
            building_id=building.id,
            version=1,
            state=PriceListState.EFFECTIVE,
            effective_at=building.created_at,
        )
        for code, building in buildings.items()
    }
    session.add_all(lists.values())
    session.flush()
    for row in data["rooms"]:
        building = buildings[row["building"].zfill(2)]
        room = Room(
            tenant_id=HOME,
            created_by=BY,
            project_id=project.id,
            building_id=building.id,
            layout_id=layouts[row["layout"]].id,
            floor=row["floor"],
            door=row["door"],
            room_code=row["code"],
            usage=row["usage"],
            orientation=row["orientation"],
            built_x100=row["built_x100"],
            inner_x100=row["inner_x100"],
            unit_fen=row["unit_fen"],
            list_fen=row["list_fen"],
            filed_unit_fen=row["filed_unit_fen"],
            permit_no=row["permit"],
            state=RoomState(row["state"]),
            state_since=date.fromisoformat(row["since"]),
        )
        session.add(room)
        session.flush()
        session.add(
            PriceItem(
                tenant_id=HOME,
                created_by=BY,
                price_list_id=lists[building.code].id,
                room_id=room.id,
                unit_fen=room.unit_fen,
                list_fen=room.list_fen,
            )
        )


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
