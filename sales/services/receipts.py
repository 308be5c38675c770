"""Receipts 收款: money comes in (SK), goes back (TK), or moves inside the house (ZZ) (SPEC §2.5.2)."""

from dataclasses import dataclass

from sqlalchemy import func, select

from admin.right import Right
from db import sequence
from sales.models import Account, Customer, Receipt
from sales.money import amount
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.payment import Payment
from sales.services.touch import touch
from sales.states.receipt import ReceiptKind, ReceiptState

REFUND_FEE = "退款"
SINCERITY = "诚意金"
HOLD_MONEY = "保留金"
BOOKING_MONEY = "订金"
MOVED = "转款"
NUMBERS = {ReceiptKind.RECEIPT: "SK", ReceiptKind.REFUND: "TK", ReceiptKind.TRANSFER: "ZZ"}


@dataclass(frozen=True)
class Purse:
    """Whose money it is, and what it lies for: a deal, a hold, a presubscription, or nothing yet (预收款)."""

    customer: int
    deal: int | None = None
    hold: int | None = None
    presubscription: int | None = None


def enter(desk: Desk, purse: Purse, payment: Payment, fee: str, kind: ReceiptKind = ReceiptKind.RECEIPT) -> Receipt:
    """Post money in, or out (kind refund). The rights are the caller's business. E_MONEY, E_NOT_FOUND."""
    fen = amount.positive_fen(payment.amount_fen)
    if payment.account is not None and not fetch(desk, Account, payment.account, lock=False).active:
        raise amount.invalid("该账户已停用", "This account is closed", account=payment.account)
    sealed = _sealed(desk, payment.bank_no)
    receipt = Receipt(
        **desk.own,
        no=sequence.next_no(desk.session, desk.tenant, NUMBERS[kind], desk.today),
        kind=kind,
        state=ReceiptState.POSTED,
        date=desk.today,
        customer_id=purse.customer,
        payer=payment.payer,
        deal_id=purse.deal,
        hold_id=purse.hold,
        presubscription_id=purse.presubscription,
        fee_type=fee,
        method=payment.method,
        account_id=payment.account,
        bank_no=sealed[0],
        bank_hash=sealed[1],
        amount_fen=-fen if kind is ReceiptKind.REFUND else fen,
        cashier=desk.actor.name,
    )
    _post(desk, receipt)
    return receipt


def transfer(desk: Desk, source: Purse, target: Purse, fen: int, fee: str) -> tuple[Receipt, Receipt]:
    """Move money inside the house: two rows that sum to nothing (ZZ); no account sees it."""
    amount.positive_fen(fen)
    numbers = [sequence.next_no(desk.session, desk.tenant, "ZZ", desk.today) for _ in range(2)]
    pair = [
        Receipt(
            **desk.own,
            no=no,
            kind=ReceiptKind.TRANSFER,
            state=ReceiptState.POSTED,
            pair=numbers[0],
            date=desk.today,
            customer_id=purse.customer,
            deal_id=purse.deal,
            hold_id=purse.hold,
            presubscription_id=purse.presubscription,
            fee_type=fee,
            method=MOVED,
            amount_fen=moved,
            cashier=desk.actor.name,
        )
        for no, purse, moved in zip(numbers, (source, target), (-fen, fen), strict=True)
    ]
    for row in pair:
        _post(desk, row)
    return pair[0], pair[1]


def lying(desk: Desk, purse: Purse) -> int:
    """What lies in a purse: all posted money for it, in fen. Of a deal, hold or presubscription whoever paid it."""
    desk.session.flush()
    wanted = select(func.coalesce(func.sum(Receipt.amount_fen), 0)).where(
        Receipt.tenant_id == desk.tenant, Receipt.state != ReceiptState.DRAFT
    )
    if purse.deal is not None:
        wanted = wanted.where(Receipt.deal_id == purse.deal)
    elif purse.hold is not None:
        wanted = wanted.where(Receipt.hold_id == purse.hold)
    elif purse.presubscription is not None:
        wanted = wanted.where(Receipt.presubscription_id == purse.presubscription)
    else:
        wanted = wanted.where(
            Receipt.customer_id == purse.customer,
            Receipt.deal_id.is_(None),
            Receipt.hold_id.is_(None),
            Receipt.presubscription_id.is_(None),
        )
    return int(desk.session.scalar(wanted) or 0)


def pay_out_advance(desk: Desk, customer: int, payment: Payment) -> Receipt:
    """Give a customer's advance back (TK). E_PERM, E_MONEY if there is less."""
    desk.must(Right.PAY_OUT)
    fetch(desk, Customer, customer)
    purse = Purse(customer)
    must_hold(lying(desk, purse), payment.amount_fen)
    return enter(desk, purse, payment, REFUND_FEE, ReceiptKind.REFUND)


def must_hold(there_fen: int, wanted_fen: int) -> None:
    """E_MONEY unless there is that much."""
    if wanted_fen > there_fen:
        raise amount.impossible(
            f"可用金额只有 {amount.yuan(there_fen)} 元，不足 {amount.yuan(wanted_fen)} 元",
            f"There are {amount.yuan(there_fen)} yuan, not {amount.yuan(wanted_fen)}",
            there_fen=there_fen,
            wanted_fen=wanted_fen,
        )


def _post(desk: Desk, receipt: Receipt) -> None:
    desk.session.add(receipt)
    desk.session.flush()
    desk.note(
        f"receipt.{receipt.kind}",
        "receipt",
        receipt.id,
        None,
        {"no": receipt.no, "amount_fen": receipt.amount_fen, "deal": receipt.deal_id, "hold": receipt.hold_id},
    )
    touch(
        desk,
        receipt.customer_id,
        "receipt",
        "receipt",
        receipt.id,
        f"{receipt.fee_type} {amount.yuan(receipt.amount_fen)}",
    )


def _sealed(desk: Desk, bank_no: str | None) -> tuple[str | None, str | None]:
    if bank_no is None:
        return None, None
    if desk.cipher is None:
        raise ValueError("a desk without the cipher of the house cannot keep a bank number")
    return desk.cipher.seal("receipt.bank_no", bank_no), desk.cipher.hash("receipt.bank_no", bank_no)
