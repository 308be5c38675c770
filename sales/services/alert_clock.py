"""The alert clock 预警时钟 (SPEC §2.9): what is due soon or overdue becomes an alert, what is over ceases to be one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from sales import parameters
from sales.models import (
    Alert,
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
)  # fmt: skip
from sales.parameters import Given
from sales.services.alarms import STANDING
from sales.services.allocations import DUE
from sales.services.desk import ZONE, Desk
from sales.services.step import step
from sales.services.tickets import escalate
from sales.states.alert import ALERT, AlertEvent, AlertLevel, AlertState
from sales.states.contract import ContractState
from sales.states.contract_no import ContractNoState
from sales.states.customer import CustomerStage
from sales.states.deal import LIVE, DealState
from sales.states.hold import HoldKind, HoldState
from sales.states.mortgage import MortgageState
from sales.states.ticket import TicketState

RANKS = list(AlertLevel)


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


class Ticked(NamedTuple):
    """How many alerts were raised, raised to a higher level, and closed. off: the master switch is off (预警已关闭)."""

    opened: int
    raised: int
    closed: int
    off: bool = False


def tick(desk: Desk) -> Ticked:
    """Evaluate all rules once; however many ticks were missed, one catches up. Doing it again changes nothing."""
    if not desk.given(None)[parameters.ALERT_MASTER]:
        return Ticked(0, 0, 0, off=True)
    escalate(desk)
    causes = {cause.key: cause for cause in _causes(desk)}
    standing = {
        Key(alert.type, alert.entity, alert.entity_id): alert
        for alert in desk.session.scalars(
            select(Alert).where(Alert.tenant_id == desk.tenant, Alert.state.in_(STANDING)).order_by(Alert.id)
        )
    }
    opened = raised = closed = 0
    for key, alert in standing.items():
        if key.type in RULES and key not in causes:
            step(desk, ALERT, alert, AlertEvent.RESOLVE, {"closed_at": desk.now})
            closed += 1
    for key, cause in causes.items():
        level = level_of(cause.due, desk.today)
        known = standing.get(key)
        if known is None:
            desk.session.add(_alert(desk, cause, level))
            opened += 1
            continue
        known.due = cause.due
        if RANKS.index(level) > RANKS.index(known.level):
            step(desk, ALERT, known, AlertEvent.RAISE, {"level": level})
            raised += 1
        else:
            known.level = level
    desk.session.flush()
    return Ticked(opened, raised, closed)


def acknowledge(desk: Desk, alert: int) -> Alert:
    """Somebody has seen it. E_STATE."""
    found = desk.session.scalars(select(Alert).where(Alert.id == alert, Alert.tenant_id == desk.tenant)).one()
    facts = {"acknowledged_at": desk.now, "acknowledged_by": desk.actor.name}
    step(desk, ALERT, found, AlertEvent.ACKNOWLEDGE, facts)
    return found


def level_of(due: date, today: date) -> AlertLevel:
    """M09: red when overdue, orange with a day left, yellow before."""
    days = (due - today).days
    return AlertLevel.RED if days < 0 else AlertLevel.ORANGE if days <= 1 else AlertLevel.YELLOW


def _alert(desk: Desk, cause: Cause, level: AlertLevel) -> Alert:
    return Alert(
        **desk.own,
        type=cause.key.type,
        subject=cause.subject,
        entity=cause.key.entity,
        entity_id=cause.key.entity_id,
        project_id=cause.project,
        customer_id=cause.customer,
        seller_id=cause.seller,
        due=cause.due,
        level=level,
        state=AlertState.OPEN,
        opened_at=desk.now,
    )


def _causes(desk: Desk) -> Iterator[Cause]:
    for project in desk.session.scalars(select(Project.id).where(Project.tenant_id == desk.tenant)):
        given = desk.given(project)
        for rule in (_holds, _signing, _receivables, _filing, _mortgages, _numbers):
            yield from rule(desk, project, given)
    yield from _customers(desk)
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


def _customers(desk: Desk) -> Iterator[Cause]:
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
    }
)  # fmt: skip
