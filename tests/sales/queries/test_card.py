"""What a seat sees while it rings (S4-3), a customer's own purchases (S4-192), and all that happened (S4-92, R16)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from billing.models import CallLeg, CallRow
from db.tenant import HOME
from db.work import Database
from sales.models import Customer, DealBuyer, Ticket
from sales.queries import Payment, calls_of, card_of, orders_of, timeline_of
from sales.states.deal import DealState
from sales.states.hold import HoldKind
from sales.states.mortgage import MortgageState
from sales.states.ticket import TicketKind, TicketState
from tests.sales.queries.conftest import NOW, OTHER, give_phone

TODAY = date(2024, 3, 31)
ZONE = ZoneInfo("Asia/Shanghai")


def of(session: Session, no: str) -> int:
    return session.scalars(select(Customer.id).where(Customer.no == no)).one()


def k1(session: Session) -> None:
    """The call K1 of fixture T: 孙磊 talked with seat 8001 for 120 seconds."""
    began = datetime(2024, 3, 12, 9, tzinfo=ZONE)
    talked = began + timedelta(seconds=28)
    ended = talked + timedelta(seconds=120)
    session.add(
        CallRow(
            tenant_id=HOME, call_id="K1", linkedid="1", channel="c", exchange="x", controller="one", direction="in",
            caller="13800000004", caller_norm="+8613800000004", caller_name="", callee="02038880000",
            callee_norm="+862038880000", service="main", flow="main", flow_version="1", lang="zh", started=began,
            answered=began, ended=ended, duration_s=148, billsec=148, disposition="ANSWERED", result="answered",
            last_node="agent", keys=1, helps=0, invalids=0,
        )
    )  # fmt: skip
    for role, number, start in (("caller", "13800000004", began), ("seat", "8001", talked)):
        session.add(
            CallLeg(tenant_id=HOME, call_id="K1", uniqueid=role, role=role, number=number, started=began,
                    answered=start, ended=ended, dialstatus="ANSWER")
        )  # fmt: skip


async def test_the_card_of_a_number_with_a_hold(t: Database) -> None:
    card = await t.read(card_of, HOME, "+8613800000006", NOW)
    (wu,) = card.people
    assert (card.phone, wu.name, wu.seller, wu.phones) == ("138****0006", "吴军", "王芳", ("138****0006",))
    (held,) = wu.holds
    assert (held.no, held.room, held.kind, held.money_fen, held.soon) == (
        "H1",
        "020102",
        HoldKind.RESERVE,
        500_000,
        True,
    )
    assert (wu.deals, wu.tickets, wu.next_payment, card.calls) == ((), (), None, ())
    early = await t.read(card_of, HOME, "+8613800000006", NOW - timedelta(days=1))
    assert early.people[0].holds[0].soon is False
    seen = await t.read(card_of, HOME, "+8613800000006", NOW, masked=False)
    assert (seen.phone, seen.people[0].phones) == ("+8613800000006", ("+8613800000006",))


async def test_the_card_with_calls_deals_and_tickets_of_several_people(t: Database) -> None:
    await t.write(k1)

    def complain(session: Session) -> int:
        for no, state in (("TS1", TicketState.ASSIGNED), ("TS2", TicketState.CLOSED)):
            session.add(
                Ticket(tenant_id=HOME, ticket_no=no, kind=TicketKind.COMPLAINT, state=state, subject="噪音",
                       customer_id=of(session, "C4"), opened_at=NOW)
            )  # fmt: skip
        return of(session, "C2")

    liu = await t.write(complain)
    await give_phone(t, liu, "+8613800000004")
    card = await t.read(card_of, HOME, "+8613800000004", NOW)
    assert [person.name for person in card.people] == ["孙磊", "刘洋"]
    sun, liuyang = card.people
    assert [(deal.deal_no, deal.room, deal.state, deal.deal_fen) for deal in sun.deals] == [
        ("D4", "010202", DealState.SUBSCRIBED, 122_400_000)
    ]
    assert sun.next_payment == Payment(date(2024, 4, 1), "首期款", 35_400_000)
    assert [ticket.no for ticket in sun.tickets] == ["TS1"]
    assert liuyang.deals[0].deal_no == "D2"
    (call,) = card.calls
    assert (call.call_id, call.seat, call.talk_s, call.result) == ("K1", "8001", 120, "answered")


async def test_strangers_and_other_tenants(t: Database) -> None:
    assert (await t.read(card_of, HOME, "+8613911112222", NOW)).people == ()
    assert (await t.read(card_of, OTHER, "+8613800000006", NOW)).people == ()
    wu = await t.read(of, "C6")
    assert await t.read(timeline_of, OTHER, wu, TODAY) == ()
    assert await t.read(orders_of, OTHER, [wu], TODAY) == ()
    assert await t.read(calls_of, HOME, "+8613911112222") == ()


async def test_a_customers_own_purchases(t: Database) -> None:
    (d2,) = await t.read(orders_of, HOME, [await t.read(of, "C2")], TODAY)
    # the example of S4-192; what was due on the 20th of March is overdue
    assert d2.next == Payment(date(2024, 6, 20), "楼款", 35_640_000)
    assert (d2.received_fen, d2.overdue_fen, d2.loan) == (55_640_000, 27_520_000, None)
    new, old = await t.read(orders_of, HOME, [await t.read(of, "C3")], TODAY)
    assert (new.deal_no, new.state, new.next, new.overdue_fen) == ("D3", DealState.SOLD, None, 0)
    assert new.loan is not None
    assert (new.loan.state, new.loan.bank, new.loan.loan_fen) == (MortgageState.DISBURSED, "工行", 62_000_000)
    assert (old.deal_no, old.state) == ("D3a", DealState.EXCHANGED)
    # on the day it is due, a payment is the next one; a day later it is overdue
    on, after = [(await t.read(orders_of, HOME, [await t.read(of, "C4")], date(2024, 4, day)))[0] for day in (1, 2)]
    assert (on.next, on.overdue_fen) == (Payment(date(2024, 4, 1), "首期款", 35_400_000), 0)
    assert (after.next, after.overdue_fen) == (Payment(date(2024, 5, 10), "按揭款", 85_000_000), 35_400_000)


async def test_a_second_buyer_has_the_order_too(t: Database) -> None:
    def join(session: Session) -> int:
        other = of(session, "C8")
        first = session.scalars(select(DealBuyer).where(DealBuyer.customer_id == of(session, "C4"))).one()
        session.add(DealBuyer(tenant_id=HOME, deal_id=first.deal_id, customer_id=other, position=2, share=first.share))
        return other

    other = await t.write(join)
    assert [order.deal_no for order in await t.read(orders_of, HOME, [other], TODAY)] == ["D4"]


async def test_the_timeline_is_the_customer_card_of_the_reports(t: Database) -> None:
    await t.write(k1)
    told = await t.read(timeline_of, HOME, await t.read(of, "C4"), TODAY, masked=False)
    assert [(row.section, str(row.date), row.text, row.fen) for row in told] == [
        ("basic", "2024-03-12", "孙磊 M 29 13800000004", None),
        ("appointment", "2024-03-12", "座席 2024-03-24 visited", None),
        ("visit", "2024-03-12", "李强", None),
        ("visit", "2024-03-24", "李强", None),
        ("call", "2024-03-12", "in seat 8001 120s", None),
        ("deal", "2024-03-25", "D4 010202 subscribed", 122_400_000),
        ("receipt", "2024-03-25", "SK0011 定金 POS", 2_000_000),
    ]


async def test_the_whole_way_of_a_buyer(t: Database) -> None:
    told = await t.read(timeline_of, HOME, await t.read(of, "C1"), TODAY)
    assert [(row.section, str(row.date), row.text, row.fen) for row in told] == [
        ("basic", "2024-01-08", "陈伟 M 38 138****0001", None),
        ("visit", "2024-01-08", "王芳", None),
        ("deal", "2024-01-10", "D1 010101 sold", 87_220_000),
        ("contract", "2024-01-15", "HT0001 D1 formal", 87_220_000),
        ("receipt", "2024-01-10", "SK0001 定金 POS", 2_000_000),
        ("receipt", "2024-01-25", "SK0002 楼款 转账", 85_220_000),
    ]


async def test_a_merged_customer_is_not_shown(t: Database) -> None:
    def merge(session: Session) -> None:
        session.execute(update(Customer).where(Customer.no == "C6").values(merged_into_id=of(session, "C5")))

    await t.write(merge)
    assert (await t.read(card_of, HOME, "+8613800000006", NOW)).people == ()
