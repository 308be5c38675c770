"""Contracts 合同: signed, registered, archived, voided; a sale completed and reopened (T13, T14, T18, T19)."""

from datetime import timedelta

from sqlalchemy import select

from admin.right import Right
from db.refusal import Code, Refused
from sales import parameters
from sales.models import Contract, Deal, DealBuyer
from sales.money import amount, plan
from sales.services import plans
from sales.services.alarms import cease
from sales.services.allocations import lines_of, paid_up, spread, unallocated
from sales.services.approvals import use
from sales.services.contract_numbers import give_up, take
from sales.services.deals import must_be_own, must_live, with_room
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.mortgage_rule import judge
from sales.services.permits import must_be_permitted
from sales.services.room_state import RoomNow, Why, move
from sales.services.stages import follow
from sales.services.step import step
from sales.services.subscribe import must_be_known
from sales.services.touch import touch
from sales.states.approval import ApprovalKind
from sales.states.contract import CONTRACT, ContractEvent, ContractState
from sales.states.deal import DEAL, DealEvent, DealState
from sales.states.receivable import RECEIVABLE, FeeGroup, ReceivableEvent, ReceivableState
from sales.states.room import RoomEvent

LIVE = (ContractState.DRAFT, ContractState.SIGNED, ContractState.FORMAL, ContractState.ARCHIVED)


def sign(desk: Desk, deal: int, number: str | None = None) -> Contract:
    """Sign the contract 草签 (T13) with this number of the pool, or its next. All lines become due on their days.

    E_PERM, E_STATE, E_NO_PERMIT, E_CONTRACT_NO, E_VALIDATION (a buyer without id number).
    """
    desk.must(Right.CONTRACT)
    found, room = with_room(desk, deal, RoomEvent.SIGN)
    must_be_own(desk, found)
    must_be_permitted(desk, room)
    must_be_known(desk, buyers_of(desk, found))
    contract = bind(desk, found, number)
    facts = {"sign_date": contract.sign_date, "formal_due": contract.formal_due}
    step(desk, DEAL, found, DealEvent.SIGN, facts)
    _activate(desk, found, room)
    move(desk, room, RoomEvent.SIGN, Why(deal=found.id))
    spread(desk, found)
    judge(desk, found)
    cease(desk, "deal", found.id, kind="sign_due")
    _follow(desk, found, RoomEvent.SIGN, room)
    return contract


def bind(desk: Desk, deal: Deal, number: str | None) -> Contract:
    """A signed contract of a deal with a number of its own. E_CONTRACT_NO."""
    taken = take(desk, deal.project_id, number)
    day = max(desk.today, deal.sub_date)  # the clock may have been set back meanwhile
    due = day + timedelta(days=desk.given(deal.project_id)[parameters.FILING_DAYS])
    contract = Contract(
        **desk.own,
        deal_id=deal.id,
        contract_no_id=taken.id,
        state=ContractState.DRAFT,
        price_fen=deal.deal_fen,
        formal_due=due,
    )
    desk.session.add(contract)
    desk.session.flush()
    step(desk, CONTRACT, contract, ContractEvent.SIGN, {"sign_date": day})
    return contract


def register(desk: Desk, deal: int, filing_no: str | None = None) -> Contract:
    """正签: the contract is registered with the authority; no rename any more. E_PERM, E_STATE."""
    desk.must(Right.CONTRACT)
    found = fetch(desk, Deal, deal)
    must_live(found)
    must_be_own(desk, found)
    contract = live_contract(desk, found)
    step(desk, CONTRACT, contract, ContractEvent.REGISTER, {"formal_date": desk.today, "filing_no": filing_no})
    found.formal_date = contract.formal_date
    cease(desk, "contract", contract.id)
    return contract


def complete(desk: Desk, deal: int) -> Deal:
    """结清 (T14): registered and paid in full. E_PERM, E_STATE (not registered), E_MONEY (not paid)."""
    desk.must(Right.CONTRACT, Right.RECEIPT)
    found, room = with_room(desk, deal, RoomEvent.COMPLETE)
    contract = live_contract(desk, found)
    if contract.state not in (ContractState.FORMAL, ContractState.ARCHIVED):
        raise Refused(
            Code.STATE,
            "合同尚未正签备案，不能结清。",
            "The contract has not been registered yet: the sale cannot be completed.",
            contract=contract.state.value,
        )
    if not paid_up(desk, found):
        raise _not_paid(desk, found)
    step(desk, DEAL, found, DealEvent.COMPLETE, {"sold_date": desk.today})
    move(desk, room, RoomEvent.COMPLETE, Why(deal=found.id))
    _follow(desk, found, RoomEvent.COMPLETE, room)
    return found


def reopen(desk: Desk, deal: int) -> Deal:
    """撤销结清 (T19): a sold deal that is not paid any more, as after a reversed receipt. E_STATE, E_MONEY."""
    desk.must(Right.REVERSE, Right.MANAGE)
    found, room = with_room(desk, deal, RoomEvent.REOPEN)
    if paid_up(desk, found):
        raise Refused(Code.MONEY, "房款已付清，无需撤销结清。", "The price is paid in full: nothing to reopen.")
    step(desk, DEAL, found, DealEvent.REOPEN, {"sold_date": None})
    move(desk, room, RoomEvent.REOPEN, Why(deal=found.id))
    _follow(desk, found, RoomEvent.REOPEN, room)
    return found


def void_contract(desk: Desk, deal: int, reason: str, approval: int | None) -> Deal:
    """撤销签约 (T18): a wrong contract, by approval of kind void about the deal; the deal is subscribed again.

    What is due stays due. E_PERM, E_STATE (also when it is registered: then only a refund undoes it).
    """
    desk.must(Right.CONTRACT)
    found, room = with_room(desk, deal, RoomEvent.VOID_CONTRACT)
    use(desk, approval, ApprovalKind.VOID, "deal", found.id)
    end_contract(desk, live_contract(desk, found), ContractEvent.VOID, reason)
    due = max(desk.today, found.sub_date) + timedelta(days=desk.given(found.project_id)[parameters.SUBSCRIBE_DAYS])
    facts = {"sign_date": None, "formal_due": None, "sign_due": due}
    step(desk, DEAL, found, DealEvent.VOID_CONTRACT, facts)
    move(desk, room, RoomEvent.VOID_CONTRACT, Why(deal=found.id, reason=reason))
    judge(desk, found)
    _follow(desk, found, RoomEvent.VOID_CONTRACT, room)
    return found


def archive(desk: Desk, deal: int, archive_no: str) -> Contract:
    """归档: of a sold deal, whose contract is then kept; it cannot be refunded after that. E_PERM, E_STATE."""
    desk.must(Right.CONTRACT)
    found = fetch(desk, Deal, deal)
    if found.state is not DealState.SOLD:
        must_live(found)
        raise Refused(Code.STATE, "结清后才能归档。", "A contract is archived once its deal is sold.")
    contract = live_contract(desk, found)
    step(desk, CONTRACT, contract, ContractEvent.ARCHIVE, {"archived_date": desk.today, "archive_no": archive_no})
    give_up(desk, contract.contract_no_id, "archived")
    return contract


def end_contract(desk: Desk, contract: Contract, event: ContractEvent, reason: str) -> None:
    """Voided or cancelled; its number is used for good. E_STATE."""
    step(desk, CONTRACT, contract, event, {"end_date": desk.today, "end_reason": reason})
    give_up(desk, contract.contract_no_id, reason[:255])
    cease(desk, "contract", contract.id)
    desk.session.flush()


def live_contract(desk: Desk, deal: Deal) -> Contract:
    """E_STATE for a deal without one in force."""
    found = contract_of(desk, deal)
    if found is None:
        raise Refused(
            Code.STATE,
            f"交易{deal.deal_no}没有有效的合同。",
            f"Deal {deal.deal_no} has no contract in force.",
            deal=deal.deal_no,
        )
    return found


def contract_of(desk: Desk, deal: Deal) -> Contract | None:
    """The live contract, if there is one."""
    desk.session.flush()
    wanted = select(Contract).where(Contract.deal_id == deal.id, Contract.state.in_(LIVE))
    return desk.session.scalars(wanted.with_for_update(key_share=True)).first()


def buyers_of(desk: Desk, deal: Deal) -> list[int]:
    """The customers' ids, the first buyer first."""
    wanted = select(DealBuyer.customer_id).where(DealBuyer.deal_id == deal.id).order_by(DealBuyer.position)
    return list(desk.session.scalars(wanted))


def _activate(desk: Desk, deal: Deal, room: RoomNow) -> None:
    """Days that count from the signing count from the real one now."""
    due = _due(desk, deal, room)
    for line in lines_of(desk, deal):
        if line.state is ReceivableState.PLANNED:
            day = due.get((line.seq, line.fee_type), line.due_date)
            step(desk, RECEIVABLE, line, ReceivableEvent.ACTIVATE, {} if day == line.due_date else {"due_date": day})


def _not_paid(desk: Desk, deal: Deal) -> Refused:
    """What is missing, and what lies on the deal beside it: money that waits to be set against the loan's line."""
    left = deal.deal_fen - sum(line.paid_fen for line in lines_of(desk, deal) if line.fee_group is FeeGroup.PRICE)
    spare = unallocated(desk, deal.id)
    zh = f"，另有预收款 {amount.yuan(spare)} 元尚未核销" if spare else ""
    en = f"; {amount.yuan(spare)} yuan lie on the deal and pay nothing yet" if spare else ""
    return amount.impossible(
        f"房款还差 {amount.yuan(left)} 元{zh}，不能结清",
        f"{amount.yuan(left)} yuan of the price are not paid yet{en}",
        left_fen=left,
        spare_fen=spare,
    )


def _due(desk: Desk, deal: Deal, room: RoomNow) -> dict[tuple[int, str], object]:
    chosen = plans.of_deal(deal)
    if chosen is None:
        return {}
    dates = plans.dates(desk, room.building, deal.sub_date, desk.today)
    lines: tuple[plan.Line, ...] = chosen.lines(deal.deal_fen, dates)
    return {(chosen.after_seq + line.seq, line.fee.value): line.due for line in lines}


def _follow(desk: Desk, deal: Deal, event: RoomEvent, room: RoomNow) -> None:
    for customer in buyers_of(desk, deal):
        touch(desk, customer, "deal", "deal", deal.id, f"{event.value} {room.code}")
        follow(desk, customer, event.value)
