"""Presale permits 预售许可证 as the authority issues them: which buildings and rooms they cover (SPEC §2.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select, update

from admin.right import Right
from db.refusal import Code, Refused
from sales.models import Building, PermitCover, PresalePermit, Project, Room
from sales.money import amount
from sales.services.basics import change, found, make, must_be_known, must_have
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.states.room import RoomState

FIELDS = ("no", "issued", "area_x100")
UNSOLD = (RoomState.NOT_RELEASED, RoomState.NOT_FOR_SALE)
SHOWN = 5  # rooms that a refusal names
_ROOM: Any = Room.__table__


@dataclass(frozen=True)
class Cover:
    """Ids: whole buildings, and single rooms of others."""

    buildings: tuple[int, ...] = ()
    rooms: tuple[int, ...] = ()


def add_permit(
    desk: Desk, project: int, no: str, cover: Cover, fields: Mapping[str, Any] | None = None
) -> PresalePermit:
    """Fields: issued (its day), area_x100. E_PERM, E_NOT_FOUND, E_VALIDATION, E_DUPLICATE (the number, or a room that
    another permit covers)."""
    desk.must(Right.ROOM_RELEASE)
    fetch(desk, Project, project, lock=False)
    row = {**(fields or {}), "no": no}
    must_be_known(row, FIELDS)
    _must_make_sense(row)
    same = (PresalePermit.project_id == project, PresalePermit.no == no)
    permit = make(desk, PresalePermit, {**row, "project_id": project}, *same)
    _lay(desk, permit, cover)
    return permit


def edit_permit(
    desk: Desk, key: int, changes: Mapping[str, Any], cover: Cover | None = None, seen: int | None = None
) -> PresalePermit:
    """Its facts, and with `cover` what it covers from now on. E_PERM, E_NOT_FOUND, E_VALIDATION, E_DUPLICATE,
    E_CONFLICT, E_LOCKED (a room that is on sale or sold would be without a permit)."""
    desk.must(Right.ROOM_RELEASE)
    permit = found(desk, PresalePermit, key, seen)
    _must_make_sense({"no": permit.no, **changes})
    change(desk, permit, changes, FIELDS)
    if cover is not None:
        _must_not_bare(desk, permit, cover)
        _lay(desk, permit, cover)
    return permit


def _must_make_sense(fields: Mapping[str, Any]) -> None:
    must_have(fields, "no")
    if fields.get("area_x100") is not None and fields["area_x100"] <= 0:
        raise amount.invalid("许可面积须大于零", "The area of a permit is more than nought")


def _lay(desk: Desk, permit: PresalePermit, cover: Cover) -> None:
    """What it covers, and no other permit does."""
    if not cover.buildings and not cover.rooms:
        raise amount.invalid("许可证须包含楼栋或房间", "A permit covers buildings or rooms")
    rooms = _rooms_of(desk, permit, cover)
    of_building = {room.id: room.building_id for room in rooms}
    if twice := [room.room_code for room in rooms if room.building_id in cover.buildings and room.id in cover.rooms]:
        raise amount.invalid(
            f"房间{_codes(twice)}已随整栋列入", f"The building of {_codes(twice)} is covered as a whole", rooms=twice
        )
    _must_be_free(desk, permit, cover, rooms)
    desk.session.execute(delete(PermitCover).where(PermitCover.permit_id == permit.id))
    own = {**desk.own, "permit_id": permit.id}
    desk.session.add_all(PermitCover(**own, building_id=key) for key in cover.buildings)
    desk.session.add_all(PermitCover(**own, building_id=of_building[key], room_id=key) for key in cover.rooms)
    desk.session.flush()
    raised = {"row_version": _ROOM.c.row_version + 1, "updated_at": desk.now}
    of_it = _ROOM.c.permit_id == permit.id
    bare = update(_ROOM).where(of_it, _ROOM.c.id.not_in(of_building)).values(permit_id=None, **raised)
    newly = _ROOM.c.id.in_(of_building) & _ROOM.c.permit_id.is_distinct_from(permit.id)
    for statement in (bare, update(_ROOM).where(newly).values(permit_id=permit.id, **raised)):
        desk.session.execute(statement)
    told = {"buildings": list(cover.buildings), "rooms": list(cover.rooms)}
    desk.note("presale_permit.cover", "presale_permit", permit.id, None, told)


def _rooms_of(desk: Desk, permit: PresalePermit, cover: Cover) -> Sequence[Any]:
    """Every room that is covered. E_NOT_FOUND for a building or a room of another project."""
    wanted = select(Building.id).where(Building.project_id == permit.project_id, Building.id.in_(cover.buildings))
    rooms = desk.session.execute(
        select(_ROOM.c.id, _ROOM.c.building_id, _ROOM.c.room_code, _ROOM.c.state).where(
            _ROOM.c.project_id == permit.project_id,
            _ROOM.c.building_id.in_(cover.buildings) | _ROOM.c.id.in_(cover.rooms),
        )
    ).all()
    strange = set(cover.buildings) - set(desk.session.scalars(wanted)) or set(cover.rooms) - {row.id for row in rooms}
    if strange:
        raise Refused(
            Code.NOT_FOUND,
            "楼盘中没有所选的楼栋或房间。",
            "The project has no such building or room.",
            ids=sorted(strange),
        )
    return rooms


def _must_be_free(desk: Desk, permit: PresalePermit, cover: Cover, rooms: Sequence[Any]) -> None:
    """One room, one permit."""
    ids = [row.id for row in rooms]
    houses = [row.building_id for row in rooms]
    others = desk.session.execute(
        select(PresalePermit.no, PermitCover.building_id, PermitCover.room_id)
        .join(PermitCover, PermitCover.permit_id == PresalePermit.id)
        .where(
            PermitCover.permit_id != permit.id,
            or_(
                PermitCover.room_id.in_(ids),
                PermitCover.room_id.is_(None) & PermitCover.building_id.in_({*houses, *cover.buildings}),
            ),
        )
    ).all()
    if not others:
        return
    whole = {row.building_id for row in others if row.room_id is None}
    single = {row.room_id for row in others}
    taken = sorted(row.room_code for row in rooms if row.building_id in whole or row.id in single)
    no = others[0].no
    raise Refused(
        Code.DUPLICATE,
        f"{_codes(taken) or '所选楼栋'}已列入许可证{no}。",
        f"{_codes(taken) or 'The building'} is covered by permit {no} already.",
        permit=no,
        rooms=taken,
    )


def _must_not_bare(desk: Desk, permit: PresalePermit, cover: Cover) -> None:
    """What is on sale or sold keeps its permit, unless its building is completed 现房."""
    table: Any = PermitCover
    covered = select(table.room_id).where(table.permit_id == permit.id, table.room_id.is_not(None))
    whole = select(table.building_id).where(table.permit_id == permit.id, table.room_id.is_(None))
    lost = desk.session.scalars(
        select(_ROOM.c.room_code)
        .join(Building, Building.id == _ROOM.c.building_id)
        .where(
            _ROOM.c.id.in_(covered) | _ROOM.c.building_id.in_(whole),
            _ROOM.c.id.not_in(cover.rooms),
            _ROOM.c.building_id.not_in(cover.buildings),
            _ROOM.c.state.not_in(UNSOLD),
            or_(Building.completed.is_(None), Building.completed > desk.today),
        )
        .order_by(_ROOM.c.room_code)
    ).all()
    if lost:
        raise Refused(
            Code.LOCKED,
            f"房间{_codes(lost)}已推盘，不能移出许可证。",
            f"{_codes(lost)} are on sale or sold: they stay under the permit.",
            rooms=list(lost),
        )


def _codes(codes: Sequence[str]) -> str:
    return "、".join(codes[:SHOWN]) + ("…" if len(codes) > SHOWN else "")
