"""Tickets as those ask for them who have made them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from sales.models import CustomerPhone, Ticket
from sales.states.ticket import TicketState


@dataclass(frozen=True, slots=True)
class TicketRow:
    """mine: it was made from the number it is asked for from, or that is a number of the customer whose it is."""

    ticket_no: str
    state: TicketState
    department: str | None
    answer: str | None
    mine: bool


def tickets_of(session: Session, tenant: int, phone: str, most: int) -> tuple[TicketRow, ...]:
    """Made from this number (E.164) or by a customer who has it, newest first."""
    wanted = _tickets(tenant).where(_mine(tenant, phone)).order_by(Ticket.id.desc()).limit(most)
    return tuple(_row(ticket, mine=True) for ticket in session.scalars(wanted))


def ticket_by_no(session: Session, tenant: int, number: str, phone: str) -> TicketRow | None:
    found = session.scalars(_tickets(tenant).where(Ticket.ticket_no == number)).first()
    if found is None:
        return None
    mine = bool(phone) and session.scalars(_tickets(tenant).where(Ticket.id == found.id, _mine(tenant, phone))).first()
    return _row(found, mine=bool(mine))


def _tickets(tenant: int) -> Select[Ticket]:
    return select(Ticket).where(Ticket.tenant_id == tenant)


def _mine(tenant: int, phone: str) -> Any:
    customers = select(CustomerPhone.customer_id).where(CustomerPhone.tenant_id == tenant, CustomerPhone.phone == phone)
    return or_(Ticket.phone == phone, Ticket.customer_id.in_(customers))


def _row(ticket: Ticket, *, mine: bool) -> TicketRow:
    """The answer: the opinion, or why it was not accepted."""
    answer = ticket.reject_reason if ticket.state is TicketState.REJECTED else ticket.opinion
    return TicketRow(ticket.ticket_no, ticket.state, ticket.department, answer, mine)
