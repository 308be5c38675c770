"""What people type by mistake or on purpose, through the services (sheets: `tests/sales/sheets`)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from db.refusal import Code
from db.tenant import HOME
from sales.models import Customer, CustomerPhone, Deal, DealBuyer
from sales.money.fee import FeeType
from sales.queries import card_of, customer_by_phone, search_customers, timeline_of
from sales.queries.customer_search import CustomerWish
from sales.services import invoices, price_lists
from sales.services.booking import book
from sales.services.customers import Person, register
from sales.services.payment import Payment
from sales.services.presubscriptions import presubscribe
from sales.services.receipts import pay_out_advance
from sales.services.receivables import charge
from sales.services.receive import receive
from sales.services.reserve import Terms, reserve
from sales.services.rooms import edit, take_off_sale
from sales.states.deal import DealState
from tests.sales.services.office import Office

FREE = "020201"
TOO_MUCH = 10**15 + 1  # fen: more than 10^13 yuan, and far more than 10^12


@pytest.mark.parametrize("fen", [-1, 0, -(10**14), TOO_MUCH, 10**30])
async def test_no_service_takes_such_money(office: Office, fen: int) -> None:
    room, customer, deal = office.rooms[FREE], office.customers["C8"], office.deals["D2"]
    project = (await office.room(FREE)).project_id
    buyer, money, today = office.customers["C2"], Payment(fen), office.now.date()
    made = await office.does("boss", price_lists.reprice, (await office.room(FREE)).building_id, Decimal("0.01"))
    for act in (
        ("cash", receive, customer, money),
        ("cash", receive, buyer, money, "楼款", deal),
        ("cash", pay_out_advance, customer, money),
        ("li", book, room, customer, money),
        ("li", reserve, room, customer, Terms(money=money)),
        ("li", presubscribe, project, "A", customer, money),
        ("finance", charge, deal, FeeType.DEED_TAX, fen, today),
        ("finance", invoices.issue, deal, fen),
        ("boss", price_lists.set_price, made.id, room, fen, 89_000_000),
        ("boss", price_lists.set_price, made.id, room, 1_000_000, fen),
    ):
        who, service, *rest = act
        await office.refused(Code.MONEY, who, service, *rest)


async def test_a_million_million_is_kept_to_the_fen(office: Office) -> None:
    """10^12 yuan and one fen: nonsense, but no number that breaks anything."""
    fen = 10**14 + 1
    paid = await office.does("cash", receive, office.customers["C8"], Payment(fen))
    assert paid.amount_fen == fen
    back = await office.does("cash", pay_out_advance, office.customers["C8"], Payment(fen))
    assert back.amount_fen == -fen


@pytest.mark.parametrize(
    "changes",
    [
        {"room_code": "A01"}, {"room_code": "02"}, {"room_code": "０２０３０２"}, {"room_code": "0203020"},
        {"room_code": ""}, {"built_x100": 0}, {"built_x100": -8900}, {"built_x100": 10**12},
        {"built_x100": Decimal("89.005")}, {"built_x100": 89.005}, {"inner_x100": 99_999}, {"inner_x100": 0},
        {"inner_x100": 71.5}, {"state": "sold"}, {"id": 1},
    ],
)  # fmt: skip
async def test_no_room_becomes_so(office: Office, changes: dict[str, Any]) -> None:
    """Areas are whole hundredths of m²: one with three decimals is none."""
    await office.does("boss", take_off_sale, office.rooms[FREE])
    await office.refused(Code.VALIDATION, "boss", edit, office.rooms[FREE], changes)


async def test_a_code_that_another_room_has(office: Office) -> None:
    await office.does("boss", take_off_sale, office.rooms[FREE])
    await office.refused(Code.DUPLICATE, "boss", edit, office.rooms[FREE], {"room_code": "020301"})


async def test_a_number_in_full_width_with_what_cannot_be_seen(office: Office) -> None:
    made = await office.does("li", register, Person("刘洋", ("１３９\u200b１２３４\ufeff５６７８", "139-1234-5678")))
    numbers = await office.all(CustomerPhone, CustomerPhone.customer_id == made.customer.id)
    assert [row.phone for row in numbers] == ["+8613912345678"]
    found = await office.db.read(customer_by_phone, HOME, "+8613912345678")
    assert found is not None
    assert found.id == made.customer.id
    again = await office.does("li", register, Person("刘洋", ("+86 139 1234 5678",)))
    assert again.similar == (made.customer.id,)
    for number in ("", "\u200b", "12", "abc", "１" * 50, "+86" + "1" * 30, "13912345678x"):
        await office.refused(Code.VALIDATION, "li", register, Person("刘洋", (number,)))


async def test_one_identity_twice_is_told(office: Office) -> None:
    """A warning, nothing is refused (SPEC §2.4.1)."""
    first = await office.does("li", register, Person("刘洋", (), "440106199001011234"))
    second = await office.does("wang", register, Person("刘洋", (), " 440106199001011234 "))
    assert second.similar == (first.customer.id,)


@pytest.mark.parametrize("name", ["😀李🏠", "李\u200d四", "=cmd|' /C calc'!A0", "O'Brien; DROP TABLE room", "ﷺ" * 21])
async def test_any_name_is_kept_as_it_is(office: Office, name: str) -> None:
    made = await office.does("li", register, Person(name, ("13912345678",)))
    assert (await office.get(Customer, made.customer.id)).name == name
    card = await office.db.read(card_of, HOME, "+8613912345678", office.now)
    assert [person.name for person in card.people] == [name]


@pytest.mark.parametrize("name", ["", " \t", "王" * 65, "王\0芳", "\ud83d"])
async def test_no_name(office: Office, name: str) -> None:
    await office.refused(Code.VALIDATION, "li", register, Person(name))


# -- a customer with five hundred deals ----


async def buy(office: Office, customer: int, count: int) -> None:
    """So many deals that have ended, one after the other, of one room."""
    room = await office.room(FREE)
    seller = office.people["li"].seller
    assert seller is not None
    day = office.now.date() - timedelta(days=count)

    def write(session: Session) -> None:
        for number in range(count):
            deal = Deal(
                tenant_id=HOME, deal_no=f"RGX{number:04d}", project_id=room.project_id, room_id=room.id,
                customer_id=customer, seller_id=seller, state=DealState.LAPSED, plan_kind="lump_sum", plan_snapshot={},
                list_fen=1_000_000, unit_fen=100, deal_fen=1_000_000, sub_date=day + timedelta(days=number),
                end_date=day + timedelta(days=number),
            )  # fmt: skip
            session.add(deal)
            session.flush()
            session.add(DealBuyer(tenant_id=HOME, deal_id=deal.id, customer_id=customer, position=1, share=Decimal(1)))

    await office.db.write(write)


def empty(session: Session, table: str, customer: int) -> None:
    session.execute(text(f"DELETE FROM {table} WHERE customer_id = {customer}"))


async def test_who_has_five_hundred_deals(office: Office) -> None:
    """The card shows the latest, the line of time a bounded part, and neither asks more questions than for one deal."""
    customer = office.customers["C8"]
    phone = (await office.one(CustomerPhone, CustomerPhone.customer_id == customer)).phone
    asked: list[str] = []

    def count(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        asked.append(sql)

    async def look() -> tuple[int, Any, Any, Any]:
        asked.clear()
        card = await office.db.read(card_of, HOME, phone, office.now)
        line = await office.db.read(timeline_of, HOME, customer, office.now.date())
        page = await office.db.read(search_customers, HOME, CustomerWish(phone=phone))
        return len(asked), card, line, page

    event.listen(Engine, "before_cursor_execute", count)
    try:
        await buy(office, customer, 1)
        few, *_ = await look()
        for table in ("deal_buyer", "deal"):
            await office.db.write(empty, table, customer)
        await buy(office, customer, 500)
        many, card, line, page = await look()
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert many <= few
    [person] = card.people
    assert len(person.deals) == 5
    assert person.deals[0].deal_no == "RGX0499"
    assert sum(moment.section == "deal" for moment in line) == 500
    assert page.total == 1
