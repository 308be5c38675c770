"""Invoices 发票: never more than was received (invariant 5); voided in their month, credited in red later (R33)."""

from sqlalchemy import func, select

from admin.right import Right
from db import sequence
from sales.models import Deal, Invoice
from sales.money import amount
from sales.services import receipts
from sales.services.deals import must_live
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.receipts import Purse
from sales.services.step import step
from sales.states.invoice import INVOICE, InvoiceEvent, InvoiceState


def issue(desk: Desk, deal: int, amount_fen: int, no: str | None = None, title: str | None = None) -> Invoice:
    """no: as it is printed on the form; None: the next of ours (FP). E_PERM, E_STATE, E_MONEY, E_DUPLICATE."""
    desk.must(Right.INVOICE)
    found = fetch(desk, Deal, deal)
    must_live(found)
    received = receipts.lying(desk, Purse(found.customer_id, deal=deal))
    receipts.must_hold(received - invoiced(desk, deal), amount.positive_fen(amount_fen))
    row = Invoice(
        **desk.own,
        no=no or sequence.next_no(desk.session, desk.tenant, "FP", desk.today),
        date=desk.today,
        deal_id=deal,
        title=title,
        amount_fen=amount_fen,
        state=InvoiceState.ISSUED,
    )
    desk.session.add(row)
    desk.session.flush()
    desk.note("invoice.issue", "invoice", row.id, None, {"no": row.no, "deal": deal, "amount_fen": amount_fen})
    return row


def void_invoice(desk: Desk, invoice: int, reason: str) -> Invoice:
    """作废, in the month it was written. E_PERM, E_STATE, E_VALIDATION."""
    desk.must(Right.INVOICE)
    found = fetch(desk, Invoice, invoice)
    INVOICE.next(found.state, InvoiceEvent.VOID)
    if (found.date.year, found.date.month) != (desk.today.year, desk.today.month):
        raise amount.invalid("跨月发票只能红冲", "An invoice of another month is credited in red, not voided")
    step(desk, INVOICE, found, InvoiceEvent.VOID, {"note": reason})
    return found


def credit(desk: Desk, invoice: int, reason: str) -> Invoice:
    """红冲: a negative invoice that names it. E_PERM, E_STATE."""
    desk.must(Right.INVOICE)
    found = fetch(desk, Invoice, invoice)
    step(desk, INVOICE, found, InvoiceEvent.CREDIT)
    red = Invoice(
        **desk.own,
        no=sequence.next_no(desk.session, desk.tenant, "FP", desk.today),
        date=desk.today,
        deal_id=found.deal_id,
        title=found.title,
        amount_fen=-found.amount_fen,
        state=InvoiceState.RED,
        red_of_id=found.id,
        note=reason,
    )
    desk.session.add(red)
    desk.session.flush()
    return red


def must_be_covered(desk: Desk, deal: Deal) -> None:
    """E_MONEY if more is invoiced than still lies on the deal: the invoice is voided or credited before its money goes
    (invariant 5)."""
    stands = invoiced(desk, deal.id)
    there = receipts.lying(desk, Purse(deal.customer_id, deal=deal.id))
    if stands > there:
        raise amount.impossible(
            f"已开票 {amount.yuan(stands)} 元，只剩 {amount.yuan(there)} 元，须先作废或红冲发票",
            f"{amount.yuan(stands)} yuan are invoiced, {amount.yuan(there)} would be left: void or credit that first",
            invoiced_fen=stands,
            there_fen=there,
        )


def invoiced(desk: Desk, deal: int) -> int:
    """Σ of what is invoiced and stands: issued ones; a credited one and its red one come to nothing."""
    wanted = select(func.coalesce(func.sum(Invoice.amount_fen), 0)).where(
        Invoice.deal_id == deal, Invoice.state != InvoiceState.VOID
    )
    return int(desk.session.scalar(wanted) or 0)
