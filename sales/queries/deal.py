"""Deals as a list, latest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sales.models import Contract, ContractNo, Customer, Deal, Project, Room, Salesperson
from sales.queries.page import Found, Page
from sales.states.contract import ContractState
from sales.states.deal import DealState
from sales.states.plan import PlanKind

ENDED = (ContractState.VOIDED, ContractState.CANCELLED)


@dataclass(frozen=True, slots=True)
class DealRow:
    """customer, seller: the first of several. contract: the number of the live one."""

    id: int
    deal_no: str
    project: str
    room: str
    customer: str
    seller: str
    state: DealState
    plan: PlanKind
    list_fen: int
    deal_fen: int
    subscribed: date
    sign_due: date | None
    signed: date | None
    contract: str | None


FIRST = Page()


def deals(
    session: Session,
    tenant: int,
    page: Page = FIRST,
    *,
    project: str | None = None,
    states: Collection[DealState] = (),
    seller: int | None = None,
    sign_due_before: date | None = None,
) -> Found[DealRow]:
    """sign_due_before: only those that should be signed before this day (with state subscribed: 待签约)."""
    conditions = [Deal.tenant_id == tenant]
    if project is not None:
        conditions.append(
            Deal.project_id.in_(select(Project.id).where(Project.tenant_id == tenant, Project.code == project))
        )
    if states:
        conditions.append(Deal.state.in_(states))
    if seller is not None:
        conditions.append(Deal.seller_id == seller)
    if sign_due_before is not None:
        conditions.append(Deal.sign_due < sign_due_before)
    total = session.scalar(select(func.count()).select_from(Deal).where(*conditions)) or 0
    rows: Any = session.execute(
        select(
            Deal.id,
            Deal.deal_no,
            Project.code,
            Room.room_code,
            Customer.name,
            Salesperson.name,
            Deal.state,
            Deal.plan_kind,
            Deal.list_fen,
            Deal.deal_fen,
            Deal.sub_date,
            Deal.sign_due,
            Deal.sign_date,
            ContractNo.no,
        )
        .join(Project, Project.id == Deal.project_id)
        .join(Room, Room.id == Deal.room_id)
        .join(Customer, Customer.id == Deal.customer_id)
        .join(Salesperson, Salesperson.id == Deal.seller_id)
        .outerjoin(Contract, (Contract.deal_id == Deal.id) & Contract.state.not_in(ENDED))
        .outerjoin(ContractNo, ContractNo.id == Contract.contract_no_id)
        .where(*conditions)
        .order_by(Deal.sub_date.desc(), Deal.id.desc())
        .limit(page.size)
        .offset(page.offset)
    )
    return Found(tuple(DealRow(*row) for row in rows), total)
