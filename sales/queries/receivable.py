"""What is still to be paid, and what should have been."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sales.models import Customer, Deal, Receivable, Room
from sales.queries.order import OPEN
from sales.queries.page import Found, Page
from sales.states.dunning import DunningLevel
from sales.states.receivable import ReceivableState


@dataclass(frozen=True, slots=True)
class ReceivableRow:
    """open_fen: what is unpaid of it. days: overdue by so many, 0 = not overdue."""

    id: int
    deal_no: str
    room: str
    customer: str
    seq: int
    fee_type: str
    due: date
    amount_fen: int
    open_fen: int
    state: ReceivableState
    dunning: DunningLevel
    days: int


FIRST = Page()


def receivables_due(
    session: Session, tenant: int, today: date, page: Page = FIRST, *, until: date | None = None
) -> Found[ReceivableRow]:
    """Unpaid ones due by `until` (included), the longest overdue first; without `until` only overdue ones."""
    conditions = [
        Receivable.tenant_id == tenant,
        Receivable.state.in_(OPEN),
        Receivable.amount_fen > Receivable.paid_fen,
        Receivable.due_date < today if until is None else Receivable.due_date <= until,
    ]
    total = session.scalar(select(func.count()).select_from(Receivable).where(*conditions)) or 0
    rows: Any = session.execute(
        select(
            Receivable.id,
            Deal.deal_no,
            Room.room_code,
            Customer.name,
            Receivable.seq,
            Receivable.fee_type,
            Receivable.due_date,
            Receivable.amount_fen,
            Receivable.amount_fen - Receivable.paid_fen,
            Receivable.state,
            Receivable.dunning,
        )
        .join(Deal, Deal.id == Receivable.deal_id)
        .join(Room, Room.id == Deal.room_id)
        .join(Customer, Customer.id == Deal.customer_id)
        .where(*conditions)
        .order_by(Receivable.due_date, Receivable.id)
        .limit(page.size)
        .offset(page.offset)
    )
    told = (ReceivableRow(*row, days=max((today - row.due_date).days, 0)) for row in rows)  # type: ignore[misc]
    return Found(tuple(told), total)
