"""Who qualifies for the loan now (R29): decided by the facts, never by hand (SPEC §2.4.7)."""

from sqlalchemy import select

from sales.models import Contract, Deal, Mortgage
from sales.money.fee import FeeType
from sales.services.alarms import cease
from sales.services.allocations import lines_of
from sales.services.desk import Desk
from sales.services.step import step
from sales.states.contract import ContractState
from sales.states.deal import LIVE
from sales.states.mortgage import MORTGAGE, MortgageEvent, MortgageState
from sales.states.plan import PlanKind
from sales.states.receivable import FeeGroup, ReceivableState

SIGNED = (ContractState.SIGNED, ContractState.FORMAL)
OWED = (ReceivableState.ACTIVE, ReceivableState.PARTIAL)


def judge(desk: Desk, deal: Deal) -> None:
    """Move the deal's mortgage between 待资料 and 符合条件, as R29 says now."""
    desk.session.flush()
    states = (MortgageState.DOCS_PENDING, MortgageState.ELIGIBLE)
    wanted = select(Mortgage).where(Mortgage.deal_id == deal.id, Mortgage.state.in_(states))
    mortgage = desk.session.scalars(wanted.with_for_update(key_share=True)).first()
    if mortgage is None:
        return
    good = qualifies(desk, deal, mortgage)
    if good != (mortgage.state is MortgageState.ELIGIBLE):
        event = MortgageEvent.QUALIFY if good else MortgageEvent.DISQUALIFY
        step(desk, MORTGAGE, mortgage, event, {"state_since": desk.today})
        cease(desk, "mortgage", mortgage.id)


def qualifies(desk: Desk, deal: Deal, mortgage: Mortgage) -> bool:
    """Plan 按揭, contract signed, all active lines but the loan's paid, documents complete.

    Of the price only: what is collected for others does not hold up the bank.
    """
    if deal.plan_kind is not PlanKind.MORTGAGE or deal.state not in LIVE or not mortgage.docs_complete:
        return False
    signed = desk.session.scalar(
        select(Contract.id).where(Contract.deal_id == deal.id, Contract.state.in_(SIGNED)).limit(1)
    )
    owed = any(
        line.state in OWED and line.fee_group is FeeGroup.PRICE and line.fee_type != FeeType.LOAN
        for line in lines_of(desk, deal)
    )
    return signed is not None and not owed
