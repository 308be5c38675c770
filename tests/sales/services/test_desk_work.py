"""Rooms, prices, customers, tickets, appointments, approvals and the alert clock."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from admin.actor import CLOCK, Actor
from admin.right import Right
from admin.role import ROLES
from db.refusal import Code
from sales import parameters
from sales.models import (
    Alert,
    ApprovalRule,
    Building,
    Customer,
    CustomerPhone,
    FollowUp,
    Hold,
    Layout,
    PriceFactor,
    PriceItem,
    PriceList,
    Room,
    RoomState,
    Ticket,
    TicketStep,
    Visit,
)
from sales.services import appointments, tickets
from sales.services.alert_clock import acknowledge, tick
from sales.services.appointments import Wish
from sales.services.approvals import approve, reject, request, withdraw
from sales.services.customers import (
    Person,
    add_phones,
    edit_customer,
    follow_up,
    hand_customers_over,
    lose,
    merge,
    qualify,
    reassign,
    register,
    visit,
)
from sales.services.holds import extend
from sales.services.price_lists import approve_list, draft, reject_list, reprice, set_price, submit, take_effect
from sales.services.reserve import reserve
from sales.services.rooms import edit, hand_over, put_on_sale, return_to_sale, take_off_sale
from sales.services.rooms import withdraw as take_away
from sales.services.tickets import Report
from sales.states.alert import AlertLevel, AlertState
from sales.states.approval import ApprovalKind, ApprovalState
from sales.states.customer import CustomerStage
from sales.states.price_list import PriceListState
from sales.states.ticket import TicketKind, TicketState
from tests.sales.services.office import Office

FREE = "020201"
ID_NO = "440106199001011234"


def test_the_shipped_roles() -> None:
    assert Actor.of("a", "seller").may(Right.RESERVE)
    assert not Actor.of("a", "seller").may(Right.MANAGER_HOLD)
    assert ROLES["auditor"].rights == {Right.AUDIT, Right.REPORTS}
    with pytest.raises(KeyError):
        Actor.of("a", "king")


async def test_rooms_come_to_the_market_with_price_and_permit(office: Office) -> None:
    room = office.rooms["020302"]  # not released
    await office.refused(Code.PERM, "li", put_on_sale, room)

    def without(session: Session, sql: str) -> None:
        session.connection().exec_driver_sql(sql)

    await office.db.write(without, f"UPDATE price_item SET list_fen = 0 WHERE room_id = {room}")
    await office.refused(Code.MONEY, "boss", put_on_sale, room)
    await office.db.write(without, f"UPDATE price_item SET list_fen = 100 WHERE room_id = {room}")
    await office.db.write(without, "DELETE FROM permit_cover")
    await office.refused(Code.NO_PERMIT, "boss", put_on_sale, room)
    building = (await office.room("020302")).building_id
    await office.db.write(without, f"UPDATE building SET completed = '2024-03-31' WHERE id = {building}")
    await office.does("boss", put_on_sale, room)
    await office.does("boss", take_off_sale, room)
    await office.refused(Code.VALIDATION, "boss", take_away, room, " ")
    await office.does("boss", take_away, room, "样板房")
    await office.does("boss", return_to_sale, room, RoomState.NOT_RELEASED)
    assert (await office.room("020302")).state is RoomState.NOT_RELEASED


async def test_what_is_locked_in_a_room(office: Office) -> None:
    """S4-89: the area of a contracted room cannot be edited."""
    contracted, free = office.rooms["010102"], await office.room(FREE)
    await office.refused(Code.LOCKED, "boss", edit, contracted, {"built_x100": 9000})
    await office.refused(Code.LOCKED, "boss", edit, free.id, {"room_code": "020299"})
    await office.refused(Code.PERM, "li", edit, free.id, {"view": "lake"})
    await office.refused(Code.VALIDATION, "boss", edit, free.id, {"state": "sold"})
    await office.refused(Code.VALIDATION, "boss", edit, free.id, {"inner_x100": 9_999_999})
    await office.refused(Code.MONEY, "boss", edit, free.id, {"list_fen": -1})
    await office.does("boss", edit, contracted, {"view": "lake"})
    now = await office.does("boss", edit, free.id, {"built_x100": 9000}, free.row_version)
    assert now.built_x100 == 9000
    await office.refused(Code.CONFLICT, "boss", edit, free.id, {"built_x100": 8900}, free.row_version)
    await office.refused(Code.VALIDATION, "boss", edit, office.rooms["020302"], {"room_code": "abc"})


async def test_the_keys_are_handed_over(office: Office) -> None:
    await office.refused(Code.STATE, "boss", hand_over, office.deals["D2"])
    await office.does("boss", hand_over, office.deals["D1"])
    room = await office.room("010101")
    assert (room.owner_customer_id, room.handover_date) == (office.customers["C1"], date(2024, 3, 31))
    assert (await office.get(Customer, office.customers["C1"])).stage is CustomerStage.OWNER


async def building(office: Office, code: str) -> int:
    return (await office.one(Building, Building.code == code)).id


async def test_two_per_cent_more_for_what_is_not_sold(office: Office) -> None:
    """S1-60: 10,000 × 1.02 × 89 m² = 907,800; sold, held and booked rooms keep their price."""
    home = await building(office, "02")
    before = {code: (await office.room(code)).list_fen for code in office.rooms}
    await office.refused(Code.PERM, "li", reprice, home, Decimal("0.02"))
    await office.refused(Code.VALIDATION, "boss", reprice, home, Decimal(-1))
    new = await office.does("boss", reprice, home, Decimal("0.02"))
    assert (new.version, new.state) == (2, PriceListState.DRAFT)
    await office.refused(Code.STATE, "boss", approve_list, new.id)
    await office.does("boss", submit, new.id)
    await office.refused(Code.STATE, "boss", set_price, new.id, office.rooms[FREE], 1, 1)
    midnight = datetime(2024, 3, 31, 16, 0, tzinfo=UTC)  # 00:00 of April 1st in Guangzhou
    await office.does("boss", approve_list, new.id, midnight)
    office.people["clock"] = CLOCK
    # somebody takes a room before the new price: it stays at the old one
    await office.does("li", reserve, office.rooms["020301"], office.customers["C8"])
    assert await office.does("clock", take_effect) == []
    assert (await office.room(FREE)).list_fen == 89_000_000
    office.now = midnight
    assert await office.does("clock", take_effect) == [new.id]
    assert (await office.room(FREE)).list_fen == 90_780_000
    for code in ("020101", "020102", "020301", "010101", "010102"):
        assert (await office.room(code)).list_fen == before[code], code
    item = await office.one(PriceItem, PriceItem.price_list_id == new.id, PriceItem.room_id == office.rooms["020301"])
    assert item.list_fen == before["020301"]
    states = [each.state for each in await office.all(PriceList, PriceList.building_id == home)]
    assert states == [PriceListState.SUPERSEDED, PriceListState.EFFECTIVE]


async def test_a_list_from_factors(office: Office) -> None:
    """S1-61: base 10,000, south +150, near the lift −50 (this room): 10,100 × 89 m² = 898,900."""

    def factors(session: Session) -> None:
        room = session.get_one(Room, office.rooms[FREE])
        layout = session.get_one(Layout, room.layout_id)
        layout.base_unit_fen = 1_000_000
        room.custom = {"marks": ["near_lift"]}
        room.orientation = "S"
        for place, (kind, key, value) in enumerate((("orientation", "S", 15_000), ("custom", "near_lift", -5_000))):
            session.add(
                PriceFactor(
                    tenant_id=1, project_id=room.project_id, kind=kind, key=key, mode="add_unit", value_fen=value,
                    position=place,
                )
            )  # fmt: skip

    await office.db.write(factors)
    new = await office.does("boss", draft, await building(office, "02"), "四月")
    item = await office.one(PriceItem, PriceItem.price_list_id == new.id, PriceItem.room_id == office.rooms[FREE])
    assert (item.unit_fen, item.list_fen) == (1_010_000, 89_890_000)
    assert [step["key"] for step in item.factors["steps"]] == ["S", "near_lift"]
    assert (await office.room(FREE)).list_fen == 89_000_000  # not yet effective (S4-86)
    await office.does("boss", set_price, new.id, office.rooms[FREE], 1_000_000, 88_000_000)
    await office.does("boss", submit, new.id)
    await office.does("boss", reject_list, new.id, "太低")
    await office.refused(Code.STATE, "boss", submit, new.id)


async def test_a_customer_is_registered_and_found_to_be_there(office: Office) -> None:
    person = Person(
        "欧阳娜娜", ("１３８００００００01", "020-3888 0000"), "440106199001011234", facts={"channel": "热线"}
    )
    done = await office.does("li", register, person)
    assert done.similar == (office.customers["C1"],)  # 13800000001 is 陈伟's
    new = await office.get(Customer, done.customer.id)
    assert (new.pinyin_initials, new.stage, new.seller_id) == (
        "oynn",
        CustomerStage.REGISTERED,
        office.people["li"].seller,
    )
    assert new.protected_until == date(2024, 4, 30)
    assert new.id_no is not None
    assert "440106" not in new.id_no
    assert office.cipher.open("customer.id_no", new.id_no) == ID_NO
    phones = [row.phone for row in await office.all(CustomerPhone, CustomerPhone.customer_id == new.id)]
    assert phones == ["+8613800000001", "+862038880000"]
    twin = await office.does("li", register, Person("欧阳娜娜", (), ID_NO))
    assert new.id in twin.similar
    await office.refused(Code.VALIDATION, "li", register, Person("  "))
    await office.refused(Code.VALIDATION, "li", register, Person("张三", ("12",)))
    await office.refused(Code.VALIDATION, "li", register, Person("张三", facts={"stage": "sold"}))
    await office.refused(Code.PERM, "auditor", register, Person("张三"))
    # protected for 李强
    await office.refused(Code.PERM, "wang", reserve, office.rooms[FREE], new.id)
    await office.refused(Code.PERM, "wang", edit_customer, new.id, {"level": "A"})
    await office.does("li", edit_customer, new.id, {"level": "A"}, Person("欧阳娜", ("13900000000",)))
    assert (await office.get(Customer, new.id)).pinyin_initials == "oyn"


async def test_a_lead_becomes_a_customer(office: Office) -> None:
    lead = (await office.does("agent", register, Person("来电客户", ("13912345678",)), None, True)).customer
    assert (lead.stage, lead.seller_id) == (CustomerStage.LEAD, None)
    assert await office.does("agent", qualify, lead.id) is CustomerStage.REGISTERED
    await office.refused(Code.STATE, "agent", qualify, lead.id)
    project = (await office.room(FREE)).project_id
    await office.does("wang", visit, lead.id, project, 2)
    assert (await office.get(Customer, lead.id)).stage is CustomerStage.VISITED
    await office.refused(Code.VALIDATION, "wang", lose, lead.id, "")
    await office.does("wang", lose, lead.id, "价格")
    assert (await office.get(Customer, lead.id)).stage is CustomerStage.LOST
    await office.refused(Code.STATE, "wang", lose, lead.id, "价格")
    office.later(days=2)
    await office.does("wang", follow_up, lead.id, "电话", "又有兴趣", None, date(2024, 4, 9))
    again = await office.get(Customer, lead.id)
    assert (again.stage, again.next_contact) == (CustomerStage.REGISTERED, date(2024, 4, 9))
    await office.does("wang", reserve, office.rooms[FREE], lead.id)
    await office.refused(Code.STATE, "wang", lose, lead.id, "价格")


async def test_two_rows_of_one_person(office: Office) -> None:
    keep, other = office.customers["C8"], office.customers["C6"]  # C6 has the hold of 020102
    await office.refused(Code.PERM, "li", merge, keep, other)
    await office.refused(Code.VALIDATION, "boss", merge, keep, keep)
    await office.does("boss", merge, keep, other)
    assert (await office.get(Hold, (await office.room("020102")).state_hold_id or 0)).customer_id == keep
    assert (await office.get(Customer, keep)).stage is CustomerStage.RESERVED
    assert len(await office.all(Visit, Visit.customer_id == other)) == 0
    await office.refused(Code.NOT_FOUND, "li", reserve, office.rooms[FREE], other)
    await office.refused(Code.VALIDATION, "boss", merge, keep, other)


async def test_customers_change_hands(office: Office) -> None:
    li, wang = office.people["li"].seller, office.people["wang"].seller
    assert li is not None
    assert wang is not None
    theirs = await office.all(Customer, Customer.seller_id == li)
    await office.refused(Code.PERM, "li", hand_customers_over, [theirs[0].id], wang)
    assert await office.does("boss", hand_customers_over, [theirs[0].id], wang) == 1
    assert await office.does("boss", reassign, li, wang) == len(theirs) - 1
    assert await office.all(Customer, Customer.seller_id == li) == []
    await office.does("wang", lambda desk: add_phones(desk, theirs[0].id, ("13700000001",)))
    assert len(await office.all(FollowUp)) == 0


async def test_sellers_sell_assigned_rooms(office: Office) -> None:
    await office.db.write(
        lambda s: parameters.change(s, 1, None, "assign_required", True, office.now.date(), "test") and None
    )
    room = await office.room(FREE)
    await office.refused(Code.PERM, "li", reserve, room.id, office.customers["C8"])

    def assign(session: Session) -> None:
        from sales.models import RoomAssignment

        session.add(
            RoomAssignment(
                tenant_id=1, seller_id=office.people["li"].seller, project_id=room.project_id,
                building_id=room.building_id, valid_from=date(2024, 3, 31), valid_to=date(2024, 3, 31),
            )
        )  # fmt: skip

    await office.db.write(assign)
    await office.does("li", reserve, room.id, office.customers["C8"])
    office.later(days=1)
    await office.refused(Code.PERM, "li", reserve, office.rooms["020301"], office.customers["C8"])


async def test_approvals_go_step_by_step(office: Office) -> None:
    await office.db.write(
        lambda s: s.add(
            ApprovalRule(tenant_id=1, kind=ApprovalKind.DEFERRAL, from_fen=100, steps=["manager", "leader"])
        )
    )
    small = await office.does("li", request, ApprovalKind.DEFERRAL, ("room", 1), "缓交", 99)
    assert (await office.does("boss", approve, small.id)).state is ApprovalState.APPROVED
    big = await office.does("li", request, ApprovalKind.DEFERRAL, ("room", 1), "缓交", 100)
    await office.refused(Code.PERM, "finance", approve, big.id)
    assert (await office.does("boss", approve, big.id)).state is ApprovalState.PENDING
    await office.refused(Code.PERM, "boss", approve, big.id)  # the leader's turn
    assert (await office.does("leader", approve, big.id)).state is ApprovalState.APPROVED
    await office.refused(Code.STATE, "leader", reject, big.id, "晚了")
    mine = await office.does("boss", request, ApprovalKind.DEFERRAL, ("room", 1), "缓交", 1)
    await office.refused(Code.PERM, "boss", approve, mine.id)  # not one's own
    await office.refused(Code.PERM, "li", withdraw, mine.id)
    await office.does("boss", withdraw, mine.id)
    other = await office.does("li", request, ApprovalKind.DEFERRAL, ("room", 1), "缓交", 1)
    assert (await office.does("boss", reject, other.id, "不行")).state is ApprovalState.REJECTED


async def test_the_alerts_of_m09(office: Office) -> None:
    office.people["clock"] = CLOCK
    await office.does("clock", tick)
    told = {(row.type, row.subject): (row.due, row.level) for row in await office.all(Alert)}
    assert told == {
        ("hold_expiry", "020102"): (date(2024, 4, 1), AlertLevel.ORANGE),
        ("sign_due", "010202"): (date(2024, 4, 1), AlertLevel.ORANGE),
        ("receivable_overdue", "A5"): (date(2024, 3, 20), AlertLevel.RED),
        ("filing_due", "HT0002"): (date(2024, 3, 7), AlertLevel.RED),
    }
    before = await office.everything()
    assert await office.does("clock", tick) == (0, 0, 0, False)
    assert await office.everything() == before
    hold = await office.one(Alert, Alert.type == "hold_expiry")
    await office.does("wang", acknowledge, hold.id)
    await office.does("wang", extend, office.rooms["020102"])
    assert (await office.get(Alert, hold.id)).state is AlertState.RESOLVED
    office.later(days=2)
    counted = await office.does("clock", tick)
    assert counted.raised == 1  # signing is overdue now
    assert (await office.one(Alert, Alert.type == "sign_due")).level is AlertLevel.RED
    await office.db.write(
        lambda s: parameters.change(s, 1, None, "alert_master_on", False, office.now.date(), "test") and None
    )
    office.later(days=60)
    assert (await office.does("clock", tick)).off


async def test_a_hold_is_reminded_of_to_the_hour(office: Office) -> None:
    """S4-79 and S4-80: held 03-29 10:00, expires 04-01 10:00, alert 03-31 10:00."""
    office.people["clock"] = CLOCK
    office.now = datetime(2024, 3, 29, 2, tzinfo=UTC)
    hold = await office.does("li", reserve, office.rooms[FREE], office.customers["C8"])
    office.now = datetime(2024, 3, 31, 1, 59, 59, tzinfo=UTC)
    await office.does("clock", tick)
    mine = (Alert.entity == "hold", Alert.entity_id == hold)
    assert await office.all(Alert, *mine) == []
    office.later(seconds=1)
    await office.does("clock", tick)
    assert len(await office.all(Alert, *mine)) == 1


async def test_a_ticket_from_the_call_to_the_end(office: Office) -> None:
    report = Report(TicketKind.REPAIR, "水管漏水", customer=office.customers["C1"], room=office.rooms["010101"])
    ticket = await office.does("agent", tickets.open_ticket, report)
    assert ticket.ticket_no == "T20240331-0001"
    assert (ticket.answer_due, ticket.resolve_due) == (
        office.now + timedelta(hours=2),
        office.now + timedelta(hours=48),
    )
    await office.refused(Code.VALIDATION, "agent", tickets.open_ticket, Report(TicketKind.REPAIR, " "))
    await office.refused(Code.STATE, "agent", tickets.begin, ticket.id)
    await office.refused(Code.PERM, "auditor", tickets.accept, ticket.id)
    await office.does("agent", tickets.accept, ticket.id)
    await office.does("agent", tickets.assign, ticket.id, "工程部")
    await office.refused(Code.VALIDATION, "agent", tickets.assign, ticket.id, "工程部")
    await office.does("agent", tickets.assign, ticket.id, "物业部")
    await office.does("agent", tickets.begin, ticket.id)
    office.people["clock"] = CLOCK
    office.later(hours=48)
    await office.does("clock", tick)
    assert (await office.get(Ticket, ticket.id)).escalation == 1
    assert (await office.one(Alert, Alert.type == "complaint_sla")).subject == ticket.ticket_no
    office.later(hours=24)
    await office.does("clock", tick)
    assert (await office.get(Ticket, ticket.id)).escalation == 2
    await office.refused(Code.VALIDATION, "agent", tickets.resolve, ticket.id, "")
    await office.does("agent", tickets.resolve, ticket.id, "已更换")
    await office.does("agent", tickets.reopen_ticket, ticket.id, "还在漏")
    await office.does("agent", tickets.resolve, ticket.id, "再次更换")
    await office.refused(Code.VALIDATION, "agent", tickets.ask_back, ticket.id, 6)
    await office.does("agent", tickets.ask_back, ticket.id, 4)
    done = await office.does("agent", tickets.close_ticket, ticket.id)
    assert (done.state, done.reopened, done.satisfaction) == (TicketState.CLOSED, 1, 4)
    assert len(await office.all(TicketStep, TicketStep.ticket_id == ticket.id)) == 10
    assert (await office.one(Alert, Alert.type == "complaint_sla")).state is AlertState.RESOLVED
    other = await office.does("agent", tickets.open_ticket, Report(TicketKind.ENQUIRY, "问价"))
    await office.does("agent", tickets.reject_ticket, other.id, "重复")


async def test_an_appointment_is_kept_or_missed(office: Office) -> None:
    project = (await office.room(FREE)).project_id
    wish = Wish(project, date(2024, 4, 2), "morning", customer=office.customers["C8"])
    await office.refused(Code.VALIDATION, "agent", appointments.make, Wish(project, date(2024, 4, 2)))
    await office.refused(Code.VALIDATION, "agent", appointments.make, Wish(project, date(2024, 3, 30), name="张三"))
    first = await office.does("agent", appointments.make, wish)
    await office.does("agent", appointments.confirm, first.id)
    await office.refused(Code.STATE, "agent", appointments.confirm, first.id)
    await office.does("agent", appointments.move_to, first.id, date(2024, 4, 3), "afternoon")
    await office.refused(Code.VALIDATION, "agent", appointments.missed, first.id)
    office.later(days=3)
    await office.does("boss", appointments.came, first.id, 3)
    (*_, seen) = await office.all(Visit, Visit.customer_id == office.customers["C8"])
    assert (seen.people, seen.appointment_id) == (3, first.id)
    assert (await office.get(Customer, office.customers["C8"])).stage is CustomerStage.VISITED
    second = await office.does("agent", appointments.make, Wish(project, date(2024, 4, 5), phone="13812345678"))
    office.later(days=5)
    await office.does("agent", appointments.missed, second.id)
    full = [Wish(project, date(2024, 4, 20), "evening", name=f"客户{n}") for n in range(20)]
    rows = [await office.does("agent", appointments.make, each) for each in full]
    await office.refused(Code.LIMIT, "agent", appointments.make, full[0])
    await office.does("agent", appointments.cancel, rows[0].id)
    await office.does("agent", appointments.make, full[0])


async def test_what_changed_meanwhile_is_refused(office: Office) -> None:
    """A row read before somebody else changed it."""
    stale = await office.get(Customer, office.customers["C8"])

    def change(session: Session) -> None:
        session.execute(update(Customer).where(Customer.id == stale.id).values(row_version=99))

    await office.db.write(change)

    def save(desk: object) -> None:
        session: Session = desk.session  # type: ignore[attr-defined]
        session.add(stale)
        stale.note = "x"

    await office.refused(Code.CONFLICT, "li", save)
