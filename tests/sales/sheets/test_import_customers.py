"""A list of customers into the house, and out of it no further than it should go."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.actor import Actor
from calls.clock import FixedClock
from db.cipher import Cipher
from db.refusal import Code, Refused
from db.tenant import HOME
from db.work import Database
from sales.codes import ship
from sales.fixture import load_fixture
from sales.models import Customer, CustomerPhone
from sales.services.acting import Acting
from sales.sheets.cell import Cell, Line
from sales.sheets.customer_list import CUSTOMER_LIST
from sales.sheets.export_customers import export_customers
from sales.sheets.import_customers import ID_NO, ImportedCustomers, import_customers
from sales.sheets.read import read
from sales.sheets.sheet import Parsed
from sales.sheets.write import write
from tests.db.engines import NOON

CIPHER = Cipher(bytes(32))
CLOCK = FixedClock(NOON)
MANAGER = Acting(Actor.of("wang", "manager"), CLOCK.now, CIPHER)
HEAD: tuple[Cell, ...] = ("客户姓名", "手机", "备用电话", "身份证号", "渠道", "预算(万元)", "置业顾问")
ID = "11010519491231002X"


@pytest.fixture
async def t(db: Database) -> Database:
    await db.write(load_fixture, "T")
    return db


def sheet(*rows: tuple[Cell, ...]) -> Parsed:
    return CUSTOMER_LIST.parse([Line(number, cells) for number, cells in enumerate((HEAD, *rows), 1)])


async def imported(db: Database, parsed: Parsed, **how: bool) -> ImportedCustomers:
    return await db.write(MANAGER(import_customers), parsed, **how)


async def counted(db: Database) -> int:
    return await db.read(lambda s: s.scalar(select(func.count()).select_from(Customer)) or 0)


async def test_customers_with_their_numbers_sealed_and_found_again(t: Database) -> None:
    await t.write(ship, HOME)
    before = await counted(t)
    done = await imported(
        t,
        sheet(
            ("曾小🏠明", "１３９ 1111 2222、13911112223", "020-38881234", ID, "newspaper", 120.5, None),
            ("Emily Stone", "+1 212 555 0100", None, None, "地铁广告", None, None),
        ),
    )
    assert (done.new, done.faults, done.saved) == (2, [], True)
    assert await counted(t) == before + 2

    def look(session: Session) -> tuple[Customer, list[str], str | None]:
        customer = session.scalars(select(Customer).where(Customer.id_hash == CIPHER.hash(ID_NO, ID))).one()
        phones = select(CustomerPhone.phone).where(CustomerPhone.customer_id == customer.id)
        other = session.scalar(select(Customer.channel).where(Customer.name == "Emily Stone"))
        return customer, list(session.scalars(phones.order_by(CustomerPhone.position))), other

    customer, phones, other = await t.read(look)
    assert customer.name == "曾小🏠明"
    assert (customer.pinyin, customer.pinyin_initials) == ("zengxiaoming", "zxm")
    assert phones == ["+8613911112222", "+8613911112223", "+862038881234"]
    assert (customer.budget_fen, customer.channel, customer.id_type) == (120_500_000, "报纸", "id_card")
    assert other == "地铁广告"
    assert customer.id_no is not None
    assert ID not in customer.id_no
    assert CIPHER.open(ID_NO, customer.id_no) == ID


async def test_who_comes_without_a_number_gets_one(t: Database) -> None:
    await imported(t, sheet(("曾小明", "13911112222"), ("Emily Stone", "+1 212 555 0100")))
    named = select(Customer.no).where(Customer.name.in_(("曾小明", "Emily Stone"))).order_by(Customer.id)
    numbers = await t.read(lambda s: list(s.scalars(named)))
    assert numbers == ["KH20240331-0001", "KH20240331-0002"]


async def test_who_is_known_already_is_a_fault_of_the_line(t: Database) -> None:
    before = await counted(t)
    rows: list[tuple[Cell, ...]] = [
        ("甲", "13911112222", None, ID, None, None, None),
        ("陈伟", "138 0000 0001", None, None, None, None, None),  # of fixture T
        ("乙", "13911112223", "13911112222", None, None, None, None),
        ("丙", "13911112224", None, ID, None, None, None),
        ("丁", "13911112225", None, None, None, None, "没有这个人"),
        ("戊", "110", None, None, None, -1, None),
    ]
    dry = await imported(t, sheet(*rows), dry_run=True)
    assert [(fault.line, fault.column.zh, fault.why.en) for fault in dry.faults] == [
        (3, "电话", "a customer has this number"),
        (4, "电话", "it is on line 2 already"),
        (5, "证件号码", "it is on line 2 already"),
        (6, "销售员", "no such salesperson, or several: write the code"),
        (7, "电话", "“110” is not a telephone number"),
        (7, "预算", "an amount is not negative"),
    ]
    assert (dry.new, await counted(t)) == (1, before)
    with pytest.raises(Refused, match="6 faults") as refusal:
        await imported(t, sheet(*rows))
    assert refusal.value.code is Code.VALIDATION
    assert await counted(t) == before
    done = await imported(t, sheet(*rows), skip_bad=True)
    assert (done.new, await counted(t)) == (1, before + 1)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
async def test_an_export_shows_no_identity_and_masks_the_numbers_of_others(
    t: Database, ending: str, tmp_path: Path
) -> None:
    await imported(t, sheet(("甲", "13911112222", None, ID, None, None, None)))
    whole = await t.read(MANAGER(export_customers))
    assert [record["phones"] for record in whole if record["name"] == "甲"] == [("+8613911112222",)]
    assert all(record["id_no"] is None for record in whole)
    seller = Acting(Actor.of("li", "seller"), CLOCK.now)
    masked = await t.read(seller(export_customers))
    assert [record["phones"] for record in masked if record["name"] == "甲"] == [("139****2222",)]
    with pytest.raises(Refused):
        await t.read(Acting(Actor.of("x", "auditor"), CLOCK.now)(export_customers))
    file = tmp_path / f"customers.{ending}"
    assert write(file, CUSTOMER_LIST, whole) == await counted(t)
    again = CUSTOMER_LIST.parse(read(file))
    assert again.faults == []
    assert [record.values for record in again.records] == [record.values for record in whole]


async def test_two_thousand_at_once(t: Database) -> None:
    rows: list[tuple[Cell, ...]] = [("客户", f"139{number:08}", *[None] * 5) for number in range(2000)]
    before = await counted(t)
    assert (await imported(t, sheet(*rows))).new == 2000
    assert await counted(t) == before + 2000
