"""Receivables 应收: what is charged besides the price, and how a line is corrected (SPEC §2.4.6, §2.5.1, §2.5.8)."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select

from admin.right import Right
from sales import parameters
from sales.models import Allocation, Deal, Receipt, Receivable
from sales.money import amount, late_fee
from sales.money.fee import FeeType
from sales.money.late_fee import Payment as Paid
from sales.services.allocations import DUE, carry_over, lines_of, spread
from sales.services.approvals import use
from sales.services.deals import must_live
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.receive import paid
from sales.services.step import step
from sales.states.approval import ApprovalKind
from sales.states.receivable import RECEIVABLE, FeeGroup, ReceivableEvent, ReceivableState


def charge(desk: Desk, deal: int, fee: FeeType, amount_fen: int, due: date) -> Receivable:
    """Something collected besides the price: a tax, a fund, a fee. E_PERM, E_STATE, E_MONEY, E_VALIDATION for a part
    of the price: that comes from the payment plan.
    """
    desk.must(Right.RECEIVABLE)
    found = fetch(desk, Deal, deal)
    must_live(found)
    if fee.group is FeeGroup.PRICE:
        raise amount.invalid(
            f"{fee.words.zh}由付款方案生成", f"The {fee.words.en} comes from the payment plan", fee=fee.value
        )
    line = _add(desk, found, fee.value, amount.positive_fen(amount_fen), due)
    desk.note("receivable.charge", "receivable", line.id, None, {"deal": deal, "fee": fee.value, "fen": amount_fen})
    spread(desk, found)
    return line


def adjust(desk: Desk, deal: int, changes: Mapping[int, int], approval: int | None) -> list[Receivable]:
    """Correct lines to new amounts {receivable: fen}, by approval of kind adjust about the deal; the lines that take
    their place. Nothing is edited: a line keeps its amount, a difference line takes it back, and a new one asks for
    what is right and is paid as far as the old one was. The lines of the price still sum to the price.

    E_PERM, E_NOT_FOUND, E_STATE (a line that is paid or cancelled), E_MONEY, E_VALIDATION (a line of another deal).
    """
    desk.must(Right.RECEIVABLE)
    found = fetch(desk, Deal, deal)
    must_live(found)
    use(desk, approval, ApprovalKind.ADJUST, "deal", found.id)
    lines = {line.id: line for line in lines_of(desk, found)}
    if strange := sorted(set(changes) - set(lines)):
        raise amount.invalid("所选应收款不属于该交易", "The chosen lines are not of this deal", lines=strange)
    price = sum(fen - lines[key].amount_fen for key, fen in changes.items() if lines[key].fee_group is FeeGroup.PRICE)
    if price:
        raise amount.impossible(
            f"调整后楼款合计相差 {amount.yuan(price)} 元",
            f"The lines of the price would be {amount.yuan(price)} yuan off the price",
            difference_fen=price,
        )
    return [
        new for key, fen in changes.items() for new in corrected(desk, found, lines[key], amount.fen(fen), approval)
    ]


def charge_late_fee(desk: Desk, receivable: int) -> Receivable | None:
    """滞纳金 of an overdue line up to today (R26), once; None if nothing is overdue or it is charged already."""
    desk.must(Right.RECEIVABLE)
    line = fetch(desk, Receivable, receivable)
    deal = fetch(desk, Deal, line.deal_id)
    must_live(deal)
    fee = late_fee_of(desk, line)
    charged = desk.session.scalar(
        select(func.coalesce(func.sum(Receivable.amount_fen), 0)).where(
            Receivable.deal_id == deal.id,
            Receivable.fee_type == FeeType.LATE_FEE.value,
            Receivable.note == _for(desk, line),
        )
    )
    rest = fee - int(charged or 0)
    if rest <= 0:
        return None
    new = _add(desk, deal, FeeType.LATE_FEE.value, rest, desk.today)
    new.note = _for(desk, line)
    desk.session.flush()
    desk.note("receivable.late_fee", "receivable", new.id, None, {"of": line.id, "fen": rest})
    return new


def late_fee_of(desk: Desk, line: Receivable) -> int:
    """What is owed for the delay of a line by today, in fen."""
    if line.due_date is None or line.state not in (*DUE, ReceivableState.PAID):
        return 0
    rows = desk.session.execute(
        select(Receipt.date, Allocation.amount_fen)
        .join(Receipt, Receipt.id == Allocation.receipt_id)
        .where(Allocation.receivable_id == line.id)
    ).all()
    deal = fetch(desk, Deal, line.deal_id, lock=False)
    daily = desk.given(deal.project_id)[parameters.LATE_FEE_DAILY]
    return late_fee.late_fee(
        line.amount_fen, line.due_date, [Paid(row.date, row.amount_fen) for row in rows], desk.today, daily
    )


def waive(desk: Desk, receivable: int, approval: int | None) -> Receivable:
    """A late fee is let off, by approval of kind late_fee about the line (§2.5.8). E_PERM, E_STATE, E_VALIDATION."""
    desk.must(Right.RECEIVABLE)
    line = fetch(desk, Receivable, receivable)
    deal = fetch(desk, Deal, line.deal_id)
    if line.fee_type != FeeType.LATE_FEE:
        raise amount.invalid("只有滞纳金可以减免", "Only a late fee is waived")
    use(desk, approval, ApprovalKind.LATE_FEE, "receivable", line.id)
    step(desk, RECEIVABLE, line, ReceivableEvent.CANCEL)
    paid(desk, deal)
    return line


def corrected(desk: Desk, deal: Deal, line: Receivable, fen: int, approval: int | None) -> list[Receivable]:
    """The line that takes a line's place at its right amount; none if that is nought. E_STATE, E_MONEY if more is paid.

    The approval is the caller's business.
    """
    if fen < line.paid_fen:
        raise amount.impossible(
            f"已收 {amount.yuan(line.paid_fen)} 元，不能调整为 {amount.yuan(fen)} 元",
            f"{amount.yuan(line.paid_fen)} yuan are paid already: it cannot be {amount.yuan(fen)}",
            paid_fen=line.paid_fen,
        )
    state = ReceivableState.PLANNED if line.state is ReceivableState.PLANNED else ReceivableState.ACTIVE
    step(desk, RECEIVABLE, line, ReceivableEvent.ADJUST)
    closing = _add(desk, deal, line.fee_type, -line.amount_fen, line.due_date, line)
    step(desk, RECEIVABLE, closing, ReceivableEvent.ADJUST)
    closing.approval_id = approval
    if fen == 0:
        return []
    new = _add(desk, deal, line.fee_type, fen, line.due_date, line)
    new.state, new.approval_id = state, approval
    new.milestone, new.dunning, new.dunned_on = line.milestone, line.dunning, line.dunned_on
    carry_over(desk, line, new)
    return [new]


def _add(desk: Desk, deal: Deal, fee: str, fen: int, due: date | None, adjusts: Receivable | None = None) -> Receivable:
    desk.session.flush()
    last = desk.session.scalar(select(func.max(Receivable.seq)).where(Receivable.deal_id == deal.id)) or 0
    line = Receivable(
        **desk.own,
        deal_id=deal.id,
        seq=last + 1,
        fee_type=fee,
        fee_group=FeeType(fee).group,
        due_date=due,
        amount_fen=fen,
        state=ReceivableState.ACTIVE,
        adjusts_id=None if adjusts is None else adjusts.id,
    )
    desk.session.add(line)
    desk.session.flush()
    return line


def _for(desk: Desk, line: Receivable) -> str:
    """Which line a late fee is for: the first of those that took each other's place."""
    while line.adjusts_id is not None:
        line = desk.session.get_one(Receivable, line.adjusts_id)
    return f"of {line.id}"
