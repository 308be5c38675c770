"""What the telephone asks the sales desk: SQL in one place, plain rows out."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from dialplan.service import Project as SpokenProject
from sales.models import (
    Building,
    Customer,
    CustomerPhone,
    Layout,
    PriceItem,
    PriceList,
    PriceListState,
    Project,
    ProjectText,
    Room,
)
from sales.models.project import ServiceProject


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room with the prices of its building's effective price list (SPEC R07), or its own where there is none."""

    code: str
    building: int
    floor: int
    door: str
    layout_zh: str
    layout_en: str
    built_x100: int
    orientation: str
    unit_fen: int
    list_fen: int
    state: str


_ROOMS = (
    select(
        Room.room_code,
        Building.code,
        Room.floor,
        Room.door,
        Layout.name_zh,
        Layout.name_en,
        Room.built_x100,
        Room.orientation,
        func.coalesce(PriceItem.unit_fen, Room.unit_fen),
        func.coalesce(PriceItem.list_fen, Room.list_fen),
        Room.state,
    )
    .join(Building, Building.id == Room.building_id)
    .join(Layout, Layout.id == Room.layout_id)
    .outerjoin(
        PriceList,
        and_(PriceList.building_id == Room.building_id, PriceList.state == PriceListState.EFFECTIVE),
    )
    .outerjoin(PriceItem, and_(PriceItem.price_list_id == PriceList.id, PriceItem.room_id == Room.id))
)


def room_by_code(session: Session, project: int, code: str) -> RoomRow | None:
    row = session.execute(_ROOMS.where(Room.project_id == project, Room.room_code == code)).first()
    return None if row is None else _room(row)


def all_rooms(session: Session) -> list[RoomRow]:
    """Every room of every project: what the voice renders ahead."""
    return [_room(row) for row in session.execute(_ROOMS.order_by(Room.id))]


def _room(row: Any) -> RoomRow:
    room, building, *middle, state = tuple(row)
    return RoomRow(room, int(building), *middle, state.value)  # type: ignore[call-arg]  # mypy counts the star as one


def text_of(session: Session, project: int, topic: str, lang: str) -> str | None:
    """The text of a topic in this language; what is not written in English is told in Mandarin."""
    row = session.execute(
        select(ProjectText.zh, ProjectText.en).where(ProjectText.project_id == project, ProjectText.topic == topic)
    ).first()
    if row is None:
        return None
    zh, en = row
    return (en or zh) if lang == "en" else (zh or en)


def spoken_texts(session: Session) -> list[tuple[str, str]]:
    """Every text of every project as (lang, text): what the voice renders ahead."""
    rows = session.execute(select(ProjectText.zh, ProjectText.en).order_by(ProjectText.id)).all()
    return [(lang, text) for row in rows for lang, text in zip(("zh", "en"), row, strict=True) if text]


def projects_of_services(session: Session) -> dict[int, tuple[SpokenProject, ...]]:
    """For every service its projects, in the order of its project menu."""
    offered: dict[int, tuple[SpokenProject, ...]] = {}
    rows = session.execute(
        select(ServiceProject.service_id, Project.id, Project.code, Project.name_zh, Project.name_en)
        .join(Project, Project.id == ServiceProject.project_id)
        .order_by(ServiceProject.service_id, ServiceProject.position)
    )
    for service, key, code, zh, en in rows:
        offered[service] = (*offered.get(service, ()), SpokenProject(key, code, {"zh": zh, "en": en}))
    return offered


@dataclass(frozen=True, slots=True)
class Known:
    """A caller we know. lang: "zh" or "en" if the language need not be asked, else ""."""

    id: int
    name: str
    lang: str


def customer_by_phone(session: Session, tenant: int, phone: str) -> Known | None:
    """Of several customers with one number, the one who came last."""
    row = session.execute(
        select(Customer.id, Customer.name, Customer.lang)
        .join(CustomerPhone, CustomerPhone.customer_id == Customer.id)
        .where(CustomerPhone.tenant_id == tenant, CustomerPhone.phone == phone, Customer.merged_into_id.is_(None))
        .order_by(Customer.id.desc())
        .limit(1)
    ).first()
    return Known(*row) if row else None
