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
    """A deal as its buyer asks for it. next: the first payment due today or later; overdue_fen: what was due before.

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
    overdue_fen: int
    next: Payment | None
    loan: Loan | None


_DEALS = (
    select(
        Deal.id,
        DealBuyer.customer_id,
        Deal.deal_no,
        Project.name_zh,
        Project.name_en,
        Room.room_code,
        Deal.state,
        Deal.sub_date,
        Deal.sign_date,
        Deal.deal_fen,
        Mortgage.bank,
        Mortgage.loan_fen,
        Mortgage.state.label("loan_state"),
        Mortgage.state_since,
    )
    .join(DealBuyer, DealBuyer.deal_id == Deal.id)
    .join(Room, Room.id == Deal.room_id)
    .join(Project, Project.id == Deal.project_id)
    .outerjoin(Mortgage, Mortgage.deal_id == Deal.id)
    .where(also_of(Deal.tenant_id), among(DealBuyer.customer_id))
    .order_by(Deal.sub_date.desc(), Deal.id.desc(), Mortgage.id.desc())
    .limit(bindparam("most"))
)
_LINES = (
    select(
        Receivable.deal_id,
        Receivable.fee_type,
        Receivable.fee_group,
        Receivable.due_date,
        Receivable.amount_fen,
        Receivable.paid_fen,
        Receivable.state,
    )
    .where(also_of(Receivable.tenant_id), among(Receivable.deal_id))
    .order_by(Receivable.due_date, Receivable.seq)
)


def orders_of(
    session: Session, tenant: int, customers: Sequence[int], today: date, most: int = MOST
) -> tuple[Order, ...]:
    """The latest deals these customers buy in, live or ended, newest first."""
    latest: dict[tuple[int, int], Any] = {}
    asked = {"tenant": tenant, "ids": list(customers), "most": most * 4}
    for row in session.execute(_DEALS, asked):
        latest.setdefault((row.id, row.customer_id), row)  # of several loans, the latest
    rows = list(latest.values())[:most]
    if not rows:
        return ()
    lines: dict[int, list[Any]] = {row.id: [] for row in rows}
    for line in session.execute(_LINES, {"tenant": tenant, "ids": list(lines)}):
        lines[line.deal_id].append(line)
    return tuple(_order(row, lines[row.id], today) for row in rows)


def _order(row: Any, lines: list[Any], today: date) -> Order:
    return Order(
        id=row.id,
        customer=row.customer_id,
        deal_no=row.deal_no,
        project_zh=row.name_zh,
        project_en=row.name_en,
        room=row.room_code,
        state=row.state,
        subscribed=row.sub_date,
        signed=row.sign_date,
        deal_fen=row.deal_fen,
        received_fen=sum(line.paid_fen for line in lines if line.fee_group is FeeGroup.PRICE),
        overdue_fen=sum(payment.amount_fen for payment in _owed(lines) if payment.due and payment.due < today),
        next=next((payment for payment in _owed(lines) if payment.due and payment.due >= today), None),
        loan=Loan(row.bank, row.loan_fen, row.loan_state, row.state_since) if row.bank is not None else None,
    )


def _owed(lines: list[Any]) -> Iterator[Payment]:
    for line in lines:
        if line.state in OPEN and line.amount_fen > line.paid_fen:
            yield Payment(line.due_date, line.fee_type, line.amount_fen - line.paid_fen)
