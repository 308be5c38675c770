"""Rename 更名 (T20): another buyer in the same deal, before the contract is registered."""

from dataclasses import dataclass

from sqlalchemy import func, select

from admin.right import Right
from db.refusal import Code, Refused
from sales import parameters
from sales.models import Contract, Deal, DealBuyer, Receivable, Rename
from sales.money import amount
from sales.money.fee import FeeType
from sales.services import receipts
from sales.services.allocations import allocate, free_up, lines_of
from sales.services.approvals import use
from sales.services.contracts import bind, buyers_of, contract_of, end_contract
from sales.services.deals import must_be_own, with_room
from sales.services.desk import Desk
from sales.services.mortgage_rule import judge
from sales.services.payment import Payment
from sales.services.receipts import Purse
from sales.services.room_state import Why, move
from sales.services.stages import follow
from sales.services.subscribe import must_be_known
from sales.services.touch import touch
from sales.states.approval import ApprovalKind
from sales.states.contract import CONTRACT, ContractEvent, ContractState
from sales.states.receivable import ReceivableState
from sales.states.room import RoomEvent


@dataclass(frozen=True)
class NewBuyer:
    """relation: to the old one. number: of the new contract, if one was signed (None: the next of the pool)."""

    customer: int
    relation: str | None = None
    number: str | None = None


def rename(desk: Desk, deal: int, buyer: NewBuyer, approval: int | None, fee: Payment | None = None) -> Rename:
    """The first buyer becomes another, by approval of kind rename about the deal; `rename_fee_fen` is paid with it.

    What was paid is theirs from now on (balanced ZZ). A signed contract is voided and signed anew under a new number.
    E_PERM, E_NOT_FOUND, E_STATE (registered already), E_CONTRACT_NO, E_MONEY, E_VALIDATION.
    """
    desk.must(Right.CHANGE_DEAL)
    found, room = with_room(desk, deal, RoomEvent.RENAME)
    must_be_own(desk, found)
    contract = contract_of(desk, found)
    _must_be_open(contract)
    use(desk, approval, ApprovalKind.RENAME, "deal", found.id)
    must_be_known(desk, [buyer.customer])
    if buyer.customer in buyers_of(desk, found):
        raise amount.invalid("新客户已是本交易的购房人", "The new customer is a buyer of this deal already")
    _must_pay(desk.given(found.project_id)[parameters.RENAME_FEE], fee)
    old = found.customer_id
    _hand_over(desk, found, buyer.customer)
    row = Rename(
        **desk.own,
        deal_id=found.id,
        date=desk.today,
        from_customer_id=old,
        to_customer_id=buyer.customer,
        relation=buyer.relation,
        fee_fen=0 if fee is None else fee.amount_fen,
        approval_id=approval,
        old_contract_id=None if contract is None else contract.id,
    )
    desk.session.add(row)
    if contract is not None:
        end_contract(desk, contract, ContractEvent.VOID, RoomEvent.RENAME.value)
        bind(desk, found, buyer.number)
    if fee is not None:
        _take_fee(desk, found, fee)
    move(desk, room, RoomEvent.RENAME, Why(deal=found.id, facts={"from": old, "to": buyer.customer}))
    judge(desk, found)
    for customer in (old, buyer.customer):
        touch(desk, customer, "deal", "deal", found.id, f"{RoomEvent.RENAME.value} {room.code}")
        follow(desk, customer, RoomEvent.RENAME.value)
    return row


def _must_be_open(contract: Contract | None) -> None:
    if contract is not None and contract.state not in (ContractState.DRAFT, ContractState.SIGNED):
        now = CONTRACT.names[contract.state]
        raise Refused(
            Code.STATE,
            f"合同的状态为“{now.zh}”，正签后不能更名。",
            f"The contract is {now.en}: after that the buyer cannot be renamed.",
            contract=contract.state.value,
        )


def _must_pay(least: int, fee: Payment | None) -> None:
    paid = 0 if fee is None else amount.positive_fen(fee.amount_fen)
    if paid < least:
        raise amount.impossible(
            f"更名费为 {amount.yuan(least)} 元", f"The rename fee is {amount.yuan(least)} yuan", least_fen=least
        )


def _hand_over(desk: Desk, deal: Deal, customer: int) -> None:
    """The deal and what was paid for it; each line stays paid as far as it was."""
    paid = [line.id for line in lines_of(desk, deal) if line.paid_fen]
    there = free_up(desk, deal)
    first = desk.session.scalars(select(DealBuyer).where(DealBuyer.deal_id == deal.id, DealBuyer.position == 1)).one()
    old, first.customer_id, deal.customer_id = deal.customer_id, customer, customer
    desk.note("deal.rename", "deal", deal.id, {"customer_id": old}, {"customer_id": customer})
    desk.session.flush()
    if there > 0:
        source, target = Purse(old, deal=deal.id), Purse(customer, deal=deal.id)
        _, moved = receipts.transfer(desk, source, target, there, receipts.MOVED)
        owed = {line.id for line in lines_of(desk, deal) if line.paid_fen < line.amount_fen}
        allocate(desk, moved, [key for key in paid if key in owed])
        allocate(desk, moved)


def _take_fee(desk: Desk, deal: Deal, fee: Payment) -> None:
    desk.must(Right.COLLECT, Right.RECEIPT)
    last = desk.session.scalar(select(func.max(Receivable.seq)).where(Receivable.deal_id == deal.id)) or 0
    line = Receivable(
        **desk.own,
        deal_id=deal.id,
        seq=last + 1,
        fee_type=FeeType.RENAME_FEE.value,
        fee_group=FeeType.RENAME_FEE.group,
        due_date=desk.today,
        amount_fen=fee.amount_fen,
        state=ReceivableState.ACTIVE,
    )
    desk.session.add(line)
    desk.session.flush()
    receipt = receipts.enter(desk, Purse(deal.customer_id, deal=deal.id), fee, FeeType.RENAME_FEE.value)
    allocate(desk, receipt, [line.id])
