"""Refund 退房, lapse 认购逾期 (T15, T17): a deal ends, the room is free, the money goes back less the penalty."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from admin.right import Right
from db.refusal import Code, Refused
from sales import parameters
from sales.models import ApprovalStep, Deal, Receipt, Refund, Room
from sales.money import amount
from sales.money.fee import EARNED
from sales.money.rounding import part
from sales.services import receipts
from sales.services.alarms import cease
from sales.services.allocations import cancel_lines, free_up, lines_of
from sales.services.approvals import use
from sales.services.commissions import claw_back
from sales.services.contracts import buyers_of, contract_of, end_contract
from sales.services.deals import with_room
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.invoices import must_be_covered
from sales.services.mortgages import end_loans
from sales.services.payment import Payment
from sales.services.receipts import Purse
from sales.services.room_state import RoomNow, Why, move
from sales.services.stages import follow
from sales.services.step import step
from sales.services.touch import touch
from sales.states.alert import AlertEvent
from sales.states.approval import ApprovalKind
from sales.states.contract import ContractEvent, ContractState
from sales.states.deal import DEAL, DealEvent, DealState
from sales.states.receipt import ReceiptKind
from sales.states.room import RoomEvent, RoomState


@dataclass(frozen=True)
class Leaving:
    """How a deal is left. approval: of kind refund about the deal; its payload may set "penalty_fen".

    cancellation_no: of the record that the authority's registration is cancelled, needed once it was registered.
    """

    reason: str
    approval: int | None = None
    cancellation_no: str | None = None
    to: RoomState = RoomState.AVAILABLE


def refund(desk: Desk, deal: int, leaving: Leaving, pay: Payment | None = None) -> Refund:
    """End a live deal (T15). What was paid less the penalty (`refund_penalty_rate` by the deal's state) is to be paid
    back: now with `pay`, or by the cashier's `pay_refund`.

    E_PERM, E_NOT_FOUND, E_STATE, E_VALIDATION (no cancellation record), E_MONEY.
    """
    desk.must(Right.CHANGE_DEAL)
    found, room = with_room(desk, deal, RoomEvent.REFUND)
    approval = use(desk, leaving.approval, ApprovalKind.REFUND, "deal", found.id)
    state = found.state
    paid = dissolve(desk, found, DealEvent.REFUND, leaving)
    penalty = approval.payload.get("penalty_fen")
    if not isinstance(penalty, int):
        penalty = penalty_of(paid, desk.given(found.project_id)[parameters.REFUND_PENALTY][state.value])
    row = write_refund(desk, found, leaving, (paid, penalty))
    _free(desk, found, room, RoomEvent.REFUND, leaving)
    if pay is not None:
        pay_refund(desk, deal, pay)
    return row


def penalty_of(paid_fen: int, rate: Any) -> int:
    """违约金: a part of what was paid, to the fen; so what is paid back is never negative (invariant 4)."""
    return part(amount.fen(paid_fen), rate)


def pay_refund(desk: Desk, deal: int, payment: Payment) -> Receipt:
    """The cashier pays what is still owed to a refunded buyer (TK). E_PERM, E_NOT_FOUND, E_MONEY."""
    desk.must(Right.PAY_OUT)
    found = fetch(desk, Deal, deal)
    receipts.must_hold(owed(desk, found), payment.amount_fen)
    paid = receipts.enter(
        desk, Purse(found.customer_id, deal=found.id), payment, receipts.REFUND_FEE, ReceiptKind.REFUND
    )
    must_be_covered(desk, found)
    return paid


def owed(desk: Desk, deal: Deal) -> int:
    """What is still to be paid back of a refunded deal, in fen: what lies on it less what stays with the house. (Of one
    that was exchanged nothing lies there any more.)
    """
    row = desk.session.scalars(select(Refund).where(Refund.deal_id == deal.id)).first()
    if row is None:
        return 0
    earned = sum(line.paid_fen for line in lines_of(desk, deal) if line.fee_type in EARNED)
    return receipts.lying(desk, Purse(deal.customer_id, deal=deal.id)) - earned - row.penalty_fen


def lapse(desk: Desk, deal: int, reason: str = "", forfeit: bool = True) -> Deal:
    """认购逾期作废 (T17): a manager decides, once the day to sign has passed. The deposit is forfeited (`forfeit`);
    what was paid besides becomes the customer's advance. E_PERM, E_STATE (not overdue).
    """
    desk.must(Right.MANAGE)
    found, room = with_room(desk, deal, RoomEvent.SUB_LAPSE)
    if found.sign_due is None or desk.today <= found.sign_due:
        raise Refused(
            Code.STATE,
            f"签约期限为{found.sign_due}，尚未逾期。",
            f"Signing is due on {found.sign_due}: it is not overdue.",
            sign_due=str(found.sign_due),
        )
    leaving = Leaving(reason or RoomEvent.SUB_LAPSE.value)
    there = dissolve(desk, found, DealEvent.LAPSE, leaving)
    kept = min(there, _deposit(found, desk)) if forfeit else 0
    if there > kept:
        receipts.transfer(
            desk, Purse(found.customer_id, deal=found.id), Purse(found.customer_id), there - kept, receipts.REFUND_FEE
        )
    must_be_covered(desk, found)
    _free(desk, found, room, RoomEvent.SUB_LAPSE, leaving)
    return found


def lapse_overdue(desk: Desk) -> list[int]:
    """What the clock does in projects that want it (`sub_lapse_auto`); the deals' ids."""
    overdue = desk.session.execute(
        select(Deal.id, Deal.project_id)
        .where(Deal.tenant_id == desk.tenant, Deal.state == DealState.SUBSCRIBED, Deal.sign_due < desk.today)
        .order_by(Deal.id)
    ).all()
    wanted = {
        project: desk.given(project)[parameters.SUB_LAPSE_AUTO] for project in {row.project_id for row in overdue}
    }
    return [lapse(desk, row.id).id for row in overdue if wanted[row.project_id]]


def dissolve(desk: Desk, deal: Deal, event: DealEvent, leaving: Leaving) -> int:
    """Everything but room and money: lines cancelled, contract, loan, commission; what lies there then, in fen."""
    there = free_up(desk, deal)
    cancel_lines(desk, deal)
    _end_contract(desk, deal, leaving)
    end_loans(desk, deal, leaving.reason)
    claw_back(desk, deal)
    step(desk, DEAL, deal, event, {"end_date": desk.today, "end_reason": leaving.reason})
    cease(desk, "deal", deal.id, AlertEvent.EXPIRE)
    desk.session.flush()
    return there


def write_refund(desk: Desk, deal: Deal, leaving: Leaving, money: tuple[int, int]) -> Refund:
    """money: what was paid, and the penalty. E_MONEY if the penalty is more."""
    paid, penalty = money
    receipts.must_hold(paid, amount.fen(penalty))
    row = Refund(
        **desk.own,
        deal_id=deal.id,
        date=deal.end_date,
        reason=leaving.reason,
        paid_fen=paid,
        penalty_fen=penalty,
        refund_fen=paid - penalty,
        approver=_approver(desk, leaving),
        approval_id=leaving.approval,
        cancellation_no=leaving.cancellation_no,
    )
    desk.session.add(row)
    desk.session.flush()
    facts = {"paid_fen": paid, "penalty_fen": penalty, "refund_fen": paid - penalty}
    desk.note("refund.write", "deal", deal.id, None, facts)
    return row


def clear_owner(desk: Desk, room: RoomNow) -> None:
    """The room is nobody's any more."""
    table: Any = Room.__table__
    desk.session.execute(update(table).where(table.c.id == room.id).values(owner_customer_id=None, handover_date=None))


def _approver(desk: Desk, leaving: Leaving) -> str | None:
    wanted = select(ApprovalStep.decided_by).where(ApprovalStep.approval_id == leaving.approval)
    return desk.session.scalars(wanted.order_by(ApprovalStep.seq.desc())).first()


def _free(desk: Desk, deal: Deal, room: RoomNow, event: RoomEvent, leaving: Leaving) -> None:
    to = leaving.to if event is RoomEvent.REFUND else None
    move(desk, room, event, Why(to=to, deal=deal.id, reason=leaving.reason))
    clear_owner(desk, room)
    for customer in buyers_of(desk, deal):
        touch(desk, customer, "deal", "deal", deal.id, f"{event.value} {room.code}")
        follow(desk, customer, event.value)


def _deposit(deal: Deal, desk: Desk) -> int:
    kept = deal.plan_snapshot.get("deposit_fen")
    return kept if isinstance(kept, int) else desk.given(deal.project_id)[parameters.SUBSCRIBE_MONEY]


def _end_contract(desk: Desk, deal: Deal, leaving: Leaving) -> None:
    contract = contract_of(desk, deal)
    if contract is None:
        return
    registered = contract.state is ContractState.FORMAL
    if registered and not leaving.cancellation_no:
        raise amount.invalid(
            "合同已备案，须先登记撤销备案的凭证号", "The contract is registered: its cancellation record is needed"
        )
    end_contract(desk, contract, ContractEvent.CANCEL if registered else ContractEvent.VOID, leaving.reason)
