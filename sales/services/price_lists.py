"""Price lists 价目表: drafted from factors or by a rate, submitted, approved, in effect (SPEC §2.7, S1-59–62)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select, update

from admin.right import Right
from sales import parameters
from sales.models import Building, Layout, PriceFactor, PriceItem, PriceList, Room
from sales.money import amount
from sales.money.pricing import Factor, FactorKind, FactorMode, Price, PriceBasis, Traits, list_price, priced_area
from sales.money.rounding import by_area, half_up, half_up_to
from sales.parameters import Given
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.step import step
from sales.states.price_list import PRICE_LIST, PriceListEvent, PriceListState
from sales.states.room import RoomState


def draft(desk: Desk, building: int, note: str | None = None) -> PriceList:
    """The next version: every room that may be repriced by the factors of its layout, floor, orientation, view …; the
    others, and those whose layout has no base price, as they are. E_PERM, E_NOT_FOUND, E_MONEY, E_VALIDATION.
    """
    found, rooms, given = _begin(desk, building)
    layouts = {row.id: row for row in desk.session.scalars(select(Layout).where(Layout.project_id == found.project_id))}
    factors = _factors(desk, found)
    prices = {
        room.id: _by_factors(room, layouts[room.layout_id], factors, (found, given))
        for room in rooms
        if _may_be_repriced(room.state, given)
    }
    return _write(desk, found, rooms, prices, note)


def reprice(desk: Desk, building: int, rate: Decimal, note: str | None = None) -> PriceList:
    """The next version: everything that is not sold by so much more or less (0.02 is 2 % more). E_PERM, E_MONEY …"""
    found, rooms, given = _begin(desk, building)
    if not rate.is_finite() or not -1 < rate < 10:
        raise amount.invalid(f"调价幅度无效：{rate}", f"Prices cannot change by {rate}", rate=str(rate))
    basis = PriceBasis(given[parameters.PRICE_BASIS])
    prices = {}
    for room in rooms:
        if _may_be_repriced(room.state, given) and room.unit_fen and room.list_fen:
            if basis is PriceBasis.SET:
                total: Fraction | int = room.list_fen * (1 + Fraction(rate))
                unit = half_up(Fraction(half_up(total) * 100, room.built_x100))
            else:
                unit = half_up(room.unit_fen * (1 + Fraction(rate)))
                total = by_area(unit, priced_area(basis, room.built_x100, room.inner_x100))
            prices[room.id] = Price(unit, half_up_to(total, given[parameters.TOTAL_ROUND]))
    return _write(desk, found, rooms, prices, note)


def set_price(desk: Desk, price_list: int, room: int, unit_fen: int, list_fen: int) -> PriceItem:
    """One room of a draft at a price of its own. E_PERM, E_STATE, E_NOT_FOUND, E_MONEY."""
    desk.must(Right.PRICE_EDIT)
    found = fetch(desk, PriceList, price_list)
    PRICE_LIST.next(found.state, PriceListEvent.SUBMIT)
    amount.positive_fen(unit_fen, amount.UNIT_PRICE)
    amount.positive_fen(list_fen, amount.PRICE)
    item = desk.session.scalars(
        select(PriceItem).where(PriceItem.price_list_id == found.id, PriceItem.room_id == room)
    ).first()
    if item is None:
        raise amount.invalid("该房间不在此价目表中", "The room is not on this list", room=room)
    before = {"unit_fen": item.unit_fen, "list_fen": item.list_fen}
    item.unit_fen, item.list_fen, item.factors = unit_fen, list_fen, {"set": desk.actor.name}
    desk.note("price_item.set", "price_item", item.id, before, {"unit_fen": unit_fen, "list_fen": list_fen})
    return item


def submit(desk: Desk, price_list: int) -> PriceList:
    """E_PERM, E_STATE."""
    desk.must(Right.PRICE_EDIT)
    found = fetch(desk, PriceList, price_list)
    step(desk, PRICE_LIST, found, PriceListEvent.SUBMIT)
    return found


def approve_list(desk: Desk, price_list: int, effective_at: datetime | None = None) -> PriceList:
    """Approve it for a moment (None: now); from then on it is in effect. E_PERM, E_STATE."""
    desk.must(Right.PRICE_APPROVE)
    found = fetch(desk, PriceList, price_list)
    step(desk, PRICE_LIST, found, PriceListEvent.APPROVE, {"effective_at": effective_at or desk.now})
    if effective_at is None or effective_at <= desk.now:
        _take_effect(desk, found)
    return found


def reject_list(desk: Desk, price_list: int, reason: str) -> PriceList:
    """E_PERM, E_STATE."""
    desk.must(Right.PRICE_APPROVE)
    found = fetch(desk, PriceList, price_list)
    step(desk, PRICE_LIST, found, PriceListEvent.REJECT, {"note": reason})
    return found


def take_effect(desk: Desk) -> list[int]:
    """What the clock does: approved lists whose moment has come, the oldest first; their ids (S1-62)."""
    due = desk.session.scalars(
        select(PriceList)
        .where(
            PriceList.tenant_id == desk.tenant,
            PriceList.state == PriceListState.APPROVED,
            PriceList.effective_at <= desk.now,
        )
        .order_by(PriceList.effective_at, PriceList.id)
        .with_for_update(skip_locked=True)
    ).all()
    for found in due:
        _take_effect(desk, found)
    return [found.id for found in due]


def as_factor(row: PriceFactor) -> Factor:
    """A factor as it is computed with. E_VALIDATION."""
    value = row.rate if row.rate is not None else Decimal(row.value_fen or 0)
    return Factor(FactorKind(row.kind), row.key, FactorMode(row.mode), value, row.position)


def _begin(desk: Desk, building: int) -> tuple[Building, Sequence[Room], Given]:
    desk.must(Right.PRICE_EDIT)
    found = fetch(desk, Building, building)
    rooms = desk.session.scalars(
        select(Room).where(Room.building_id == building).order_by(Room.id).execution_options(populate_existing=True)
    ).all()
    return found, rooms, desk.given(found.project_id)


def _may_be_repriced(state: RoomState, given: Given) -> bool:
    """Never a room with a live deal; a reserved one if the project wants it (SPEC §2.7)."""
    if state is RoomState.RESERVED:
        return given[parameters.REPRICE_RESERVED]
    return state in (RoomState.NOT_RELEASED, RoomState.NOT_FOR_SALE, RoomState.AVAILABLE)


def _factors(desk: Desk, building: Building) -> list[Factor]:
    rows = desk.session.scalars(
        select(PriceFactor).where(
            PriceFactor.project_id == building.project_id,
            PriceFactor.active,
            PriceFactor.building_id.is_(None) | (PriceFactor.building_id == building.id),
        )
    )
    return [as_factor(row) for row in rows]


def _by_factors(room: Room, layout: Layout, factors: list[Factor], where: tuple[Building, Given]) -> Price:
    building, given = where
    if layout.base_unit_fen is None:
        return Price(room.unit_fen, room.list_fen)
    marks = room.custom.get("marks", [])
    traits = Traits(
        layout.code, room.floor, room.orientation, room.view or "", frozenset(map(str, marks)), building.floors
    )
    area = priced_area(PriceBasis(given[parameters.PRICE_BASIS]), room.built_x100, room.inner_x100)
    return list_price(layout.base_unit_fen, area, traits, factors, given[parameters.TOTAL_ROUND])


def _write(
    desk: Desk, building: Building, rooms: Sequence[Room], prices: Mapping[int, Price], note: str | None
) -> PriceList:
    last = desk.session.scalar(select(func.max(PriceList.version)).where(PriceList.building_id == building.id)) or 0
    found = PriceList(**desk.own, building_id=building.id, version=last + 1, state=PriceListState.DRAFT, note=note)
    desk.session.add(found)
    desk.session.flush()
    for room in rooms:
        price = prices.get(room.id, Price(room.unit_fen, room.list_fen))
        desk.session.add(
            PriceItem(
                **desk.own,
                price_list_id=found.id,
                room_id=room.id,
                unit_fen=price.unit_fen,
                list_fen=price.list_fen,
                factors={"steps": [each.as_json() for each in price.steps]},
            )
        )
    desk.session.flush()
    desk.note("price_list.draft", "price_list", found.id, None, {"version": found.version, "rooms": len(rooms)})
    return found


def _take_effect(desk: Desk, found: PriceList) -> None:
    """The former list ends first: the database knows one at a time. Rooms take their prices as far as they may."""
    building = fetch(desk, Building, found.building_id)
    given = desk.given(building.project_id)
    former = desk.session.scalars(
        select(PriceList).where(PriceList.building_id == building.id, PriceList.state == PriceListState.EFFECTIVE)
    ).all()
    for each in former:
        step(desk, PRICE_LIST, each, PriceListEvent.SUPERSEDE)
    desk.session.flush()
    step(desk, PRICE_LIST, found, PriceListEvent.TAKE_EFFECT)
    table: Any = Room.__table__
    rooms = desk.session.execute(
        select(table.c.id, table.c.state, table.c.unit_fen, table.c.list_fen)
        .where(table.c.building_id == building.id)
        .with_for_update(key_share=True)
    ).all()
    items = {
        item.room_id: item
        for item in desk.session.scalars(select(PriceItem).where(PriceItem.price_list_id == found.id))
    }
    for room in rooms:
        item = items.get(room.id)
        if item is None or (item.unit_fen, item.list_fen) == (room.unit_fen, room.list_fen):
            continue
        if not _may_be_repriced(room.state, given):
            item.unit_fen, item.list_fen = room.unit_fen, room.list_fen  # taken since it was drafted: at its old price
            continue
        desk.session.execute(
            update(table)
            .where(table.c.id == room.id)
            .values(
                unit_fen=item.unit_fen,
                list_fen=item.list_fen,
                updated_at=desk.now,
                row_version=table.c.row_version + 1,
            )
        )
    desk.session.flush()
