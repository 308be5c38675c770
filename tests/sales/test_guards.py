"""What the database refuses by itself, on both engines (SPEC §2.3): a second live deal or hold, and both at once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.tenant import HOME
from db.work import Database
from sales.fixture import load_fixture
from sales.models import Contract, Customer, Deal, Hold, Receivable, Refund, Room, RoomStateLog
from sales.states.contract import ContractState
from sales.states.deal import DealState
from sales.states.hold import HoldKind, HoldState
from sales.states.plan import PlanKind
from sales.states.room import RoomState
from tests.db.engines import NOON


@pytest.fixture
async def t(db: Database) -> Database:
    await db.write(load_fixture, "T")
    return db


def room(session: Session, code: str) -> Room:
    return session.scalars(select(Room).where(Room.room_code == code)).one()


def customer(session: Session, no: str) -> int:
    return session.scalars(select(Customer.id).where(Customer.no == no)).one()


def hold(session: Session, code: str, no: str, state: HoldState = HoldState.ACTIVE) -> Hold:
    made = Hold(
        tenant_id=HOME, room_id=room(session, code).id, kind=HoldKind.RESERVE, state=state,
        customer_id=customer(session, no), started_at=NOON, expires_at=NOON + timedelta(days=3),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def deal(session: Session, code: str, no: str, held: Hold | None = None, number: str = "N1") -> Deal:
    bought = room(session, code)
    made = Deal(
        tenant_id=HOME, deal_no=number, project_id=bought.project_id, room_id=bought.id,
        customer_id=customer(session, no), seller_id=session.scalars(select(Deal.seller_id)).first(),
        plan_kind=PlanKind.LUMP_SUM, list_fen=bought.list_fen, unit_fen=bought.unit_fen, deal_fen=bought.list_fen,
        sub_date=date(2024, 3, 31), hold_id=held.id if held else None, discount=Decimal(1),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


async def refused(db: Database, fn: object, match: str) -> None:
    def unit(session: Session) -> None:
        fn(session)  # type: ignore[operator]
        session.flush()

    with pytest.raises(IntegrityError, match=match):
        await db.write(unit)


async def test_one_live_deal_and_one_active_hold_per_room(t: Database) -> None:
    await refused(t, lambda s: deal(s, "010202", "C1"), "one_live_deal|deal.room_id")
    await refused(t, lambda s: hold(s, "020102", "C1"), "one_live_hold|hold.room_id")
    await t.write(lambda s: deal(s, "020301", "C3") and None)  # after an exchange the room may be sold again
    await t.write(lambda s: hold(s, "020201", "C8") and None)  # after an expiry it may be held again


async def test_a_held_room_is_not_sold_and_a_sold_one_not_held(t: Database) -> None:
    await refused(t, lambda s: deal(s, "020102", "C6"), "active hold")
    await refused(t, lambda s: hold(s, "010101", "C1"), "live deal")

    def revive_hold(session: Session) -> None:
        old = hold(session, "010101", "C1", HoldState.RELEASED)
        old.state = HoldState.ACTIVE

    def revive_deal(session: Session) -> None:
        ended = session.scalars(select(Deal).where(Deal.deal_no == "D3a")).one()
        hold(session, "020301", "C3")
        ended.state = DealState.SUBSCRIBED

    await refused(t, revive_hold, "live deal")
    await refused(t, revive_deal, "active hold")


async def test_a_deal_follows_from_a_converted_hold_of_the_same_room_and_customer(t: Database) -> None:
    def convert(session: Session, code: str, no: str) -> None:
        held = session.scalars(select(Hold).where(Hold.no == "H1")).one()  # of C6 for 020102
        held.state = HoldState.CONVERTED
        session.flush()
        deal(session, code, no, held)

    for code, no in (("020102", "C1"), ("020201", "C6")):
        await refused(t, lambda s, code=code, no=no: convert(s, code, no), "same customer")
    await t.write(convert, "020102", "C6")


async def test_a_hold_of_the_manager_may_become_anybodys_deal(t: Database) -> None:
    def manager(session: Session) -> None:
        held = Hold(
            tenant_id=HOME, room_id=room(session, "020201").id, kind=HoldKind.MANAGER, state=HoldState.CONVERTED,
            started_at=NOON,
        )  # fmt: skip
        session.add(held)
        session.flush()
        deal(session, "020201", "C1", held)

    await t.write(manager)
    # but a customer's hold has its customer and its end
    await refused(t, lambda s: s.execute(update(Hold).where(Hold.no == "H1").values(customer_id=None)), "ck_hold|NULL")
    await refused(t, lambda s: s.execute(update(Hold).where(Hold.no == "H1").values(expires_at=None)), "ck_hold|NULL")


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("020102", {"state": RoomState.AVAILABLE}),  # its hold still points at it
        ("010101", {"state": RoomState.RESERVED}),  # its deal does
        ("020201", {"state_hold_id": 1}),
        ("020201", {"state_deal_id": 1}),
        ("020202", {"state_deal_id": 1}),
        ("020201", {"state": "vanished"}),
        ("020201", {"list_fen": -1}),
        ("020201", {"inner_x100": 8901}),
        ("020201", {"floor": 100}),
    ],
)
async def test_state_and_pointers_of_a_room_agree(t: Database, code: str, change: dict[str, object]) -> None:
    names = ", ".join(f"{name} = '{value}'" for name, value in change.items())
    await refused(t, lambda s: s.execute(text(f"UPDATE room SET {names} WHERE room_code = '{code}'")), "ck_room")


async def test_money_and_papers(t: Database) -> None:
    await refused(t, lambda s: s.execute(update(Refund).values(refund_fen=Refund.paid_fen)), "ck_deal_refund")
    await refused(
        t, lambda s: s.execute(update(Receivable).values(paid_fen=Receivable.amount_fen + 1)), "ck_receivable"
    )

    def second_contract(session: Session) -> None:
        first = session.scalars(select(Contract).order_by(Contract.id)).first()
        assert first is not None
        session.add(
            Contract(
                tenant_id=HOME,
                deal_id=first.deal_id,
                contract_no_id=first.contract_no_id + 10,
                price_fen=1,
                state=ContractState.DRAFT,
            )
        )

    await refused(t, second_contract, "one_live_contract|contract.deal_id")


async def test_the_log_of_rooms_is_only_added_to(t: Database) -> None:
    await refused(t, lambda s: s.execute(update(RoomStateLog).values(actor="x")), "only ever added")
    await refused(t, lambda s: s.execute(text("DELETE FROM room_state_log")), "only ever added")
