"""What lives of rooms have brought to light, each as one example worked by hand."""

from datetime import timedelta

from db.refusal import Code
from sales.models import Deal, Hold, Invoice, PaymentPlan, Receipt
from sales.services.approvals import approve, request
from sales.services.contracts import sign
from sales.services.exchange import Wanted, exchange
from sales.services.holds import release
from sales.services.invoices import credit, issue, void_invoice
from sales.services.offer import Buyer, Deposit, Offer, PriceTerms
from sales.services.payment import Payment
from sales.services.receive import receive, reverse
from sales.services.refund import Leaving, pay_refund, refund
from sales.services.reserve import reserve
from sales.services.subscribe import subscribe
from sales.states.approval import ApprovalKind
from tests.sales.lives.durations import negative
from tests.sales.services.office import Office

FREE = "020201"


async def offer(office: Office, customer: str, fen: int | None = 2_000_000) -> Offer:
    plan = await office.one(PaymentPlan, PaymentPlan.code == "lump")
    payment = None if fen is None else Payment(fen)
    return Offer((Buyer(office.customers[customer]),), PriceTerms(plan.id), Deposit(payment))


async def approved(office: Office, kind: ApprovalKind, deal: int) -> int:
    asked = await office.does("li", request, kind, ("deal", deal), "申请")
    await office.does("boss", approve, asked.id)
    return asked.id


async def test_what_moved_to_the_new_room_is_not_paid_out_besides(office: Office) -> None:
    """D3 was paid with 898,722: 890,000 went to the new room, 8,722 are an advance; of the refund nothing is owed."""
    deal = office.deals["D3"]
    await office.does("finance", credit, (await office.one(Invoice, Invoice.deal_id == deal)).id, "换房")
    leaving = Leaving("总价", await approved(office, ApprovalKind.EXCHANGE, deal), "撤9")
    await office.does("boss", exchange, deal, Wanted(office.rooms[FREE], await offer(office, "C3", None)), leaving)
    await office.refused(Code.MONEY, "cash", pay_refund, deal, Payment(1))


async def test_a_refund_is_paid_once_though_the_clock_was_set_back(office: Office) -> None:
    """20,000 less a quarter: 15,000 go back, and that they did is not forgotten when their day comes before the end."""
    deal = await office.does("li", subscribe, office.rooms[FREE], await offer(office, "C8"))
    await office.does("boss", refund, deal.id, Leaving("资金", await approved(office, ApprovalKind.REFUND, deal.id)))
    office.now -= timedelta(days=2)
    await office.does("cash", pay_refund, deal.id, Payment(1_500_000))
    await office.refused(Code.MONEY, "cash", pay_refund, deal.id, Payment(1))


async def test_money_that_is_invoiced_goes_back_after_its_invoice(office: Office) -> None:
    customer = office.customers["C8"]
    deal = await office.does("li", subscribe, office.rooms[FREE], await offer(office, "C8"))
    written = await office.does("finance", issue, deal.id, 2_000_000)
    paid = await office.one(Receipt, Receipt.deal_id == deal.id)
    await office.refused(Code.MONEY, "finance", reverse, paid.id, "退票")
    more = await office.does("cash", receive, customer, Payment(1_000_000), "楼款", deal.id)
    await office.does("finance", reverse, more.id, "退票")  # that one is not invoiced
    await office.does("boss", refund, deal.id, Leaving("资金", await approved(office, ApprovalKind.REFUND, deal.id)))
    await office.refused(Code.MONEY, "cash", pay_refund, deal.id, Payment(1_500_000))
    await office.does("finance", void_invoice, written.id, "退房")
    await office.does("cash", pay_refund, deal.id, Payment(1_500_000))


async def test_nothing_ends_before_it_began(office: Office) -> None:
    """The clock of the machine was an hour fast, then nine days."""
    customer = office.customers["C8"]
    hold = await office.does("li", reserve, office.rooms[FREE], customer)
    office.now -= timedelta(hours=1)
    await office.does("li", release, office.rooms[FREE])
    kept = await office.get(Hold, hold)
    assert kept.ended_at == kept.started_at
    deal = await office.does("li", subscribe, office.rooms[FREE], await offer(office, "C8"))
    first = await office.one(Receipt, Receipt.deal_id == deal.id)
    office.now -= timedelta(days=9)
    contract = await office.does("li", sign, deal.id)
    signed = await office.get(Deal, deal.id)
    assert (signed.sign_date, contract.sign_date) == (signed.sub_date, signed.sub_date)
    asked = await approved(office, ApprovalKind.REFUND, deal.id)
    row = await office.does("boss", refund, deal.id, Leaving("资金", asked))
    assert row.date == signed.sub_date
    assert await office.db.read(negative) == []
    # a number of a day that comes twice is not given twice
    office.now += timedelta(days=9)
    again = await office.does("li", subscribe, office.rooms[FREE], await offer(office, "C8"))
    second = await office.one(Receipt, Receipt.deal_id == again.id)
    assert (deal.deal_no[:10], again.deal_no[:10]) == ("RG20240331", "RG20240331")
    assert again.deal_no != deal.deal_no
    assert second.no != first.no
    await office.chain_holds()
