"""Invariants 2 to 6: what is to be paid, what was paid, and where the money is."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, case, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from sales.invariants.invariant import Offence, Tenant, of
from sales.models import Account, Allocation, Deal, Hold, Invoice, Receipt, Receivable, Refund
from sales.money.amount import yuan
from sales.money.fee import EARNED
from sales.states.deal import LIVE, DealState
from sales.states.hold import HoldState
from sales.states.invoice import InvoiceState
from sales.states.receipt import ReceiptKind, ReceiptState
from sales.states.receivable import FeeGroup, ReceivableState

POSTED = Receipt.state != ReceiptState.DRAFT  # a reversed one counts, and so does the row that reverses it
_SUM = func.coalesce(func.sum(Receipt.amount_fen), 0)


def receivables(session: Session, tenant: Tenant) -> Iterator[Offence]:
    planned = func.coalesce(func.sum(Receivable.amount_fen), 0)
    deals = session.execute(
        select(Deal.id, Deal.deal_no, Deal.deal_fen, planned)
        .outerjoin(
            Receivable,
            and_(
                Receivable.deal_id == Deal.id,
                Receivable.fee_group == FeeGroup.PRICE,
                Receivable.state != ReceivableState.CANCELLED,
            ),
        )
        .where(of(Deal, tenant), Deal.state.in_(LIVE))
        .group_by(Deal.id, Deal.deal_no, Deal.deal_fen)
        .having(planned != Deal.deal_fen)
        .order_by(Deal.id)
    )
    for key, no, price, sum_ in deals:
        yield Offence(
            "deal",
            key,
            f"交易{no}的应收合计{yuan(int(sum_))}元，成交价{yuan(price)}元",
            f"deal {no} costs {yuan(price)} yuan, its receivables are {yuan(int(sum_))}",
        )
    given = func.coalesce(func.sum(Allocation.amount_fen), 0)
    lines = session.execute(
        select(Receivable.id, Receivable.amount_fen, Receivable.paid_fen, given)
        .outerjoin(Allocation, Allocation.receivable_id == Receivable.id)
        .where(of(Receivable, tenant))
        .group_by(Receivable.id, Receivable.amount_fen, Receivable.paid_fen)
        .having(or_(given != Receivable.paid_fen, and_(given > Receivable.amount_fen, given > 0)))
        .order_by(Receivable.id)
    )
    for key, wanted, paid, sum_ in lines:
        yield Offence(
            "receivable",
            key,
            f"应收{yuan(wanted)}元，记为已付{yuan(paid)}元，核销合计{yuan(int(sum_))}元",
            f"{yuan(wanted)} yuan are to be paid, {yuan(paid)} are said to be, {yuan(int(sum_))} are allocated",
        )
    receipts = session.execute(
        select(Receipt.id, Receipt.no, Receipt.amount_fen, given)
        .join(Allocation, Allocation.receipt_id == Receipt.id)
        .where(of(Receipt, tenant))
        .group_by(Receipt.id, Receipt.no, Receipt.amount_fen)
        .having(not_(case((Receipt.amount_fen > 0, given.between(0, Receipt.amount_fen)),
                          else_=given.between(Receipt.amount_fen, 0))))
        .order_by(Receipt.id)
    )  # fmt: skip
    for key, no, amount, sum_ in receipts:
        yield Offence(
            "receipt",
            key,
            f"收款单{no}金额{yuan(amount)}元，核销{yuan(int(sum_))}元",
            f"receipt {no} is of {yuan(amount)} yuan, {yuan(int(sum_))} of it are allocated",
        )


def conserved(session: Session, tenant: Tenant) -> Iterator[Offence]:
    yield from _pairs(session, tenant)
    yield from _reversals(session, tenant)
    yield from _purses(session, tenant)
    yield from _holds(session, tenant)
    yield from _ended_deals(session, tenant)
    strays = session.execute(
        select(Allocation.id, Receipt.no)
        .join(Receipt, Receipt.id == Allocation.receipt_id)
        .join(Receivable, Receivable.id == Allocation.receivable_id)
        .where(of(Allocation, tenant), func.coalesce(Receipt.deal_id, 0) != Receivable.deal_id)
        .order_by(Allocation.id)
    )
    for key, no in strays:
        yield Offence("allocation", key, f"收款单{no}核销了别的交易的应收", f"receipt {no} pays for another deal")


def refunds(session: Session, tenant: Tenant) -> Iterator[Offence]:
    came = case((and_(Receipt.kind != ReceiptKind.REFUND, _into()), Receipt.amount_fen), else_=0)
    paid = func.coalesce(func.sum(came), 0)
    rows = session.execute(
        select(Refund.id, Deal.deal_no, Refund.paid_fen, paid)
        .join(Deal, Deal.id == Refund.deal_id)
        .outerjoin(Receipt, and_(Receipt.deal_id == Deal.id, POSTED))
        .where(of(Refund, tenant))
        .group_by(Refund.id, Deal.deal_no, Refund.paid_fen, Refund.penalty_fen, Refund.refund_fen)
        .having(
            or_(
                Refund.paid_fen > paid,
                Refund.refund_fen < 0,
                Refund.refund_fen != Refund.paid_fen - Refund.penalty_fen,
            )
        )
        .order_by(Refund.id)
    )
    for key, no, said, sum_ in rows:
        yield Offence(
            "deal_refund",
            key,
            f"交易{no}退房记已付{yuan(said)}元，实收{yuan(int(sum_))}元",
            f"the refund of deal {no} says {yuan(said)} yuan were paid, it were {yuan(int(sum_))}",
        )
    odd = session.execute(
        select(Deal.id, Deal.deal_no)
        .outerjoin(Refund, Refund.deal_id == Deal.id)
        .where(of(Deal, tenant), (Deal.state == DealState.REFUNDED) != Refund.id.is_not(None))
        .order_by(Deal.id)
    )
    for key, no in odd:
        yield Offence(
            "deal", key, f"交易{no}的退房记录与状态不符", f"deal {no} is refunded without a refund, or the other way"
        )


def invoices(session: Session, tenant: Tenant) -> Iterator[Offence]:
    written = (
        select(Invoice.deal_id, func.sum(Invoice.amount_fen).label("fen"))
        .where(of(Invoice, tenant), Invoice.state != InvoiceState.VOID)
        .group_by(Invoice.deal_id)
        .subquery()
    )
    rows = session.execute(
        select(Deal.id, Deal.deal_no, written.c.fen, _SUM)
        .join(written, written.c.deal_id == Deal.id)
        .outerjoin(Receipt, and_(Receipt.deal_id == Deal.id, POSTED))
        .group_by(Deal.id, Deal.deal_no, written.c.fen)
        .having(written.c.fen > _SUM)
        .order_by(Deal.id)
    )
    for key, no, invoiced, received in rows:
        yield Offence(
            "deal",
            key,
            f"交易{no}已开票{yuan(int(invoiced))}元，已收{yuan(int(received))}元",
            f"{yuan(int(invoiced))} yuan are invoiced of deal {no}, {yuan(int(received))} were received",
        )


def journal(session: Session, tenant: Tenant) -> Iterator[Offence]:
    """Closing = opening + in - out, day after day: that holds if no entry lies before the opening of its account, and
    no account sees what is only moved inside the house."""
    rows = session.execute(
        select(Receipt.id, Receipt.no, Account.code)
        .join(Account, Account.id == Receipt.account_id)
        .where(
            of(Receipt, tenant),
            POSTED,
            or_(
                Receipt.date < Account.opening_date,
                Receipt.tenant_id != Account.tenant_id,
                Receipt.kind == ReceiptKind.TRANSFER,
            ),
        )
        .order_by(Receipt.id)
    )
    for key, no, account in rows:
        yield Offence(
            "receipt",
            key,
            f"收款单{no}不在账户{account}的日记账内：早于期初，或为内部转款",
            f"receipt {no} has no place in the journal of account {account}: before its opening, or moved inside",
        )


def _into() -> Any:
    return or_(Receipt.amount_fen > 0, Receipt.reverses_id.is_not(None))


def _pairs(session: Session, tenant: Tenant) -> Iterator[Offence]:
    rows = session.execute(
        select(func.min(Receipt.id), Receipt.pair, func.sum(Receipt.amount_fen))
        .where(of(Receipt, tenant), POSTED, Receipt.pair.is_not(None))
        .group_by(Receipt.tenant_id, Receipt.pair)
        .having(func.sum(Receipt.amount_fen) != 0)
    )
    for key, pair, rest in rows:
        yield Offence(
            "receipt",
            key,
            f"转款{pair}两边相差{yuan(int(rest))}元",
            f"the two sides of {pair} differ by {yuan(int(rest))}",
        )


def _reversals(session: Session, tenant: Tenant) -> Iterator[Offence]:
    back = aliased(Receipt)
    rows = session.execute(
        select(Receipt.id, Receipt.no)
        .outerjoin(back, back.reverses_id == Receipt.id)
        .where(
            of(Receipt, tenant),
            or_(
                (Receipt.state == ReceiptState.REVERSED) != back.id.is_not(None),
                and_(back.id.is_not(None), back.amount_fen != -Receipt.amount_fen),
            ),
        )
        .order_by(Receipt.id)
    )
    for key, no in rows:
        yield Offence("receipt", key, f"收款单{no}的冲销不符", f"receipt {no} and its reversal do not match")


def _purses(session: Session, tenant: Tenant) -> Iterator[Offence]:
    """Nobody has been given back more than they paid, for nothing they paid for."""
    purse = (Receipt.customer_id, Receipt.hold_id, Receipt.presubscription_id)
    rows = session.execute(
        select(*purse, func.min(Receipt.id), _SUM)
        .where(of(Receipt, tenant), POSTED, Receipt.deal_id.is_(None))
        .group_by(*purse)
        .having(_SUM < 0)
    )
    for customer, _, _, key, rest in rows:
        yield Offence(
            "receipt",
            key,
            f"客户{customer}的款项为{yuan(int(rest))}元",
            f"of the money of customer {customer} {yuan(int(rest))} yuan are left",
        )


def _holds(session: Session, tenant: Tenant) -> Iterator[Offence]:
    """What a hold says lies on it; of an ended one the rest was forfeited."""
    open_ = Hold.state.in_((HoldState.ACTIVE, HoldState.CONVERTED))
    rows = session.execute(
        select(Hold.id, Hold.no, Hold.money_fen, _SUM)
        .outerjoin(Receipt, and_(Receipt.hold_id == Hold.id, POSTED))
        .where(of(Hold, tenant))
        .group_by(Hold.id, Hold.no, Hold.money_fen, Hold.state)
        .having(case((open_, Hold.money_fen != _SUM), else_=Hold.money_fen > _SUM))
        .order_by(Hold.id)
    )
    for key, no, said, sum_ in rows:
        yield Offence(
            "hold",
            key,
            f"保留单{no or key}记{yuan(said)}元，收款合计{yuan(int(sum_))}元",
            f"hold {no or key} says {yuan(said)} yuan, its receipts are {yuan(int(sum_))}",
        )


def _ended_deals(session: Session, tenant: Tenant) -> Iterator[Offence]:
    """Of an exchanged deal all has moved on but the fees the house has earned; of a refunded one these and the penalty
    stay at least; none is below nothing."""
    fees = (
        select(Receivable.deal_id, func.sum(Receivable.paid_fen).label("fen"))
        .where(Receivable.fee_type.in_(EARNED))
        .group_by(Receivable.deal_id)
        .subquery()
    )
    earned = func.coalesce(fees.c.fen, 0)
    rows = session.execute(
        select(Deal.id, Deal.deal_no, _SUM)
        .outerjoin(Receipt, and_(Receipt.deal_id == Deal.id, POSTED))
        .outerjoin(Refund, Refund.deal_id == Deal.id)
        .outerjoin(fees, fees.c.deal_id == Deal.id)
        .where(of(Deal, tenant))
        .group_by(Deal.id, Deal.deal_no, Deal.state, Refund.penalty_fen, fees.c.fen)
        .having(
            or_(
                _SUM < 0,
                and_(Deal.state == DealState.EXCHANGED, earned != _SUM),
                and_(Deal.state == DealState.REFUNDED, func.coalesce(Refund.penalty_fen, 0) + earned > _SUM),
            )
        )
        .order_by(Deal.id)
    )
    for key, no, rest in rows:
        yield Offence(
            "deal", key, f"交易{no}上还有{yuan(int(rest))}元", f"{yuan(int(rest))} yuan are left on deal {no}"
        )
