"""A live deal is paid another way 变更付款方式, as when the bank refuses: what is paid stays paid, the rest is laid out
anew (SPEC §2.4.7 plan change, §2.5.7)."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select

from admin.right import Right
from db.refusal import Code, Refused
from sales.models import Deal, Mortgage, Receivable
from sales.money import amount, plan
from sales.money.fee import FeeType
from sales.services import plans
from sales.services.allocations import lines_of, spread
from sales.services.approvals import use
from sales.services.contracts import buyers_of
from sales.services.deals import must_be_own, must_live
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.mortgages import end_loans
from sales.services.receivables import corrected
from sales.services.receive import paid
from sales.services.room_state import find
from sales.services.step import step
from sales.services.touch import touch
from sales.states.approval import ApprovalKind
from sales.states.deal import DealState
from sales.states.mortgage import MortgageState
from sales.states.receivable import RECEIVABLE, FeeGroup, ReceivableEvent, ReceivableState

OPEN = (ReceivableState.PLANNED, ReceivableState.ACTIVE, ReceivableState.PARTIAL)


class NewPlan(NamedTuple):
    """plan: its id; reason: as the buyer gives it; asked_loan_fen: a lesser loan than the plan allows."""

    plan: int
    reason: str
    asked_loan_fen: int | None = None


@dataclass(frozen=True)
class _Laid:
    """The new plan over a deal: its lines, after how many older ones they come, and what of them is paid already."""

    lines: tuple[plan.Line, ...]
    after: int
    paid_fen: int


def change_plan(desk: Desk, deal: int, wanted: NewPlan, approval: int | None) -> list[Receivable]:
    """By approval of kind adjust about the deal (if its payload names a "plan", of this one); the new lines.

    Lines that are paid stay, what is open of the price is cancelled and laid out by the new plan, whose first lines
    count as paid as far as money is there; nothing new is due before today. The price stays what it is. A loan that is
    under way is cancelled. E_PERM, E_NOT_FOUND, E_STATE (it has ended, is sold, or the bank has paid), E_VALIDATION (a
    plan that is not on offer), E_MONEY (more is paid than the plan leaves to the buyer).
    """
    desk.must(Right.CHANGE_DEAL, Right.RECEIVABLE)
    found = fetch(desk, Deal, deal)
    must_live(found)
    if not desk.actor.may(Right.RECEIVABLE):
        must_be_own(desk, found)
    _must_be_open(desk, found)
    if use(desk, approval, ApprovalKind.ADJUST, "deal", found.id).payload.get("plan", wanted.plan) != wanted.plan:
        raise Refused(Code.PERM, "审批的是另一付款方案。", "Another payment plan was approved.", plan=wanted.plan)
    given = desk.given(found.project_id)
    chosen = plans.choose(desk, found.project_id, wanted.plan, given, wanted.asked_loan_fen)
    end_loans(desk, found, wanted.reason)
    there = _clear(desk, found, approval)
    room = find(desk, found.room_id)
    dates = plans.dates(desk, room.building, found.sub_date, found.sign_date or found.sign_due or desk.today)
    last = desk.session.scalar(select(func.max(Receivable.seq)).where(Receivable.deal_id == found.id)) or 0
    laid = _Laid(chosen.lines(found.deal_fen, dates), last, there)
    rows = _lay(desk, found, laid, approval)
    before = {"plan_id": found.plan_id, "plan_kind": found.plan_kind.value}
    found.plan_id, found.plan_kind, found.loan_kind = wanted.plan, plan.kind(chosen.terms), chosen.loan_kind
    found.plan_snapshot = chosen.snapshot() | {"after_seq": last}
    found.timetable = _timetable(found, rows, laid)
    after = {"plan_id": wanted.plan, "plan_kind": found.plan_kind.value, "paid_fen": there, "reason": wanted.reason}
    desk.note("deal.change_plan", "deal", found.id, before, after)
    for customer in buyers_of(desk, found):
        touch(desk, customer, "deal", "deal", found.id, f"change_plan {room.code}")
    spread(desk, found)
    paid(desk, found)
    return rows


def _must_be_open(desk: Desk, deal: Deal) -> None:
    if deal.state is DealState.SOLD:
        raise Refused(Code.STATE, "房款已结清，无需变更付款方式。", "The price is paid: there is nothing to lay out.")
    lent = select(Mortgage.id).where(Mortgage.deal_id == deal.id, Mortgage.state == MortgageState.DISBURSED)
    if desk.session.scalar(lent.limit(1)) is not None:
        raise Refused(
            Code.STATE, "银行已放款，不能变更付款方式。", "The bank has paid: the way of paying cannot change any more."
        )


def _clear(desk: Desk, deal: Deal, approval: int | None) -> int:
    """Nothing of the price is open any more; what of it is paid, in fen."""
    lines = [line for line in lines_of(desk, deal) if line.fee_group is FeeGroup.PRICE]
    there = sum(line.paid_fen for line in lines)
    for line in lines:
        if line.state is ReceivableState.PARTIAL:
            corrected(desk, deal, line, line.paid_fen, approval)
        elif line.state in OPEN:
            step(desk, RECEIVABLE, line, ReceivableEvent.CANCEL)
    desk.session.flush()
    return there


def _lay(desk: Desk, deal: Deal, laid: _Laid, approval: int | None) -> list[Receivable]:
    own = sum(line.amount_fen for line in laid.lines if line.loan is None)
    if laid.paid_fen > own:
        raise amount.impossible(
            f"已付 {amount.yuan(laid.paid_fen)} 元，按此方案自付 {amount.yuan(own)} 元，贷款额须相应减少",
            f"{amount.yuan(laid.paid_fen)} yuan are paid, the plan leaves {amount.yuan(own)} to the buyer: ask for less"
            " of a loan",
            paid_fen=laid.paid_fen,
            own_fen=own,
        )
    left, rows = laid.paid_fen, []
    for line in laid.lines:
        done = 0 if line.loan is not None else min(left, line.amount_fen)
        left -= done
        if done < line.amount_fen:
            rows.append(_row(desk, deal, line, (laid.after + line.seq, line.amount_fen - done)))
            rows[-1].approval_id = approval
    desk.session.add_all(rows)
    desk.session.flush()
    return rows


def _row(desk: Desk, deal: Deal, line: plan.Line, place: tuple[int, int]) -> Receivable:
    """place: its number and its amount in fen."""
    seq, fen = place
    due_now = deal.state is not DealState.SUBSCRIBED or line.fee is FeeType.DEPOSIT
    return Receivable(
        **desk.own,
        deal_id=deal.id,
        seq=seq,
        fee_type=line.fee.value,
        fee_group=line.fee.group,
        due_date=None if line.due is None else max(line.due, desk.today),
        milestone=line.milestone or None,
        amount_fen=fen,
        state=ReceivableState.ACTIVE if due_now else ReceivableState.PLANNED,
    )


def _timetable(deal: Deal, rows: list[Receivable], laid: _Laid) -> dict[str, str]:
    """What is to happen when (S4-99): only when the loan is due is another day."""
    kept = {name: day for name, day in deal.timetable.items() if name != "mortgage_due"}
    loans = {laid.after + line.seq for line in laid.lines if line.loan is not None}
    due = next((row.due_date for row in rows if row.seq in loans), None)
    return kept if due is None else kept | {"mortgage_due": due.isoformat()}
