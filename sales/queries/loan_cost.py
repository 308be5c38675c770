"""What a mortgage on a home of this project would cost today (SPEC §2.6, F4)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from sales import parameters
from sales.models import MortgageRate, Project
from sales.money.mortgage import schedule
from sales.money.rounding import down_to
from sales.states.mortgage import LoanKind, RepaymentMethod


@dataclass(frozen=True, slots=True)
class LoanTerms:
    """What is bought, in fen; the part of it that the buyer pays; for how long, and how it is paid back."""

    price_fen: int
    down: Decimal
    months: int
    method: RepaymentMethod


@dataclass(frozen=True, slots=True)
class LoanCost:
    """first_fen, last_fen: what is paid in the first month and in the last."""

    loan_fen: int
    annual: Decimal
    first_fen: int
    last_fen: int
    interest_fen: int


def loan_cost(session: Session, project: int, terms: LoanTerms, day: date) -> LoanCost | None:
    """A commercial loan at the rate of that day; None if it would be rounded down to nothing.

    Raises LookupError: no such project, or its house has no rate for so long a loan.
    """
    tenant = session.scalar(select(Project.tenant_id).where(Project.id == project))
    if tenant is None:
        raise LookupError(f"no project {project}")
    step = parameters.on(session, tenant, project, day)[parameters.LOAN_ROUND]
    loan = down_to(terms.price_fen * (1 - terms.down), step)
    if not loan:
        return None
    annual = _rate(session, tenant, terms.months, day)
    paid = schedule(loan, terms.months, annual, terms.method)
    return LoanCost(loan, annual, paid.first_fen, paid.last_fen, paid.interest_fen)


def _rate(session: Session, tenant: int, months: int, day: date) -> Decimal:
    rate = session.scalar(
        select(MortgageRate.annual)
        .where(
            MortgageRate.tenant_id == tenant,
            MortgageRate.kind == LoanKind.COMMERCIAL,
            MortgageRate.bank == "",
            MortgageRate.min_months <= months,
            MortgageRate.valid_from <= day,
        )
        .order_by(MortgageRate.min_months.desc(), MortgageRate.valid_from.desc())
        .limit(1)
    )
    if rate is None:
        raise LookupError(f"no commercial rate for {months} months on {day}")
    return rate
