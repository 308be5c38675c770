"""Presubscriptions 认筹: a place in the queue of a batch against sincerity money (SPEC §2.4.17)."""

from sqlalchemy import func, select

from admin.right import Right
from db import sequence
from sales import parameters
from sales.models import Customer, Deal, Presubscription, Project, Receipt
from sales.money import amount
from sales.services import receipts
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.payment import Payment
from sales.services.receipts import Purse
from sales.services.step import step
from sales.services.touch import touch
from sales.states.presubscription import PRESUBSCRIPTION, PresubscriptionEvent, PresubscriptionState
from sales.states.receipt import ReceiptKind


def presubscribe(desk: Desk, project: int, batch: str, customer: int, money: Payment) -> Presubscription:
    """The next number of the batch, against `sincerity_money_fen` at least. E_PERM, E_NOT_FOUND, E_MONEY."""
    desk.must(Right.SUBSCRIBE)
    desk.must(Right.COLLECT, Right.RECEIPT)
    fetch(desk, Project, project, lock=False)
    found = fetch(desk, Customer, customer)
    least = desk.given(project)[parameters.SINCERITY_MONEY]
    if amount.positive_fen(money.amount_fen) < least:
        raise amount.impossible(
            f"诚意金至少 {amount.yuan(least)} 元",
            f"Sincerity money is {amount.yuan(least)} yuan at least",
            least_fen=least,
        )
    row = Presubscription(
        **desk.own,
        project_id=project,
        batch=batch,
        queue_no=_next(desk, project, batch),
        customer_id=customer,
        seller_id=desk.actor.seller or found.seller_id,
        money_fen=money.amount_fen,
        state=PresubscriptionState.REGISTERED,
        registered=desk.today,
    )
    desk.session.add(row)
    desk.session.flush()
    desk.note("presubscription.register", "presubscription", row.id, None, {"batch": batch, "queue_no": row.queue_no})
    touch(desk, customer, "presubscribe", "presubscription", row.id, f"{batch} {row.queue_no}")
    receipts.enter(desk, Purse(customer, presubscription=row.id), money, receipts.SINCERITY)
    return row


def refund_presubscription(desk: Desk, presubscription: int, pay: Payment) -> Receipt:
    """The cashier pays the sincerity money back, all of it. E_PERM, E_STATE, E_MONEY."""
    desk.must(Right.PAY_OUT)
    row = fetch(desk, Presubscription, presubscription)
    step(desk, PRESUBSCRIPTION, row, PresubscriptionEvent.REFUND, {"end_date": desk.today})
    if pay.amount_fen != row.money_fen:
        raise amount.impossible(
            f"诚意金 {amount.yuan(row.money_fen)} 元须一次退清",
            f"The {amount.yuan(row.money_fen)} yuan are paid back at once",
            money_fen=row.money_fen,
        )
    return receipts.enter(
        desk, Purse(row.customer_id, presubscription=row.id), pay, receipts.REFUND_FEE, ReceiptKind.REFUND
    )


def lapse_presubscription(desk: Desk, presubscription: int) -> Presubscription:
    """The batch is over: the sincerity money becomes the customer's advance. E_PERM, E_STATE."""
    desk.must(Right.MANAGE)
    row = fetch(desk, Presubscription, presubscription)
    step(desk, PRESUBSCRIPTION, row, PresubscriptionEvent.LAPSE, {"end_date": desk.today})
    if row.money_fen:
        purse = Purse(row.customer_id, presubscription=row.id)
        receipts.transfer(desk, purse, Purse(row.customer_id), row.money_fen, receipts.SINCERITY)
    return row


def brought_by(desk: Desk, presubscription: int, deal: Deal) -> int:
    """A subscription takes the place of the presubscription, and its money, in fen. E_STATE, E_VALIDATION."""
    row = fetch(desk, Presubscription, presubscription)
    if row.customer_id != deal.customer_id or row.project_id != deal.project_id:
        raise amount.invalid("认筹不属于该客户或该楼盘", "The presubscription is another customer's or project's")
    step(desk, PRESUBSCRIPTION, row, PresubscriptionEvent.CONVERT, {"end_date": desk.today, "deal_id": deal.id})
    if row.money_fen:
        source, target = Purse(row.customer_id, presubscription=row.id), Purse(row.customer_id, deal=deal.id)
        receipts.transfer(desk, source, target, row.money_fen, receipts.SINCERITY)
    return row.money_fen


def _next(desk: Desk, project: int, batch: str) -> int:
    """Ascending within the batch; numbers that came from elsewhere (an import) are gone past."""
    drawn = sequence.next_number(desk.session, desk.tenant, f"RC{project}-{batch}"[:16])
    last = desk.session.scalar(
        select(func.max(Presubscription.queue_no)).where(
            Presubscription.project_id == project, Presubscription.batch == batch
        )
    )
    return max(drawn, (last or 0) + 1)
