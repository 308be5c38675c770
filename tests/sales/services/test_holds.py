"""Reserve, extend, release, expire, book, cancel (T5–T11), with the worked examples of S4-79 and S4-97."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from admin.actor import CLOCK
from db.refusal import Code
from sales import parameters
from sales.models import Building, Customer, Hold, Layout, Project, Receipt, Room, RoomState, RoomStateLog
from sales.services.approvals import approve, request
from sales.services.booking import book, cancel_booking
from sales.services.holds import EXPIRED_AT_ONCE, expire, extend, pay_back, release
from sales.services.payment import Payment
from sales.services.receipts import Purse, enter, lying
from sales.services.reserve import Terms, reserve
from sales.states.approval import ApprovalKind
from sales.states.customer import CustomerStage
from sales.states.hold import HoldKind, HoldState
from tests.sales.services.office import Office

FREE = "020201"


async def test_a_hold_of_three_days(office: Office) -> None:
    office.now = datetime(2024, 3, 29, 2, 0, tzinfo=UTC)  # 10:00 in Guangzhou
    hold = await office.does("li", reserve, office.rooms[FREE], office.customers["C8"])
    kept = await office.get(Hold, hold)
    assert kept.expires_at == datetime(2024, 4, 1, 2, 0, tzinfo=UTC)
    assert (kept.kind, kept.state, kept.seller_id) == (HoldKind.RESERVE, HoldState.ACTIVE, office.people["li"].seller)
    room = await office.room(FREE)
    assert (room.state, room.state_hold_id, room.state_since) == (RoomState.RESERVED, hold, kept.started_at.date())
    (*_, log) = await office.all(RoomStateLog, RoomStateLog.room_id == room.id)
    assert (log.event, log.from_state, log.to_state, log.actor) == (
        "reserve", RoomState.AVAILABLE, RoomState.RESERVED, "李强",
    )  # fmt: skip
    assert (await office.get(Customer, office.customers["C8"])).stage is CustomerStage.RESERVED
    await office.chain_holds()


async def test_what_reserve_refuses(office: Office) -> None:
    room, customer = office.rooms[FREE], office.customers["C8"]
    await office.refused(Code.PERM, "auditor", reserve, room, customer)
    await office.refused(Code.PERM, "wang", reserve, room, None, Terms(HoldKind.MANAGER))
    await office.refused(Code.VALIDATION, "wang", reserve, room)
    await office.refused(Code.VALIDATION, "wang", reserve, room, customer, Terms(HoldKind.BOOKING))
    await office.refused(Code.NOT_FOUND, "wang", reserve, 999_999, customer)
    await office.refused(Code.NOT_FOUND, "wang", reserve, room, 999_999)
    await office.refused(Code.STATE, "wang", reserve, office.rooms["010101"], customer)
    await office.refused(Code.PERM, "wang", reserve, room, customer, Terms(until=office.now + timedelta(days=9)))
    await office.refused(Code.VALIDATION, "boss", reserve, room, customer, Terms(until=office.now))
    await office.db.write(
        lambda s: parameters.change(s, 1, None, "hold_money_fen", 500_000, office.now.date(), "test") and None
    )
    await office.refused(Code.MONEY, "wang", reserve, room, customer)
    await office.refused(Code.MONEY, "wang", reserve, room, customer, Terms(money=Payment(499_999)))
    hold = await office.does("wang", reserve, room, customer, Terms(money=Payment(500_000, "现金")))
    assert (await office.one(Receipt, Receipt.hold_id == hold)).amount_fen == 500_000


async def test_not_more_rooms_than_the_limit(office: Office) -> None:
    customer = office.customers["C8"]
    await office.does("li", reserve, office.rooms[FREE], customer)
    await office.does("li", reserve, office.rooms["020301"], customer)
    await office.does("boss", release, office.rooms["020102"], "")
    told = await office.refused(Code.LIMIT, "li", reserve, office.rooms["020102"], customer)
    assert told.details == {"limit": 2}


async def test_who_saw_the_room_too_long_ago(office: Office) -> None:
    room = await office.room(FREE)
    await office.does("li", reserve, room.id, office.customers["C8"], seen=room.row_version)
    told = await office.refused(
        Code.ROOM_TAKEN, "wang", reserve, room.id, office.customers["C6"], seen=room.row_version
    )
    assert told.details == {"room": FREE, "state": "reserved"}
    await office.does("li", release, room.id)
    await office.refused(Code.CONFLICT, "wang", reserve, room.id, office.customers["C6"], seen=room.row_version)


async def test_extended_once_by_the_seller_then_by_the_manager(office: Office) -> None:
    room = office.rooms[FREE]
    hold = await office.does("li", reserve, room, office.customers["C8"])
    first = (await office.get(Hold, hold)).expires_at
    assert first is not None
    await office.refused(Code.PERM, "wang", extend, room)
    assert (await office.does("li", extend, room)).expires_at == first + timedelta(days=3)
    await office.refused(Code.LIMIT, "li", extend, room)
    await office.refused(Code.NOT_FOUND, "li", extend, room, None, 999_999)
    asked = await office.does("li", request, ApprovalKind.EXTEND, ("hold", hold), "客户出差")
    await office.refused(Code.PERM, "li", extend, room, None, asked.id)  # not approved yet
    await office.refused(Code.PERM, "li", approve, asked.id)
    await office.does("boss", approve, asked.id)
    assert (await office.does("li", extend, room, None, asked.id)).extensions == 2
    await office.refused(Code.PERM, "li", extend, room, None, asked.id)  # used already
    assert (await office.does("boss", extend, room)).extensions == 3
    later = first + timedelta(days=40)
    assert (await office.does("boss", extend, room, later)).expires_at == later
    await office.refused(Code.VALIDATION, "boss", extend, room, office.now)


async def test_a_hold_of_the_house(office: Office) -> None:
    room = office.rooms[FREE]
    hold = await office.does("boss", reserve, room, None, Terms(HoldKind.MANAGER))
    assert (await office.get(Hold, hold)).expires_at is None
    await office.refused(Code.PERM, "li", release, room)
    await office.refused(Code.PERM, "li", book, room, office.customers["C8"], Payment(1_000_000))
    office.later(days=400)
    office.people["clock"] = CLOCK
    assert room not in await office.does("clock", expire)
    await office.does("boss", release, room, "策略调整")
    assert (await office.room(FREE)).state is RoomState.AVAILABLE


async def test_released_with_its_money(office: Office) -> None:
    room, hold = office.rooms["020102"], (await office.room("020102")).state_hold_id
    assert hold is not None
    await office.refused(Code.PERM, "li", release, room)
    await office.refused(Code.STATE, "cash", pay_back, hold, Payment(500_000))
    await office.refused(Code.PERM, "wang", release, room, "", True)
    await office.does("wang", release, room, "不买了")
    kept = await office.get(Hold, hold)
    assert (kept.state, kept.end_reason) == (HoldState.RELEASED, "不买了")
    assert (await office.get(Customer, office.customers["C6"])).stage is CustomerStage.VISITED
    await office.refused(Code.PERM, "wang", pay_back, hold, Payment(500_000))
    await office.refused(Code.MONEY, "cash", pay_back, hold, Payment(500_001))
    paid = await office.does("cash", pay_back, hold, Payment(500_000, "现金"))
    assert (paid.amount_fen, paid.no[:2]) == (-500_000, "TK")
    await office.refused(Code.MONEY, "cash", pay_back, hold, Payment(1))


async def test_expired_by_the_clock(office: Office) -> None:
    office.people["clock"] = CLOCK
    assert await office.does("clock", expire) == []
    office.now = datetime(2024, 4, 6, 3, 59, 59, tzinfo=UTC)
    assert await office.does("clock", expire) == [office.rooms["020102"]]
    office.later(seconds=1)
    assert await office.does("clock", expire) == [office.rooms["020101"]]  # at the very second
    assert await office.does("clock", expire) == []
    for code in ("020101", "020102"):
        room = await office.room(code)
        assert (room.state, room.state_hold_id) == (RoomState.AVAILABLE, None)
    assert (await office.get(Customer, office.customers["C5"])).stage is CustomerStage.VISITED
    await office.chain_holds()


async def test_a_project_that_only_reminds(office: Office) -> None:
    office.people["clock"] = CLOCK
    await office.db.write(
        lambda s: parameters.change(s, 1, None, "overdue_hold_action", "remind", office.now.date(), "test") and None
    )
    office.later(days=60)
    assert await office.does("clock", expire) == []


async def test_what_another_project_keeps_is_in_nobodys_way(office: Office) -> None:
    """More overdue holds than one tick takes, all older: they are only reminded of, and ours expires all the same."""
    office.people["clock"] = CLOCK

    def furnish(session: Session) -> None:
        garden = session.scalars(select(Project)).one()
        other = Project(tenant_id=1, developer_id=garden.developer_id, code="02", name_zh="海天中心", name_en="Centre")
        session.add(other)
        session.flush()
        block = Building(tenant_id=1, project_id=other.id, code="09", name_zh="9栋", name_en="Block 9", floors=60)
        session.add(block)
        session.flush()
        layout = session.scalars(select(Layout.id)).first()
        common = {"tenant_id": 1, "created_at": office.now, "updated_at": office.now, "row_version": 1}
        room = {"project_id": other.id, "building_id": block.id, "layout_id": layout, "built_x100": 8000,
                "inner_x100": 6400, "unit_fen": 1_000_000, "list_fen": 80_000_000, "orientation": "S",
                "state": "reserved", **common}  # fmt: skip
        codes = [(n // 10 + 1, f"{n % 10 + 1:02}") for n in range(EXPIRED_AT_ONCE + 1)]
        session.execute(insert(Room), [{**room, "floor": f, "door": d, "room_code": f"09{f:02}{d}"} for f, d in codes])
        rooms = session.scalars(select(Room.id).where(Room.project_id == other.id))
        old = office.now - timedelta(days=9)
        hold = {"kind": "reserve", "state": "active", "customer_id": office.customers["C8"], "started_at": old,
                "expires_at": old, "extensions": 0, "money_fen": 0, **common}  # fmt: skip
        session.execute(insert(Hold), [{**hold, "room_id": key} for key in rooms])
        parameters.change(session, 1, other.id, "overdue_hold_action", "remind", office.now.date(), "test")

    await office.db.write(furnish)
    office.later(days=60)
    freed = await office.does("clock", expire)
    assert set(freed) == {office.rooms["020101"], office.rooms["020102"]}


async def test_booked_against_money(office: Office) -> None:
    room, customer = office.rooms[FREE], office.customers["C8"]
    await office.refused(Code.MONEY, "li", book, room, customer)
    await office.refused(Code.MONEY, "li", book, room, customer, Payment(999_999))
    await office.refused(Code.MONEY, "li", book, room, customer, Payment(-1))
    await office.refused(Code.STATE, "li", book, office.rooms["010101"], customer, Payment(1_000_000))
    hold = await office.does("li", book, room, customer, Payment(1_000_000, "POS"))
    kept = await office.get(Hold, hold)
    assert (kept.kind, kept.money_fen) == (HoldKind.BOOKING, 1_000_000)
    assert kept.expires_at == office.now + timedelta(days=7)
    assert (await office.get(Customer, customer)).stage is CustomerStage.BOOKED


async def test_a_reservation_becomes_a_booking(office: Office) -> None:
    """C6 has paid 5,000 for the reservation; 3,000 lie as an advance, the cashier takes 2,000 now."""
    room, customer = office.rooms["020102"], office.customers["C6"]
    old = (await office.room("020102")).state_hold_id
    assert old is not None
    await office.refused(Code.ROOM_TAKEN, "wang", book, room, office.customers["C8"], Payment(1_000_000))
    await office.refused(Code.MONEY, "wang", book, room, customer, Payment(200_000))
    await office.does("cash", lambda desk: enter(desk, Purse(customer), Payment(400_000), "订金") and None)
    hold = await office.does("wang", book, room, customer, Payment(200_000))
    before, after = await office.get(Hold, old), await office.get(Hold, hold)
    assert (before.state, before.money_fen, after.money_fen) == (HoldState.CONVERTED, 0, 1_000_000)
    assert after.prev_hold_id == old
    purses = (Purse(customer, hold=old), Purse(customer, hold=hold), Purse(customer))
    assert [await office.does("wang", lying, purse) for purse in purses] == [0, 1_000_000, 100_000]
    assert sum(row.amount_fen for row in await office.all(Receipt, Receipt.pair.is_not(None))) == 0


async def test_a_booking_taken_back(office: Office) -> None:
    room = office.rooms["020101"]
    hold = (await office.room("020101")).state_hold_id
    assert hold is not None
    await office.refused(Code.STATE, "li", release, room)
    await office.refused(Code.PERM, "wang", cancel_booking, room, "")
    await office.refused(Code.PERM, "li", cancel_booking, room, "资金", Payment(1_000_000))  # no cashier
    await office.does("li", cancel_booking, room, "资金")
    await office.does("cash", pay_back, hold, Payment(1_000_000))
    assert (await office.room("020101")).state is RoomState.AVAILABLE
    await office.does("li", book, room, office.customers["C5"], Payment(1_000_000))
    await office.does("boss", cancel_booking, room, "违约", None, True)
    forfeited = (await office.all(Hold))[-1]
    assert forfeited.money_fen == 0
    await office.refused(Code.MONEY, "cash", pay_back, forfeited.id, Payment(1))
