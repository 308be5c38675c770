"""Developers, projects and buildings are kept up to date (S4-90). What callers hear is a text of the project."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select

from admin.right import Right
from sales.models import Building, Developer, Project, Room
from sales.money import amount
from sales.services.basics import change, found, make, must_be_digits, must_have
from sales.services.desk import Desk
from sales.services.fetch import fetch

DEVELOPER = ("name_zh", "name_en", "licence_no", "profile_zh", "profile_en")
PROJECT = (
    "name_zh", "name_en", "address_zh", "address_en", "district", "lat", "lng", "green_rate", "plot_ratio",
    "delivery_date", "property_fee_fen_m2", "sales_office_phone", "custom",
    "host",
)  # fmt: skip
BUILDING = (
    "name_zh", "name_en", "units", "floors", "structure", "progress", "progress_date", "completed", "handover_date",
)  # fmt: skip


def open_project(desk: Desk, developer: int, code: str, fields: Mapping[str, Any]) -> Project:
    """A new development. E_PERM, E_NOT_FOUND, E_VALIDATION, E_DUPLICATE."""
    desk.must(Right.ROOM_EDIT)
    fetch(desk, Developer, developer, lock=False)
    must_be_digits(code, 2, 2)
    must_have(fields, "name_zh", "name_en")
    return make(desk, Project, {**fields, "developer_id": developer, "code": code}, Project.code == code)


def edit_project(desk: Desk, project: int, changes: Mapping[str, Any], seen: int | None = None) -> Project:
    """E_PERM, E_NOT_FOUND, E_VALIDATION, E_CONFLICT."""
    desk.must(Right.ROOM_EDIT)
    _must_be_named(changes)
    if changes.get("property_fee_fen_m2") is not None:
        amount.fen(changes["property_fee_fen_m2"], amount.UNIT_PRICE)
    if host := changes.get("host"):
        _must_be_an_address(host)
    return change(desk, found(desk, Project, project, seen), changes, PROJECT)


def edit_developer(desk: Desk, developer: int, changes: Mapping[str, Any], seen: int | None = None) -> Developer:
    """E_PERM, E_NOT_FOUND, E_VALIDATION, E_CONFLICT."""
    desk.must(Right.ROOM_EDIT)
    _must_be_named(changes)
    return change(desk, found(desk, Developer, developer, seen), changes, DEVELOPER)


def add_building(desk: Desk, project: int, code: str, fields: Mapping[str, Any]) -> Building:
    """E_PERM, E_NOT_FOUND, E_VALIDATION, E_DUPLICATE."""
    desk.must(Right.ROOM_EDIT)
    fetch(desk, Project, project, lock=False)
    must_be_digits(code, 2, 2)
    must_have(fields, "name_zh", "name_en")
    _must_stand(fields.get("floors", 0))
    there = (Building.project_id == project, Building.code == code)
    return make(desk, Building, {**fields, "project_id": project, "code": code}, *there)


def edit_building(desk: Desk, building: int, changes: Mapping[str, Any], seen: int | None = None) -> Building:
    """Never lower than its rooms. E_PERM, E_NOT_FOUND, E_VALIDATION, E_CONFLICT."""
    desk.must(Right.ROOM_EDIT)
    _must_be_named(changes)
    if "floors" in changes:
        _must_stand(changes["floors"])
        highest = desk.session.scalar(select(func.max(Room.floor)).where(Room.building_id == building)) or 0
        if changes["floors"] < highest:
            raise amount.invalid(f"已有 {highest} 层的房间", f"There are rooms on floor {highest}", floor=highest)
    return change(desk, found(desk, Building, building, seen), changes, BUILDING)


def _must_be_named(changes: Mapping[str, Any]) -> None:
    must_have(changes, *(name for name in ("name_zh", "name_en") if name in changes))


def _must_be_an_address(host: str) -> None:
    """Of a computer that is asked over HTTP: http://host:port/path, without a password in it."""
    parts = urlsplit(host)
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or "@" in parts.netloc
        or parts.query
        or len(host) > 255
    ):
        raise amount.invalid(
            f"“{host}”不是主机地址，例如 http://10.0.0.5:8080/haitian",
            f"“{host}” is no address of a host, like http://10.0.0.5:8080/haitian",
        )


def _must_stand(floors: int) -> None:
    if not 1 <= floors <= 99:
        raise amount.invalid("楼层数应为 1 到 99", "A building has 1 to 99 floors", floors=floors)
