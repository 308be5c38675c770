"""Nothing ends before it began, whatever the clock of the machine did meanwhile."""

from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from sales.models import Alert, Appointment, Approval, Contract, ContractNo, Deal, Hold, Refund, Ticket

SPANS: tuple[tuple[Any, str, str], ...] = (
    (Hold, "started_at", "ended_at"),
    (Hold, "started_at", "expires_at"),
    (Deal, "sub_date", "sign_due"),
    (Deal, "sub_date", "sign_date"),
    (Deal, "sign_date", "formal_date"),
    (Deal, "sign_date", "sold_date"),
    (Deal, "sub_date", "end_date"),
    (Contract, "sign_date", "formal_date"),
    (Contract, "sign_date", "formal_due"),
    (Contract, "sign_date", "end_date"),
    (ContractNo, "bound_at", "ended_at"),
    (Approval, "requested_at", "decided_at"),
    (Approval, "decided_at", "used_at"),
    (Alert, "opened_at", "closed_at"),
    (Ticket, "opened_at", "answered_at"),
    (Ticket, "opened_at", "resolved_at"),
    (Ticket, "opened_at", "closed_at"),
    (Appointment, "made", "visit_at"),
)


def negative(session: Session) -> list[str]:
    """Every span that ends before it begins; [] = none."""
    found = [
        f"{model.__tablename__} {row.id}: {last} {row[2]} is before {first} {row[1]}"
        for model, first, last in SPANS
        for row in session.execute(
            select(model.id, getattr(model, first), getattr(model, last)).where(
                and_(getattr(model, last) < getattr(model, first))
            )
        )
    ]
    early = session.execute(
        select(Refund.id, Refund.date, Deal.sub_date)
        .join(Deal, Deal.id == Refund.deal_id)
        .where(Refund.date < Deal.sub_date)
    )
    return found + [f"deal_refund {row.id}: {row.date} is before {row.sub_date}" for row in early]
