"""What a receipt pays for (SPEC §2.5.3): what is due, oldest first or as chosen; the rest is an advance."""

from collections.abc import Sequence

from sqlalchemy import func, select

from db.refusal import Code, Refused
from sales.models import Allocation, Deal, Receipt, Receivable
from sales.money import amount
from sales.money.fee import EARNED, FeeType
from sales.services.desk import Desk
from sales.services.step import step
from sales.states.receipt import ReceiptState
from sales.states.receivable import RECEIVABLE, FeeGroup, ReceivableEvent, ReceivableState

DUE = (ReceivableState.ACTIVE, ReceivableState.PARTIAL)


def allocate(desk: Desk, receipt: Receipt, lines: Sequence[int] | None = None) -> int:
    """Set a receipt of a deal against what is due, or against `lines` (ids) in their order; what stays free, in fen.

    The loan's lines wait for the bank: money is set against them only if they are named.
    E_VALIDATION if a line is of another deal, E_STATE if it is not due.
    """
    # what moved on inside the house is not free, though its own receipt is
    free = min(receipt.amount_fen - allocated(desk, receipt), unallocated(desk, receipt.deal_id))
    for line in _open(desk, receipt, lines):
        fen = min(free, line.amount_fen - line.paid_fen)
        if fen > 0:
            free -= fen
            _pay(desk, receipt, line, fen)
    return free


def spread(desk: Desk, deal: Deal) -> None:
    """Set all advances of a deal against what is due by now."""
    for receipt in receipts_of(desk, deal):
        if receipt.amount_fen > 0 and receipt.state is ReceiptState.POSTED:
            allocate(desk, receipt)


def allocated(desk: Desk, receipt: Receipt) -> int:
    """How much of a receipt pays something, in fen."""
    desk.session.flush()
    wanted = select(func.coalesce(func.sum(Allocation.amount_fen), 0)).where(Allocation.receipt_id == receipt.id)
    return int(desk.session.scalar(wanted) or 0)


def unallocated(desk: Desk, deal: int | None) -> int:
    """What lies on a deal and pays nothing, in fen."""
    lying = select(func.coalesce(func.sum(Receipt.amount_fen), 0)).where(
        Receipt.deal_id == deal, Receipt.state != ReceiptState.DRAFT
    )
    paying = (
        select(func.coalesce(func.sum(Allocation.amount_fen), 0))
        .join(Receipt, Receipt.id == Allocation.receipt_id)
        .where(Receipt.deal_id == deal)
    )
    return int(desk.session.scalar(lying) or 0) - int(desk.session.scalar(paying) or 0)


def take_back(desk: Desk, receipt: Receipt, reversal: Receipt) -> None:
    """What a reversed receipt paid is owed again: the reversing row carries it, on its own day."""
    desk.session.flush()
    wanted = (
        select(Allocation.receivable_id, func.sum(Allocation.amount_fen))
        .where(Allocation.receipt_id == receipt.id)
        .group_by(Allocation.receivable_id)
        .order_by(Allocation.receivable_id)
    )
    for receivable, fen in desk.session.execute(wanted).all():
        if fen:
            _unpay(desk, reversal, desk.session.get_one(Receivable, receivable), int(fen))


def free_up(desk: Desk, deal: Deal) -> int:
    """Take all money of an ending deal off its lines; what lies there for the customer then, in fen.

    The fees the house has earned stay paid.
    """
    earned = 0
    for line in lines_of(desk, deal):
        if line.fee_type in EARNED:
            earned += line.paid_fen
            continue
        for receipt, fen in _paying(desk, line):
            desk.session.add(Allocation(**desk.own, receipt_id=receipt, receivable_id=line.id, amount_fen=-fen))
        if line.paid_fen and line.state in (ReceivableState.PARTIAL, ReceivableState.PAID):
            step(desk, RECEIVABLE, line, ReceivableEvent.UNPAY_ALL, {"paid_fen": 0})
        line.paid_fen = 0
    desk.session.flush()
    return sum(receipt.amount_fen for receipt in receipts_of(desk, deal)) - earned


def carry_over(desk: Desk, old: Receivable, new: Receivable) -> None:
    """What has paid one line pays the line that takes its place, by the same receipts: they can still be reversed."""
    desk.session.flush()
    for receipt, fen in _paying(desk, old):
        for line, moved in ((old, -fen), (new, fen)):
            desk.session.add(Allocation(**desk.own, receipt_id=receipt, receivable_id=line.id, amount_fen=moved))
    paid, old.paid_fen = old.paid_fen, 0
    if paid:
        event = ReceivableEvent.PAY_ALL if paid == new.amount_fen else ReceivableEvent.PAY_PART
        step(desk, RECEIVABLE, new, event, {"paid_fen": paid})
    desk.session.flush()


def cancel_lines(desk: Desk, deal: Deal) -> None:
    """Nothing more is to be paid for an ended deal."""
    for line in lines_of(desk, deal):
        if line.state in (ReceivableState.PLANNED, ReceivableState.ACTIVE, ReceivableState.PARTIAL):
            step(desk, RECEIVABLE, line, ReceivableEvent.CANCEL)


def lines_of(desk: Desk, deal: Deal) -> Sequence[Receivable]:
    """All receivables of a deal, in their order."""
    desk.session.flush()
    wanted = select(Receivable).where(Receivable.deal_id == deal.id).order_by(Receivable.seq)
    return desk.session.scalars(wanted.with_for_update(key_share=True)).all()


def receipts_of(desk: Desk, deal: Deal) -> Sequence[Receipt]:
    """All posted and reversed receipts of a deal, as they came."""
    desk.session.flush()
    return desk.session.scalars(
        select(Receipt).where(Receipt.deal_id == deal.id, Receipt.state != ReceiptState.DRAFT).order_by(Receipt.id)
    ).all()


def paid_up(desk: Desk, deal: Deal) -> bool:
    """Σ paid of the price = the deal's price (T14)."""
    return sum(line.paid_fen for line in lines_of(desk, deal) if line.fee_group is FeeGroup.PRICE) == deal.deal_fen


def _open(desk: Desk, receipt: Receipt, lines: Sequence[int] | None) -> list[Receivable]:
    """The lines to be paid, in the order in which they are."""
    desk.session.flush()
    wanted = select(Receivable).where(Receivable.deal_id == receipt.deal_id, Receivable.state.in_(DUE))
    due = desk.session.scalars(
        wanted.order_by(Receivable.due_date.is_(None), Receivable.due_date, Receivable.seq).with_for_update(
            key_share=True
        )
    ).all()
    if lines is None:
        return [line for line in due if line.fee_type != FeeType.LOAN]
    by_id = {line.id: line for line in due}
    for key in lines:
        if key not in by_id:
            raise _not_to_be_paid(desk, receipt, key)
    return [by_id[key] for key in lines]


def _paying(desk: Desk, line: Receivable) -> list[tuple[int, int]]:
    """Which receipts pay a line, and how much of it each, in fen."""
    paying = func.sum(Allocation.amount_fen)
    wanted = (
        select(Allocation.receipt_id, paying)
        .where(Allocation.receivable_id == line.id)
        .group_by(Allocation.receipt_id)
        .having(paying != 0)
        .order_by(Allocation.receipt_id)
    )
    return [(receipt, int(fen)) for receipt, fen in desk.session.execute(wanted)]


def _not_to_be_paid(desk: Desk, receipt: Receipt, key: int) -> Refused:
    line = desk.session.get(Receivable, key)
    if line is None or line.deal_id != receipt.deal_id:
        return amount.invalid("所选应收款不属于该交易", "The chosen line is not of this deal", line=key)
    now = RECEIVABLE.names[line.state]
    return Refused(
        Code.STATE,
        f"所选应收款的状态为“{now.zh}”，不能收款。",
        f"The chosen line is {now.en}: nothing is to be paid for it now.",
        line=key,
        state=line.state.value,
    )


def _pay(desk: Desk, receipt: Receipt, line: Receivable, fen: int) -> None:
    desk.session.add(Allocation(**desk.own, receipt_id=receipt.id, receivable_id=line.id, amount_fen=fen))
    paid = line.paid_fen + fen
    event = ReceivableEvent.PAY_ALL if paid == line.amount_fen else ReceivableEvent.PAY_PART
    step(desk, RECEIVABLE, line, event, {"paid_fen": paid})


def _unpay(desk: Desk, reversal: Receipt, line: Receivable, fen: int) -> None:
    desk.session.add(Allocation(**desk.own, receipt_id=reversal.id, receivable_id=line.id, amount_fen=-fen))
    paid = line.paid_fen - fen
    event = ReceivableEvent.UNPAY_PART if paid else ReceivableEvent.UNPAY_ALL
    step(desk, RECEIVABLE, line, event, {"paid_fen": paid})
