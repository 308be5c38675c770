"""How many contract numbers are left (the alert of SPEC §2.9 warns below ten)."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sales.models import ContractNo, Project
from sales.states.contract_no import ContractNoState


@dataclass(frozen=True, slots=True)
class NumbersLeft:
    """next: the number that is taken first; None: none is left."""

    project: str
    left: int
    next: str | None


def contract_numbers_left(session: Session, tenant: int) -> tuple[NumbersLeft, ...]:
    """For every project of the tenant."""
    rows = session.execute(
        select(Project.code, func.count(ContractNo.id), func.min(ContractNo.no))
        .outerjoin(ContractNo, (ContractNo.project_id == Project.id) & (ContractNo.state == ContractNoState.UNUSED))
        .where(Project.tenant_id == tenant)
        .group_by(Project.id, Project.code)
        .order_by(Project.code)
    )
    return tuple(NumbersLeft(*row) for row in rows)
