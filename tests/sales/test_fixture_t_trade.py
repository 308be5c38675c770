"""All of fixture T's rows are in the database as SPEC §3.1 has them, on both engines."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from admin.actor import CLOCK
from db import audit
from db.cipher import Cipher
from db.tenant import HOME
from db.work import Database
from sales.fixture import load_demo, load_fixture
from sales.models import (
    Allocation,
    Appointment,
    Contract,
    ContractNo,
    Customer,
    CustomerPhone,
    Deal,
    DealBuyer,
    DealSeller,
    Exchange,
    Hold,
    Invoice,
    Layout,
    Mortgage,
    PermitCover,
    PresalePermit,
    Receipt,
    Receivable,
    Refund,
    Rename,
    Room,
    RoomStateLog,
    Salesperson,
    Visit,
)
from sales.queries import customer_by_phone
from sales.services import holds
from sales.services.acting import Acting
from sales.states.contract_no import ContractNoState
from sales.states.deal import DealState
from sales.states.receipt import ReceiptKind
from tests.sales.golden import fixture

CIPHER = Cipher(bytes(range(32)))
PLANS = {"lump_sum": "一次性", "instalment": "分期", "mortgage": "按揭"}
METHODS = {"equal_instalment": "等额本息", "equal_principal": "等额本金"}


@pytest.fixture
async def t(db: Database) -> Database:
    assert await db.write(load_fixture, "T", CIPHER) is True
    return db


def rows(session: Session, *columns: Any, joins: tuple[Any, ...] = (), order: Any = None) -> list[tuple[Any, ...]]:
    asked = select(*columns)
    for table, on in joins:
        asked = asked.outerjoin(table, on)
    return [tuple(row) for row in session.execute(asked.order_by(order if order is not None else columns[0]))]


def iso(*days: Any) -> tuple[Any, ...]:
    return tuple(day.isoformat() if hasattr(day, "isoformat") else day for day in days)


def golden(kind: str, *names: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(row[name] for name in names) for row in fixture(kind))


async def test_customers_with_their_sellers(t: Database) -> None:
    def told(session: Session) -> list[tuple[Any, ...]]:
        found = rows(
            session, Customer.no, Customer.name, Customer.gender, Customer.birth, CustomerPhone.phone, Customer.edu,
            Customer.income, Customer.district, Customer.channel, Customer.reason, Customer.transport,
            Customer.employer_type, Customer.registered, Salesperson.code,
            joins=(
                (CustomerPhone, CustomerPhone.customer_id == Customer.id),
                (Salesperson, Salesperson.id == Customer.seller_id),
            ),
        )  # fmt: skip
        return sorted(iso(*row) for row in found if row[0] != "C11")

    names = "id,name,gender,birth,phone,edu,income,district,channel,reason,transport,employer,registered,seller"
    expected = [(*row[:4], "+86" + row[4], *row[5:]) for row in golden("customers", *names.split(","))]
    assert await t.read(told) == expected


async def test_identity_cards_are_sealed_and_found_by_their_hash(t: Database) -> None:
    def told(session: Session) -> Customer:
        return session.scalars(
            select(Customer).where(Customer.id_hash == CIPHER.hash("customer.id_no", "440106198506150033"))
        ).one()

    chen = await t.read(told)
    assert chen.name == "陈伟"
    assert chen.id_no is not None
    assert "4401" not in chen.id_no
    assert CIPHER.open("customer.id_no", chen.id_no) == "440106198506150033"
    assert (chen.pinyin, chen.pinyin_initials) == ("chenwei", "cw")


async def test_without_a_cipher_nobody_has_an_identity_card(db: Database) -> None:
    await db.write(load_fixture, "T")
    assert await db.read(lambda s: s.scalar(select(func.count(Customer.id_no)))) == 0


async def test_deals_with_rooms_contracts_and_chains(t: Database) -> None:
    def told(session: Session) -> list[tuple[Any, ...]]:
        before = aliased(Deal)
        found = rows(
            session, Deal.deal_no, Room.room_code, Customer.no, Salesperson.code, Deal.plan_kind, Deal.discount,
            Deal.list_fen, Deal.deal_fen, Deal.sub_date, Deal.sign_due, ContractNo.no, Deal.sign_date,
            Deal.formal_date, Deal.sold_date, Deal.state, Deal.end_date, before.deal_no,
            joins=(
                (Room, Room.id == Deal.room_id),
                (Customer, Customer.id == Deal.customer_id),
                (Salesperson, Salesperson.id == Deal.seller_id),
                (Contract, Contract.deal_id == Deal.id),
                (ContractNo, ContractNo.id == Contract.contract_no_id),
                (before, before.id == Deal.prev_deal_id),
            ),
        )  # fmt: skip
        return sorted((iso(*row[:4], PLANS[row[4]], str(row[5]), *row[6:])) for row in found)

    names = (
        "id,room,customer,seller,plan,discount,list_fen,deal_fen,sub_date,sign_due,contract_no,sign_date,formal_date,"
        "sold_date,state,end_date,prev"
    )
    assert await t.read(told) == golden("deals", *names.split(","))


async def test_each_deal_has_its_buyer_and_seller_in_full(t: Database) -> None:
    for table, column, mine in (
        (DealBuyer, DealBuyer.customer_id, Deal.customer_id),
        (DealSeller, DealSeller.seller_id, Deal.seller_id),
    ):
        whole = select(Deal.id).join(table, table.deal_id == Deal.id).where(column == mine, table.share == Decimal(1))
        assert await t.read(lambda s, whole=whole: len(s.scalars(whole).all())) == 7  # type: ignore[misc]


async def test_rooms_point_to_who_has_them(t: Database) -> None:
    def told(session: Session) -> dict[str, str]:
        holds = select(Room.room_code, Hold.no).join(Hold, Hold.id == Room.state_hold_id)
        deals = select(Room.room_code, Deal.deal_no).join(Deal, Deal.id == Room.state_deal_id)
        return {str(code): str(no) for asked in (holds, deals) for code, no in session.execute(asked)}

    live = {row["room"]: row["id"] for row in fixture("deals") if row["state"] in ("subscribed", "contracted", "sold")}
    held = {row["room"]: row["id"] for row in fixture("holds") if row["state"] == "active"}
    assert await t.read(told) == live | held
    assert live | held == {
        "010101": "D1", "010102": "D2", "010201": "D3", "010202": "D4", "010301": "D5", "020102": "H1", "020101": "H2",
    }  # fmt: skip


async def test_holds(t: Database) -> None:
    def told(session: Session) -> list[tuple[Any, ...]]:
        found = rows(
            session, Hold.no, Hold.kind, Customer.no, Room.room_code, Salesperson.code, Hold.money_fen, Hold.state,
            joins=(
                (Customer, Customer.id == Hold.customer_id),
                (Room, Room.id == Hold.room_id),
                (Salesperson, Salesperson.id == Hold.seller_id),
            ),
        )  # fmt: skip
        return sorted(tuple(map(str, row)) for row in found)

    expected = golden("holds", "id", "kind", "customer", "room", "seller", "money_fen", "state")
    assert await t.read(told) == [tuple(map(str, row)) for row in expected]


async def test_the_clock_of_today_leaves_the_demos_holds_alone(db: Database) -> None:
    """A caller who asks twice hears the same rooms: 020101 and 020102 became free a minute after the start."""
    assert await db.write(load_demo, CIPHER) is True
    assert await db.write(Acting(CLOCK, lambda: datetime(2026, 11, 30, tzinfo=UTC))(holds.expire)) == []
    assert await db.write(load_demo, CIPHER) is False


async def test_receivables_are_paid_by_receipts_of_their_deal(t: Database) -> None:
    def told(session: Session) -> dict[str, tuple[Any, ...]]:
        found = rows(
            session, Receivable.no, Deal.deal_no, Receivable.seq, Receivable.fee_type, Receivable.due_date,
            Receivable.amount_fen, Receivable.paid_fen, joins=((Deal, Deal.id == Receivable.deal_id),),
        )  # fmt: skip
        return {row[0]: iso(*row[1:]) for row in found}

    def paid(session: Session) -> dict[str, list[tuple[Any, ...]]]:
        found = rows(
            session, Receivable.no, Receipt.date, Allocation.amount_fen,
            joins=(
                (Allocation, Allocation.receivable_id == Receivable.id),
                (Receipt, Receipt.id == Allocation.receipt_id),
            ),
        )  # fmt: skip
        return {no: [iso(day, fen)] for no, day, fen in found if fen is not None}

    assert await t.read(told) == {
        row["id"]: (
            row["deal"], row["seq"], row["fee"], row["due"], row["amount_fen"], sum(fen for _, fen in row["paid"]),
        )
        for row in fixture("recv")
    }  # fmt: skip
    expected = {row["id"]: [(day, fen) for day, fen in row["paid"]] for row in fixture("recv") if row["paid"]}
    assert await t.read(paid) == expected


async def test_the_states_of_receivables_follow_the_money(t: Database) -> None:
    found = await t.read(lambda s: dict(rows(s, Receivable.no, Receivable.state)))
    assert {no: found[no] for no in ("A1", "A5", "A6", "A11", "A15")} == {
        "A1": "paid", "A5": "partial", "A6": "active", "A11": "planned", "A15": "active",
    }  # fmt: skip


async def test_receipts_and_the_money_moved_by_the_exchange(t: Database) -> None:
    def told(session: Session) -> list[tuple[Any, ...]]:
        found = rows(
            session, Receipt.no, Receipt.date, Customer.no, func.coalesce(Deal.deal_no, Hold.no), Receipt.fee_type,
            Receipt.method, Receipt.amount_fen,
            joins=(
                (Customer, Customer.id == Receipt.customer_id),
                (Deal, Deal.id == Receipt.deal_id),
                (Hold, Hold.id == Receipt.hold_id),
            ),
        )  # fmt: skip
        return sorted(iso(*row) for row in found)

    everything = await t.read(told)
    moved = [row for row in everything if row[0].startswith("ZZ")]
    assert [row for row in everything if row not in moved] == golden(
        "receipts", "no", "date", "customer", "ref", "fee", "method", "fen"
    )
    assert [(no, deal, fen) for no, _, _, deal, _, _, fen in moved] == [
        ("ZZ0001", "D3a", -2_000_000), ("ZZ0002", "D3", 2_000_000),
    ]  # fmt: skip
    balance = select(func.sum(Receipt.amount_fen)).where(Receipt.kind == ReceiptKind.TRANSFER)
    assert await t.read(lambda s: s.scalar(balance)) == 0


async def test_the_rest_of_the_rows(t: Database) -> None:
    def told(session: Session) -> dict[str, Any]:
        deal, who = (Deal, Deal.id == Invoice.deal_id), Customer
        renamed, to = aliased(Customer), aliased(Customer)
        old, new = aliased(Deal), aliased(Deal)
        return {
            "invoices": rows(session, Invoice.no, Invoice.date, Deal.deal_no, Invoice.amount_fen, joins=(deal,)),
            "mort": rows(
                session, Mortgage.no, Deal.deal_no, Mortgage.bank, Mortgage.loan_fen, Mortgage.months, Mortgage.annual,
                Mortgage.method, Mortgage.state, Mortgage.docs_complete, Mortgage.submitted, Mortgage.approved,
                Mortgage.disbursed, Mortgage.first_due, joins=((Deal, Deal.id == Mortgage.deal_id),),
            ),
            "visits": rows(
                session, Visit.date, Customer.no, Salesperson.code, order=Visit.id,
                joins=((who, who.id == Visit.customer_id), (Salesperson, Salesperson.id == Visit.seller_id)),
            ),
            "appointments": rows(
                session, Appointment.no, Customer.no, Appointment.made, Appointment.via, Layout.code,
                Appointment.budget_fen, Appointment.visit_at, Salesperson.code, Appointment.state,
                joins=(
                    (who, who.id == Appointment.customer_id), (Layout, Layout.id == Appointment.layout_id),
                    (Salesperson, Salesperson.id == Appointment.seller_id),
                ),
            ),
            "renames": rows(
                session, Deal.deal_no, Rename.date, renamed.no, to.no, Rename.relation, Rename.fee_fen,
                joins=(
                    (Rename, Rename.deal_id == Deal.id), (renamed, renamed.id == Rename.from_customer_id),
                    (to, to.id == Rename.to_customer_id),
                ),
            ),
            "refunds": rows(
                session, Deal.deal_no, Refund.date, Refund.reason, Refund.paid_fen, Refund.penalty_fen,
                Refund.refund_fen, Refund.approver, joins=((Refund, Refund.deal_id == Deal.id),),
            ),
            "exchanges": rows(
                session, old.deal_no, new.deal_no, Exchange.date, Exchange.reason, Exchange.moved_fen,
                Exchange.diff_fen,
                joins=((Exchange, Exchange.old_deal_id == old.id), (new, new.id == Exchange.new_deal_id)),
            ),
        }  # fmt: skip

    found = await t.read(told)
    for kind in found:
        told_rows = [iso(*row) for row in found[kind]]
        if kind == "mort":
            told_rows = [(*row[:5], str(row[5]), METHODS[row[6]], *row[7:]) for row in told_rows]
        if kind in ("renames", "refunds", "exchanges"):
            told_rows = [row for row in told_rows if row[1] is not None]  # deals that had none
        assert told_rows == [tuple(row.values()) for row in fixture(kind)], kind


async def test_permits_cover_what_was_released(t: Database) -> None:
    covered = select(Room.room_code, PresalePermit.no).join(PermitCover, PermitCover.room_id == Room.id)
    covered = covered.join(PresalePermit, PresalePermit.id == PermitCover.permit_id).order_by(Room.room_code)
    found = await t.read(lambda s: [tuple(row) for row in s.execute(covered)])
    assert found == [(row["code"], row["permit"]) for row in fixture("rooms") if row["permit"]]


async def test_contract_numbers_in_use_and_left(t: Database) -> None:
    counted = select(ContractNo.state, func.count()).group_by(ContractNo.state).order_by(ContractNo.state)
    found = await t.read(lambda s: [tuple(row) for row in s.execute(counted)])
    assert found == [(ContractNoState.IN_USE, 4), (ContractNoState.UNUSED, 16)]


async def test_the_story_of_each_room_ends_in_its_state_and_the_audit_holds(t: Database) -> None:
    def told(session: Session) -> dict[str, list[str]]:
        story: dict[str, list[str]] = {}
        asked = select(Room.room_code, RoomStateLog.event).join(Room, Room.id == RoomStateLog.room_id)
        for code, event in session.execute(asked.order_by(RoomStateLog.id)):
            story.setdefault(code, []).append(event)
        return story

    story = await t.read(told)
    assert story["010201"] == ["release", "subscribe", "sign", "complete"]
    assert story["010202"] == ["release", "subscribe", "refund", "subscribe"]
    assert story["010301"] == ["release", "subscribe", "rename", "sign"]
    assert story["020201"] == ["release", "reserve", "expire"]
    assert story["020301"] == ["release", "subscribe", "exchange_out"]
    assert story["020202"] == ["withdraw"]
    assert "020302" not in story
    assert await t.read(audit.verify, HOME) is None


async def test_one_of_several_numbers_finds_its_customer(t: Database) -> None:
    for number in ("+8613800000088", "+85298765432"):
        known = await t.read(customer_by_phone, HOME, number)
        assert known is not None
        assert known.name == "Emily Carter"
    assert await t.read(lambda s: len(s.scalars(select(Deal).where(Deal.state == DealState.SOLD)).all())) == 2
