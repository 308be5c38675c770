"""The money of fixture T: what every purse, line, account and total says, is the same money (invariants 2–6)."""

from datetime import date
from itertools import pairwise

from sales import invariants
from sales.models import Account, Allocation, Deal, Invoice, Receipt, Receivable, Refund
from sales.money.capitals import capitals
from sales.services.journal import journal
from sales.services.receipts import Purse, lying
from sales.states.deal import LIVE
from sales.states.receipt import ReceiptState
from sales.states.receivable import FeeGroup, ReceivableState
from tests.sales.golden import fixture, report
from tests.sales.services.office import Office

POSTED = Receipt.state != ReceiptState.DRAFT


async def test_what_is_to_be_paid_is_the_price_and_is_paid_once(office: Office) -> None:
    lines = await office.all(Receivable)
    given = await office.all(Allocation)
    for deal in await office.all(Deal, Deal.state.in_(LIVE)):
        price = [line for line in lines if line.deal_id == deal.id and line.fee_group is FeeGroup.PRICE]
        asked = sum(line.amount_fen for line in price if line.state is not ReceivableState.CANCELLED)
        assert asked == deal.deal_fen, deal.deal_no
        assert sum(line.paid_fen for line in price) <= await office.does("boss", lying, Purse(1, deal=deal.id))
    for line in lines:
        assert sum(each.amount_fen for each in given if each.receivable_id == line.id) == line.paid_fen
        assert 0 <= line.paid_fen <= max(line.amount_fen, 0)
    for receipt in await office.all(Receipt, POSTED):
        assert (
            0 <= sum(each.amount_fen for each in given if each.receipt_id == receipt.id) <= max(receipt.amount_fen, 0)
        )


async def test_all_that_came_lies_somewhere(office: Office) -> None:
    """Σ receipts = Σ what lies on deals, holds and places in the queue, and as advances; moved money is nothing."""
    receipts = await office.all(Receipt, POSTED)
    purses = {Purse(r.customer_id, r.deal_id, r.hold_id, r.presubscription_id) for r in receipts}
    # what lies on a deal or a hold is asked for once, whoever paid it
    unique = {
        purse if purse == Purse(purse.customer) else Purse(0, purse.deal, purse.hold, purse.presubscription)
        for purse in purses
    }
    lies = [await office.does("boss", lying, purse) for purse in unique]
    assert min(lies) >= 0
    assert sum(lies) == sum(receipt.amount_fen for receipt in receipts)
    assert sum(receipt.amount_fen for receipt in receipts if receipt.pair is not None) == 0
    [refund] = await office.all(Refund)
    assert (refund.paid_fen, refund.penalty_fen, refund.refund_fen) == (2_000_000, 500_000, 1_500_000)
    assert await office.does("boss", lying, Purse(0, deal=refund.deal_id)) == 500_000  # the penalty stays
    for deal in await office.all(Deal):
        written = sum(row.amount_fen for row in await office.all(Invoice, Invoice.deal_id == deal.id))
        assert written <= await office.does("boss", lying, Purse(0, deal=deal.id))


async def test_every_account_closes_with_what_went_through_it(office: Office) -> None:
    for account in await office.all(Account):
        assert account.opening_date is not None
        days = await office.does("finance", journal, account.id, account.opening_date, date(2024, 3, 31))
        assert days[0].opening_fen == account.opening_fen
        assert all(today.closing_fen == next_.opening_fen for today, next_ in pairwise(days))
        moved = sum(row.amount_fen for row in await office.all(Receipt, POSTED, Receipt.account_id == account.id))
        assert days[-1].closing_fen == account.opening_fen + moved
    assert await office.look(invariants.check) == []


async def test_a_receipt_in_capitals(office: Office) -> None:
    """R32 of SK0010, 200,000 yuan (§2.5.6)."""
    [told] = report("R32")
    receipt = await office.one(Receipt, Receipt.no == told["no"])
    assert (receipt.amount_fen, capitals(receipt.amount_fen)) == (told["fen"], told["capital"])


async def test_the_sum_of_the_specification(office: Office) -> None:
    """Refunds are told as negative receipts; what moved inside the house is nothing."""
    said = sum(row["fen"] for row in fixture("receipts"))
    assert sum(receipt.amount_fen for receipt in await office.all(Receipt, POSTED)) == said
