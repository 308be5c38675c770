"""Money for deals: received and set against what is due, or reversed (SPEC §2.5.2, T19)."""

from collections.abc import Sequence

from admin.right import Right
from db import sequence
from db.refusal import Code, Refused
from sales.models import Customer, Deal, Hold, Receipt
from sales.services import receipts
from sales.services.allocations import allocate, paid_up, spread, take_back
from sales.services.approvals import use
from sales.services.contracts import reopen
from sales.services.deals import must_live
from sales.services.desk import Desk
from sales.services.dunning import settle
from sales.services.fetch import fetch
from sales.services.invoices import must_be_covered
from sales.services.mortgage_rule import judge
from sales.services.payment import Payment
from sales.services.receipts import Purse
from sales.services.step import step
from sales.states.approval import ApprovalKind
from sales.states.deal import DealState
from sales.states.hold import HoldState
from sales.states.receipt import RECEIPT, ReceiptEvent, ReceiptState


def receive(
    desk: Desk,
    customer: int,
    payment: Payment,
    fee: str = "楼款",
    deal: int | None = None,
    lines: Sequence[int] | None = None,
) -> Receipt:
    """A customer pays (SK), for a deal or in advance. Of a deal it pays what is due, the oldest line first, or `lines`
    (ids of receivables) in this order; what is left over stays an advance on the deal. The loan's line waits for the
    bank: a buyer who pays it after all pays it by its name.

    E_PERM, E_MONEY, E_NOT_FOUND, E_STATE if the deal has ended or a line is not due, E_VALIDATION for another's line.
    """
    desk.must(Right.RECEIPT)
    fetch(desk, Customer, customer)
    if deal is None:
        return receipts.enter(desk, Purse(customer), payment, fee)
    found = fetch(desk, Deal, deal)
    must_live(found)
    receipt = receipts.enter(desk, Purse(customer, deal=deal), payment, fee)
    allocate(desk, receipt, lines)
    paid(desk, found)
    return receipt


def apply_advance(desk: Desk, deal: int, amount_fen: int) -> Receipt:
    """Use a customer's advance for their deal (a balanced ZZ). E_PERM, E_STATE, E_MONEY."""
    desk.must(Right.RECEIPT)
    found = fetch(desk, Deal, deal)
    must_live(found)
    source = Purse(found.customer_id)
    receipts.must_hold(receipts.lying(desk, source), amount_fen)
    _, moved = receipts.transfer(desk, source, Purse(found.customer_id, deal=deal), amount_fen, "楼款")
    allocate(desk, moved)
    paid(desk, found)
    return moved


def reverse(desk: Desk, receipt: int, reason: str, approval: int | None = None) -> Receipt:
    """Take a receipt back: a negative row of its own (P2). What it paid is owed again, and a sale that is not paid
    any more is reopened (T19). By who has `fin.reverse`, or with an approval of kind void about the receipt.

    E_PERM, E_STATE: reversed already, a transfer, a deal that has ended, hold money that has moved on.
    """
    desk.must(Right.REVERSE, Right.RECEIPT)
    found = fetch(desk, Receipt, receipt)
    RECEIPT.next(found.state, ReceiptEvent.REVERSE)
    deal = None if found.deal_id is None else fetch(desk, Deal, found.deal_id)
    if deal is not None:
        must_live(deal)
    _must_be_undoable(desk, found)
    if not desk.actor.may(Right.REVERSE):
        use(desk, approval, ApprovalKind.VOID, "receipt", found.id)
    reversal = _mirror(desk, found, reason)
    take_back(desk, found, reversal)
    if deal is not None:
        must_be_covered(desk, deal)
        spread(desk, deal)
        paid(desk, deal)
    return reversal


def paid(desk: Desk, deal: Deal) -> None:
    """What follows from money that came or went: dunning, the loan, a sale that is open again."""
    settle(desk, deal)
    judge(desk, deal)
    if deal.state is DealState.SOLD and not paid_up(desk, deal):
        reopen(desk, deal.id)


def _must_be_undoable(desk: Desk, receipt: Receipt) -> None:
    """Money that has moved on is not there any more to be taken back."""
    if receipt.pair is not None or receipt.reverses_id is not None or receipt.presubscription_id is not None:
        raise _moved_on(receipt)
    if receipt.hold_id is not None:
        hold = fetch(desk, Hold, receipt.hold_id)
        if hold.state is HoldState.CONVERTED or hold.money_fen < receipt.amount_fen:
            raise _moved_on(receipt)
        hold.money_fen -= receipt.amount_fen
    elif receipt.deal_id is None:
        receipts.must_hold(receipts.lying(desk, Purse(receipt.customer_id)), receipt.amount_fen)


def _moved_on(receipt: Receipt) -> Refused:
    return Refused(
        Code.STATE,
        f"收款单{receipt.no}的款项已转出，不能冲销。",
        f"The money of receipt {receipt.no} has moved on: it cannot be reversed.",
        no=receipt.no,
    )


def _mirror(desk: Desk, receipt: Receipt, reason: str) -> Receipt:
    step(desk, RECEIPT, receipt, ReceiptEvent.REVERSE)
    reversal = Receipt(
        **desk.own,
        no=sequence.next_no(desk.session, desk.tenant, receipts.NUMBERS[receipt.kind], desk.today),
        kind=receipt.kind,
        state=ReceiptState.POSTED,
        date=desk.today,
        customer_id=receipt.customer_id,
        payer=receipt.payer,
        deal_id=receipt.deal_id,
        hold_id=receipt.hold_id,
        fee_type=receipt.fee_type,
        method=receipt.method,
        account_id=receipt.account_id,
        amount_fen=-receipt.amount_fen,
        reverses_id=receipt.id,
        cashier=desk.actor.name,
        note=reason,
    )
    desk.session.add(reversal)
    desk.session.flush()
    return reversal
