"""A customer's own purchases: what is owed next, what is overdue, how the loan stands (S4-192)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from sales.models import Deal, DealBuyer, Mortgage, Project, Receivable, Room
from sales.queries.belonging import also_of, among
from sales.states.deal import DealState
from sales.states.mortgage import MortgageState
from sales.states.receivable import FeeGroup, ReceivableState

MOST = 20  # deals of one customer that are told: a company may have hundreds
OPEN = (ReceivableState.PLANNED, ReceivableState.ACTIVE, ReceivableState.PARTIAL)


@dataclass(frozen=True, slots=True)
class Payment:
    """The unpaid rest of a receivable. due None: its milestone has not been reached yet."""

    due: date | None
    fee_type: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Loan:
    bank: str
    loan_fen: int
    state: MortgageState
    since: date


@dataclass(frozen=True, slots=True)
class Order:
    """A deal as its buyer asks for it. next: the first payment due today or later; overdue: what was due before.

    received_fen: of the price, without collected fees.
    """

    id: int
    customer: int
    deal_no: str
    project_zh: str
    project_en: str
    room: str
    state: DealState
    subscribed: date
    signed: date | None
    deal_fen: int
    received_fen: int
    overdue: tuple[Payment, ...]
    next: Payment | None
    loan: Loan | None

    @property
    def overdue_fen(self) -> int:
        return sum(payment.amount_fen for payment in self.overdue)


# the latest deals first, then all that belongs to them: one question, as somebody is on the telephone
_LATEST = (
    select(Deal.id, DealBuyer.customer_id)
    .join(DealBuyer, DealBuyer.deal_id == Deal.id)
    .where(also_of(Deal.tenant_id), among(DealBuyer.customer_id))
    .order_by(Deal.sub_date.desc(), Deal.id.desc())
    .limit(bindparam("most"))
    .subquery()
)
_ORDERS = (
    select(
        Deal.id,
        _LATEST.c.customer_id,
        Deal.deal_no,
        Project.name_zh,
        Project.name_en,
        Room.room_code,
        Deal.state,
        Deal.sub_date,
        Deal.sign_date,
        Deal.deal_fen,
        Mortgage.id.label("loan"),
        Mortgage.bank,
        Mortgage.loan_fen,
        Mortgage.state.label("loan_state"),
        Mortgage.state_since,
        Receivable.id.label("line"),
        Receivable.fee_type,
        Receivable.fee_group,
        Receivable.due_date,
        Receivable.amount_fen,
        Receivable.paid_fen,
        Receivable.state.label("line_state"),
    )
    .select_from(_LATEST)
    .join(Deal, Deal.id == _LATEST.c.id)
    .join(Room, Room.id == Deal.room_id)
    .join(Project, Project.id == Deal.project_id)
    .outerjoin(Mortgage, (Mortgage.deal_id == Deal.id) & also_of(Mortgage.tenant_id))
    .outerjoin(Receivable, (Receivable.deal_id == Deal.id) & also_of(Receivable.tenant_id))
    .order_by(Deal.sub_date.desc(), Deal.id.desc(), Receivable.due_date, Receivable.seq, Mortgage.id.desc())
)


def orders_of(
    session: Session, tenant: int, customers: Sequence[int], today: date, most: int = MOST
) -> tuple[Order, ...]:
    """The latest deals these customers buy in, live or ended, newest first."""
    asked = {"tenant": tenant, "ids": list(customers), "most": most}
    rows: dict[tuple[int, int], list[Any]] = {}
    for row in session.execute(_ORDERS, asked):
        rows.setdefault((row.id, row.customer_id), []).append(row)
    return tuple(_order(of_one, today) for of_one in rows.values())


def _order(rows: list[Any], today: date) -> Order:
    """Of one deal: a row for each of its receivables with each of its loans, of which the latest counts."""
    deal = max(rows, key=lambda row: row.loan or 0)
    lines = list({row.line: row for row in rows if row.line is not None}.values())
    return Order(
        id=deal.id,
        customer=deal.customer_id,
        deal_no=deal.deal_no,
        project_zh=deal.name_zh,
        project_en=deal.name_en,
        room=deal.room_code,
        state=deal.state,
        subscribed=deal.sub_date,
        signed=deal.sign_date,
        deal_fen=deal.deal_fen,
        received_fen=sum(line.paid_fen for line in lines if line.fee_group is FeeGroup.PRICE),
        overdue=tuple(payment for payment in _owed(lines) if payment.due and payment.due < today),
        next=next((payment for payment in _owed(lines) if payment.due and payment.due >= today), None),
        loan=Loan(deal.bank, deal.loan_fen, deal.loan_state, deal.state_since) if deal.loan is not None else None,
    )


def _owed(lines: list[Any]) -> Iterator[Payment]:
    for line in lines:
        if line.line_state in OPEN and line.amount_fen > line.paid_fen:
            yield Payment(line.due_date, line.fee_type, line.amount_fen - line.paid_fen)
