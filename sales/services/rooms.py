"""Rooms come to the market and leave it (T1–T4), are edited as far as their state allows, and handed over."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from admin.right import Right
from db.refusal import Code, Refused
from db.words import Words
from sales.models import Deal, PriceItem, PriceList, Room
from sales.money import amount
from sales.services.acting import changed
from sales.services.contracts import buyers_of
from sales.services.deals import must_live
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.permits import must_be_permitted
from sales.services.room_state import SOLD, RoomNow, Why, find, move
from sales.services.stages import follow
from sales.services.touch import touch
from sales.states.deal import DEAL, DealState
from sales.states.price_list import PriceListState
from sales.states.room import ROOM, RoomEvent, RoomState

# what a room is: fixed once somebody has subscribed it (S4-89)
FIXED = {
    "layout_id": Words("户型", "layout"),
    "usage": Words("用途", "usage"),
    "orientation": Words("朝向", "orientation"),
    "built_x100": Words("建筑面积", "built area"),
    "inner_x100": Words("套内面积", "inner area"),
    "unit_fen": Words("单价", "unit price"),
    "list_fen": Words("总价", "list price"),
    "filed_unit_fen": Words("备案单价", "filed unit price"),
}
# what it is called: fixed once it is released
NUMBER = {
    "unit_no": Words("单元", "unit"),
    "floor": Words("楼层", "floor"),
    "door": Words("房号", "door"),
    "room_code": Words("房间编码", "room code"),
}
FREE = {
    "house_class": Words("房屋类别", "class"),
    "view": Words("景观", "view"),
    "decoration": Words("装修", "decoration"),
    "permit_id": Words("预售许可证", "permit"),
    "custom": Words("自定义字段", "custom fields"),
}
UNRELEASED = (RoomState.NOT_RELEASED, RoomState.NOT_FOR_SALE)


def put_on_sale(desk: Desk, room: int) -> RoomNow:
    """推盘 (T1). E_PERM, E_STATE, E_NO_PERMIT, E_MONEY (no effective price)."""
    desk.must(Right.ROOM_RELEASE)
    now = find(desk, room)
    ROOM.next(now.state, RoomEvent.RELEASE)
    _must_be_ready(desk, now)
    return move(desk, now, RoomEvent.RELEASE)


def take_off_sale(desk: Desk, room: int) -> RoomNow:
    """收盘 (T2). E_PERM, E_STATE."""
    desk.must(Right.ROOM_WITHDRAW)
    return move(desk, find(desk, room), RoomEvent.UNRELEASE)


def withdraw(desk: Desk, room: int, reason: str) -> RoomNow:
    """转非售 (T3). E_PERM, E_STATE, E_VALIDATION without a reason."""
    desk.must(Right.ROOM_WITHDRAW)
    now = find(desk, room)
    ROOM.next(now.state, RoomEvent.WITHDRAW)
    if not reason.strip():
        raise amount.invalid("转非售必须说明原因", "A room is withdrawn for a reason")
    return move(desk, now, RoomEvent.WITHDRAW, Why(reason=reason))


def return_to_sale(desk: Desk, room: int, to: RoomState = RoomState.AVAILABLE) -> RoomNow:
    """恢复销售 (T4), released or not. E_PERM, E_STATE; to available also what T1 refuses."""
    desk.must(Right.ROOM_WITHDRAW)
    now = find(desk, room)
    if ROOM.next(now.state, RoomEvent.RETURN_TO_SALE, to) is RoomState.AVAILABLE:
        _must_be_ready(desk, now)
    return move(desk, now, RoomEvent.RETURN_TO_SALE, Why(to=to))


def edit(desk: Desk, room: int, changes: Mapping[str, Any], seen: int | None = None) -> RoomNow:
    """Change columns of a room. E_PERM, E_LOCKED, E_CONFLICT, E_VALIDATION for another column or an area of nothing."""
    desk.must(Right.ROOM_EDIT)
    now = find(desk, room, seen)
    if strange := sorted(set(changes) - {*FIXED, *NUMBER, *FREE}):
        raise amount.invalid(f"不能修改：{'、'.join(strange)}", f"These cannot be edited: {', '.join(strange)}")
    for name in changes:
        if (name in FIXED and now.state in SOLD) or (name in NUMBER and now.state not in UNRELEASED):
            raise _locked(now, (FIXED | NUMBER)[name])
    _must_make_sense(desk, now, changes)
    table: Any = Room.__table__
    before = desk.session.execute(select(*(table.c[name] for name in changes)).where(table.c.id == room)).one()
    done: Any = desk.session.execute(
        update(table)
        .where(table.c.id == room, table.c.row_version == now.version)
        .values(**changes, updated_at=desk.now, row_version=table.c.row_version + 1)
    )
    if done.rowcount != 1:
        raise changed()
    desk.note("room.edit", "room", room, dict(zip(changes, before, strict=True)), dict(changes))
    return find(desk, room)


def hand_over(desk: Desk, deal: int) -> Deal:
    """交付: the buyer of a sold room gets its keys and is its owner. E_PERM, E_STATE."""
    desk.must(Right.CONTRACT)
    found = fetch(desk, Deal, deal)
    must_live(found)
    if found.state is not DealState.SOLD:
        now = DEAL.names[found.state]
        raise Refused(
            Code.STATE,
            f"交易的状态为“{now.zh}”，结清后才能交付。",
            f"The deal is {now.en}: a room is handed over once it is sold.",
            state=found.state.value,
        )
    room = find(desk, found.room_id)
    table: Any = Room.__table__
    owner = {"owner_customer_id": found.customer_id, "handover_date": desk.today}
    desk.session.execute(
        update(table).where(table.c.id == room.id).values(**owner, row_version=table.c.row_version + 1)
    )
    desk.note("room.hand_over", "room", room.id, None, owner)
    for customer in buyers_of(desk, found):
        touch(desk, customer, "handover", "deal", deal, room.code)
        follow(desk, customer, "hand_over")
    return found


def _must_be_ready(desk: Desk, room: RoomNow) -> None:
    """What is offered has a price and a permit."""
    priced = desk.session.scalar(
        select(PriceItem.id)
        .join(PriceList, PriceList.id == PriceItem.price_list_id)
        .where(
            PriceItem.room_id == room.id,
            PriceItem.list_fen > 0,
            PriceList.state == PriceListState.EFFECTIVE,
        )
        .limit(1)
    )
    if priced is None:
        raise amount.impossible(
            f"房间{room.code}没有生效的价格", f"Room {room.code} has no effective price", room=room.code
        )
    must_be_permitted(desk, room)


def _locked(room: RoomNow, field: Words) -> Refused:
    state = ROOM.names[room.state]
    return Refused(
        Code.LOCKED,
        f"房间{room.code}为“{state.zh}”，不能修改{field.zh}。",
        f"Room {room.code} is {state.en}: its {field.en} cannot be changed.",
        room=room.code,
        state=room.state.value,
    )


def _must_make_sense(desk: Desk, room: RoomNow, changes: Mapping[str, Any]) -> None:
    if {"built_x100", "inner_x100"} & set(changes):
        table: Any = Room.__table__
        was = desk.session.execute(select(table.c.built_x100, table.c.inner_x100).where(table.c.id == room.id)).one()
        built = amount.area_x100(changes.get("built_x100", was.built_x100))
        inner = amount.area_x100(changes.get("inner_x100", was.inner_x100))
        if inner > built:
            raise amount.invalid("套内面积不能大于建筑面积", "The inner area is not more than the built area")
    for name in ("unit_fen", "list_fen", "filed_unit_fen"):
        if changes.get(name) is not None:
            amount.fen(changes[name], amount.PRICE)
    if "room_code" in changes and not re.fullmatch("[0-9]{6}", str(changes["room_code"])):  # no ０２０３０１
        raise amount.invalid("房间编码为六位数字", "A room code is six digits", room=str(changes["room_code"]))
