"""The rules of the alert clock (SPEC §2.9): what is due soon or overdue, and whose business it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from sales import parameters
from sales.models import (
    Building,
    Contract,
    ContractNo,
    Customer,
    Deal,
    Hold,
    Mortgage,
    Project,
    Receivable,
    Room,
    Ticket,
)
from sales.parameters import Given
from sales.services.allocations import DUE
from sales.services.desk import ZONE, Desk
from sales.services.permits import permitted
from sales.states.contract import ContractState
from sales.states.contract_no import ContractNoState
from sales.states.customer import CustomerStage
from sales.states.deal import LIVE, DealState
from sales.states.hold import HoldKind, HoldState
from sales.states.mortgage import MortgageState
from sales.states.room import RoomState
from sales.states.ticket import TicketState

# rooms that somebody may want a contract for
OFFERED = (RoomState.AVAILABLE, RoomState.RESERVED, RoomState.BOOKED, RoomState.SUBSCRIBED)
NOT_YET_BUYERS = (
    CustomerStage.LEAD, CustomerStage.REGISTERED, CustomerStage.VISITED, CustomerStage.RESERVED, CustomerStage.BOOKED,
)  # fmt: skip


class Key(NamedTuple):
    type: str
    entity: str
    entity_id: int


@dataclass(frozen=True)
class Cause:
    """Why there is an alert. subject: what people call it."""

    key: Key
    subject: str
    due: date
    customer: int | None = None
    seller: int | None = None
    project: int | None = None


def causes(desk: Desk) -> Iterator[Cause]:
    """Every alert there should be now, once."""
    for project in desk.session.scalars(select(Project.id).where(Project.tenant_id == desk.tenant)):
        given = desk.given(project)
        for rule in (_holds, _signing, _receivables, _filing, _mortgages, _numbers, _permits):
            yield from rule(desk, project, given)
    yield from _contacts(desk)
    yield from _protection(desk, desk.given(None))
    yield from _tickets(desk)


def _holds(desk: Desk, project: int, given: Given) -> Iterator[Cause]:
    rows = desk.session.execute(
        select(Hold, Room.room_code)
        .join(Room, Room.id == Hold.room_id)
        .where(Hold.state == HoldState.ACTIVE, Hold.expires_at.is_not(None), Room.project_id == project)
    )
    for hold, code in rows:
        assert hold.expires_at is not None
        booking = hold.kind is HoldKind.BOOKING
        lead = given[parameters.LEAD_BOOKING if booking else parameters.LEAD_HOLD]
        if hold.expires_at <= desk.now + timedelta(days=lead):  # to the second: S4-80
            kind = "booking_expiry" if booking else "hold_expiry"
            yield Cause(
                Key(kind, "hold", hold.id), code, _day(hold.expires_at), hold.customer_id, hold.seller_id, project
            )


def _signing(desk: Desk, project: int, given: Given) -> Iterator[Cause]:
    rows = desk.session.execute(
        select(Deal, Room.room_code)
        .join(Room, Room.id == Deal.room_id)
        .where(
            Deal.project_id == project,
            Deal.state == DealState.SUBSCRIBED,
            Deal.sign_due <= desk.today + timedelta(days=given[parameters.LEAD_SIGN]),
        )
    )
    for deal, code in rows:
        assert deal.sign_due is not None
        key = Key("sign_due", "deal", deal.id)
        yield Cause(key, code, deal.sign_due, deal.customer_id, deal.seller_id, project)


def _receivables(desk: Desk, project: int, given: Given) -> Iterator[Cause]:
    rows = desk.session.execute(
        select(Receivable, Deal)
        .join(Deal, Deal.id == Receivable.deal_id)
        .where(
            Deal.project_id == project,
            Deal.state.in_(LIVE),
            Receivable.state.in_(DUE),
            Receivable.due_date <= desk.today + timedelta(days=given[parameters.LEAD_RECEIVABLE]),
        )
    )
    for line, deal in rows:
        assert line.due_date is not None
        kind = "receivable_overdue" if line.due_date < desk.today else "receivable_due"
        subject = line.no or f"{deal.deal_no}-{line.seq}"
        key = Key(kind, "receivable", line.id)
        yield Cause(key, subject, line.due_date, deal.customer_id, deal.seller_id, project)


def _filing(desk: Desk, project: int, given: Given) -> Iterator[Cause]:
    rows = desk.session.execute(
        select(Contract, ContractNo.no, Deal)
        .join(ContractNo, ContractNo.id == Contract.contract_no_id)
        .join(Deal, Deal.id == Contract.deal_id)
        .where(Deal.project_id == project, Deal.state.in_(LIVE), Contract.state == ContractState.SIGNED)
    )
    for contract, no, deal in rows:
        assert contract.sign_date is not None
        due = contract.formal_due or contract.sign_date + timedelta(days=given[parameters.FILING_DAYS])
        if due <= desk.today + timedelta(days=given[parameters.LEAD_FILING]):
            key = Key("filing_due", "contract", contract.id)
            yield Cause(key, no, due, deal.customer_id, deal.seller_id, project)


def _mortgages(desk: Desk, project: int, given: Given) -> Iterator[Cause]:
    days = timedelta(days=given[parameters.MORTGAGE_STUCK])
    rows = desk.session.execute(
        select(Mortgage, Deal, Room.room_code)
        .join(Deal, Deal.id == Mortgage.deal_id)
        .join(Room, Room.id == Deal.room_id)
        .where(
            Deal.project_id == project,
            Deal.state == DealState.CONTRACTED,
            Mortgage.state.not_in((MortgageState.DISBURSED, MortgageState.CANCELLED)),
            Mortgage.state_since < desk.today - days,
        )
    )
    for row, deal, code in rows:
        key = Key("mortgage_stuck", "mortgage", row.id)
        yield Cause(key, code, row.state_since + days, deal.customer_id, deal.seller_id, project)


def _numbers(desk: Desk, project: int, given: Given) -> Iterator[Cause]:
    unused, known = desk.session.execute(
        select(func.count().filter(ContractNo.state == ContractNoState.UNUSED), func.count()).where(
            ContractNo.project_id == project
        )
    ).one()
    if known and unused < given[parameters.CONTRACT_POOL_LOW]:
        yield Cause(Key("contract_pool_low", "project", project), str(unused), desk.today, project=project)


def _permits(desk: Desk, project: int, given: Given) -> Iterator[Cause]:
    """Rooms are on offer, or wait for their contract, that no permit in force covers: one alert for each building."""
    rows = desk.session.execute(
        select(Building.id, Building.code)
        .where(
            Building.project_id == project,
            select(Room.id)
            .where(Room.building_id == Building.id, Room.state.in_(OFFERED), ~permitted(Room, Building, desk.today))
            .exists(),
        )
        .order_by(Building.id)
    )
    for key, code in rows:
        yield Cause(Key("permit_missing", "building", key), code, desk.today, project=project)


def _contacts(desk: Desk) -> Iterator[Cause]:
    rows = desk.session.scalars(
        select(Customer).where(
            Customer.tenant_id == desk.tenant,
            Customer.next_contact <= desk.today,
            Customer.stage != CustomerStage.LOST,
            Customer.merged_into_id.is_(None),
        )
    )
    for row in rows:
        assert row.next_contact is not None
        yield Cause(Key("follow_up_due", "customer", row.id), row.name, row.next_contact, row.id, row.seller_id)


def _protection(desk: Desk, given: Given) -> Iterator[Cause]:
    """Whoever has not bought is soon anybody's customer. The day after the last one there is nothing to warn of."""
    last = desk.today + timedelta(days=given[parameters.LEAD_PROTECT])
    rows = desk.session.scalars(
        select(Customer).where(
            Customer.tenant_id == desk.tenant,
            Customer.seller_id.is_not(None),
            Customer.protected_until.between(desk.today, last),
            Customer.stage.in_(NOT_YET_BUYERS),
            Customer.merged_into_id.is_(None),
        )
    )
    for row in rows:
        assert row.protected_until is not None
        yield Cause(
            Key("customer_protect_end", "customer", row.id), row.name, row.protected_until, row.id, row.seller_id
        )


def _tickets(desk: Desk) -> Iterator[Cause]:
    open_states = (TicketState.NEW, TicketState.ACCEPTED, TicketState.ASSIGNED, TicketState.PROCESSING)
    rows = desk.session.scalars(
        select(Ticket).where(
            Ticket.tenant_id == desk.tenant, Ticket.state.in_(open_states), Ticket.resolve_due <= desk.now
        )
    )
    for row in rows:
        assert row.resolve_due is not None
        yield Cause(Key("complaint_sla", "ticket", row.id), row.ticket_no, _day(row.resolve_due), row.customer_id)


def _day(at: datetime) -> date:
    return at.astimezone(ZONE).date()


RULES = frozenset(
    {
        "hold_expiry", "booking_expiry", "sign_due", "receivable_due", "receivable_overdue", "filing_due",
        "mortgage_stuck", "contract_pool_low", "follow_up_due", "complaint_sla",
        "customer_protect_end", "permit_missing",
    }
)  # fmt: skip
