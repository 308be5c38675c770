"""A customer's stage follows what happened; each change is logged (SPEC §2.4.4)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update

from db.refusal import Code, Refused
from sales.models import (
    Customer,
    CustomerStageLog,
    Deal,
    DealBuyer,
    FollowUp,
    Hold,
    Interaction,
    Room,
    Visit,
)
from sales.services.desk import ZONE, Desk
from sales.states.customer import Contact, CustomerStage, Standing, stage
from sales.states.deal import DealState
from sales.states.hold import HoldState

_T: Any = Customer.__table__
RANKS = list(CustomerStage)
CONTACTS = ("call", "visit", "appointment")  # kinds of interactions in which the customer came to us
GIVEN_UP = "give_up"


def follow(desk: Desk, customer: int, cause: str) -> CustomerStage:
    """Bring the stage to what the facts say now. E_NOT_FOUND."""
    desk.session.flush()
    was = desk.session.scalar(select(Customer.stage).where(Customer.id == customer, Customer.tenant_id == desk.tenant))
    if was is None:
        raise Refused(Code.NOT_FOUND, "没有这位客户。", "There is no such customer.", customer=customer)
    now = stage(standing(desk, customer))
    if now != was:
        enter(desk, customer, was, now, cause)
    return now


def enter(desk: Desk, customer: int, was: CustomerStage | None, now: CustomerStage, cause: str) -> None:
    """Write a stage down. For those who know it already; others `follow`."""
    desk.session.execute(
        update(_T).where(_T.c.id == customer).values(stage=now, updated_at=desk.now, row_version=_T.c.row_version + 1)
    )
    log(desk, customer, was, now, cause)


def log(desk: Desk, customer: int, was: CustomerStage | None, now: CustomerStage, cause: str) -> None:
    desk.session.add(
        CustomerStageLog(**desk.own, customer_id=customer, from_stage=was, to_stage=now, cause=cause, at=desk.now)
    )


def standing(desk: Desk, customer: int) -> Standing:
    """The facts about a customer that its stage follows from."""
    session = desk.session
    deals = session.execute(
        select(Deal.state, Deal.end_date, Room.owner_customer_id)
        .join(DealBuyer, DealBuyer.deal_id == Deal.id)
        .join(Room, Room.id == Deal.room_id)
        .where(DealBuyer.customer_id == customer)
    ).all()
    holds = session.scalars(
        select(Hold.kind).where(Hold.customer_id == customer, Hold.state == HoldState.ACTIVE).distinct()
    ).all()
    refunded = [row.end_date for row in deals if row.state is DealState.REFUNDED]
    return Standing(
        deals=frozenset(row.state for row in deals),
        holds=frozenset(holds),
        contact=_contact(desk, customer, refunded),
        owns=any(row.owner_customer_id is not None for row in deals if row.state is DealState.SOLD),
    )


def _contact(desk: Desk, customer: int, refunded: list[date]) -> Contact | None:
    session = desk.session
    registered = session.scalar(select(Customer.registered).where(Customer.id == customer))
    if registered is None:
        return None
    visited = session.scalar(select(func.max(Visit.date)).where(Visit.customer_id == customer))
    talked = session.scalar(
        select(func.max(FollowUp.at)).where(
            FollowUp.customer_id == customer, FollowUp.result.is_distinct_from(GIVEN_UP)
        )
    )
    came = session.scalar(
        select(func.max(Interaction.at)).where(Interaction.customer_id == customer, Interaction.kind.in_(CONTACTS))
    )
    given_up = session.scalar(
        select(func.max(CustomerStageLog.at)).where(
            CustomerStageLog.customer_id == customer, CustomerStageLog.cause == GIVEN_UP
        )
    )
    return Contact(
        registered=registered,
        visited=visited,
        latest=max(filter(None, (_day(talked), _day(came))), default=None),
        lost=max(filter(None, (*refunded, _day(given_up))), default=None),
    )


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.astimezone(ZONE).date()
