"""Invariant 7: a number of the pool is bound once, and what was used stays so."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from sales.invariants.invariant import Offence, Tenant, of
from sales.models import Contract, ContractNo
from sales.states.contract import ContractState
from sales.states.contract_no import CONTRACT_NO, ContractNoState

RUNNING = (ContractState.DRAFT, ContractState.SIGNED, ContractState.FORMAL)


def numbers(session: Session, tenant: Tenant) -> Iterator[Offence]:
    bound = func.count(Contract.id)
    running = func.count(Contract.id).filter(Contract.state.in_(RUNNING))
    rows = session.execute(
        select(ContractNo.id, ContractNo.no, ContractNo.state, bound)
        .outerjoin(Contract, Contract.contract_no_id == ContractNo.id)
        .where(of(ContractNo, tenant))
        .group_by(ContractNo.id, ContractNo.no, ContractNo.state)
        .having(
            or_(
                bound > 1,
                ContractNo.state.in_((ContractNoState.UNUSED, ContractNoState.VOID)) & (bound > 0),
                (ContractNo.state == ContractNoState.IN_USE) & (bound == 0),
                (ContractNo.state == ContractNoState.USED) & (running > 0),
            )
        )
        .order_by(ContractNo.id)
    )
    for key, no, state, count in rows:
        name = CONTRACT_NO.names[state]
        yield Offence(
            "contract_no",
            key,
            f"合同编号{no}为“{name.zh}”，却绑定{count}份合同或与合同状态不符",
            f"contract number {no} is {name.en}, but bound to {count} contracts, or to one in another state",
        )
