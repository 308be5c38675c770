"""Receivables, invoices, the journal, loans, commissions and dunning on fixture T."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.refusal import Code
from sales import parameters
from sales.invariants import check
from sales.models import (
    Account,
    CommissionLine,
    CommissionScheme,
    Customer,
    Deal,
    Invoice,
    Mortgage,
    Receipt,
    Receivable,
    RoomState,
)
from sales.money.fee import FeeType
from sales.services.approvals import approve, request
from sales.services.commissions import close, compute, span
from sales.services.contracts import register, sign
from sales.services.dunning import dun
from sales.services.invoices import credit, issue, void_invoice
from sales.services.journal import journal
from sales.services.mortgages import (
    Loan,
    apply_for_loan,
    approve_loan,
    cancel_loan,
    disburse,
    hand_in,
    reject_loan,
    retry_loan,
    submit_loan,
)
from sales.services.payment import Payment
from sales.services.receipts import Purse, lying, pay_out_advance
from sales.services.receivables import adjust, charge, charge_late_fee, late_fee_of, waive
from sales.services.receive import apply_advance, receive, reverse
from sales.services.refund import Leaving, refund
from sales.states.approval import ApprovalKind
from sales.states.commission import CommissionKind, CommissionState
from sales.states.dunning import DunningEvent, DunningLevel
from sales.states.mortgage import MortgageState
from sales.states.receivable import ReceivableState
from tests.sales.services.office import Office


async def line(office: Office, no: str) -> Receivable:
    return await office.one(Receivable, Receivable.no == no)


async def allowed(office: Office, kind: ApprovalKind, subject: tuple[str, int]) -> int:
    asked = await office.does("finance", request, kind, subject, "申请")
    await office.does("boss", approve, asked.id)
    return asked.id


async def test_paid_by_chosen_lines_and_reversed(office: Office) -> None:
    """D2 owes 275,200 of A5 and 356,400 of A6: 100,000 may go to A6 first."""
    deal, customer = office.deals["D2"], office.customers["C2"]
    later = await line(office, "A6")
    await office.refused(
        Code.VALIDATION, "cash", receive, customer, Payment(100), "楼款", deal, [(await line(office, "A1")).id]
    )
    await office.refused(Code.PERM, "li", receive, customer, Payment(100), "楼款", deal)
    await office.refused(Code.MONEY, "cash", receive, customer, Payment(0), "楼款", deal)
    receipt = await office.does("cash", receive, customer, Payment(10_000_000), "楼款", deal, [later.id])
    assert ((await line(office, "A5")).paid_fen, (await line(office, "A6")).paid_fen) == (20_000_000, 10_000_000)
    reversal = await office.does("finance", reverse, receipt.id, "输错")
    assert (reversal.amount_fen, reversal.reverses_id) == (-10_000_000, receipt.id)
    again = await line(office, "A6")
    assert (again.paid_fen, again.state) == (0, ReceivableState.ACTIVE)
    await office.refused(Code.STATE, "finance", reverse, reversal.id, "再来")
    # more than is due: the rest is an advance on the deal
    await office.does("cash", receive, customer, Payment(70_000_000), "楼款", deal)
    assert (await line(office, "A6")).state is ReceivableState.PAID
    assert await office.does("cash", lying, Purse(customer, deal=deal)) == 2_000_000 + 33_640_000 + 90_000_000


async def test_an_advance_is_used_or_paid_back(office: Office) -> None:
    customer = office.customers["C2"]
    await office.does("cash", receive, customer, Payment(30_000_000))
    await office.refused(Code.MONEY, "cash", apply_advance, office.deals["D2"], 30_000_001)
    await office.does("cash", apply_advance, office.deals["D2"], 27_520_000)
    assert (await line(office, "A5")).state is ReceivableState.PAID
    await office.refused(Code.MONEY, "cash", pay_out_advance, customer, Payment(2_480_001))
    await office.does("cash", pay_out_advance, customer, Payment(2_480_000))
    assert await office.does("cash", lying, Purse(customer)) == 0


async def test_a_late_fee_is_charged_and_waived(office: Office) -> None:
    """R26: A5 is 11 days late by 2024-03-31: 1,613.60."""
    late = await line(office, "A5")
    await office.refused(Code.PERM, "li", charge_late_fee, late.id)
    fee = await office.does("finance", charge_late_fee, late.id)
    assert fee is not None
    assert (fee.fee_type, fee.amount_fen) == ("滞纳金", 161_360)
    assert await office.does("finance", charge_late_fee, late.id) is None
    await office.refused(Code.PERM, "finance", waive, fee.id, None)
    await office.refused(Code.VALIDATION, "finance", waive, late.id, None)
    await office.does("finance", waive, fee.id, await allowed(office, ApprovalKind.LATE_FEE, ("receivable", fee.id)))
    assert (await office.get(Receivable, fee.id)).state is ReceivableState.CANCELLED


async def test_a_line_is_adjusted_by_lines_of_its_own(office: Office) -> None:
    """A5 of 475,200 (200,000 paid) becomes 400,000, A6 takes the 75,200: the price is what it was, and the receipt of
    the 200,000 can still be reversed: then 400,000 are owed."""
    deal, five, six = office.deals["D2"], await line(office, "A5"), await line(office, "A6")
    good = {five.id: 40_000_000, six.id: 43_160_000}
    await office.refused(Code.PERM, "finance", adjust, deal, good, None)
    asked = await allowed(office, ApprovalKind.ADJUST, ("deal", deal))
    await office.refused(Code.MONEY, "finance", adjust, deal, {five.id: 40_000_000}, asked)
    await office.refused(Code.MONEY, "finance", adjust, deal, {five.id: 10_000_000, six.id: 73_160_000}, asked)
    await office.refused(Code.VALIDATION, "finance", adjust, deal, {(await line(office, "A1")).id: 1}, asked)
    new = await office.does("finance", adjust, deal, good, asked)
    assert [(each.amount_fen, each.paid_fen, each.state) for each in new] == [
        (40_000_000, 20_000_000, ReceivableState.PARTIAL),
        (43_160_000, 0, ReceivableState.ACTIVE),
    ]
    lines = await office.all(Receivable, Receivable.deal_id == deal)
    assert sum(each.amount_fen for each in lines if each.state is not ReceivableState.CANCELLED) == 118_800_000
    assert (await office.get(Receivable, five.id)).amount_fen == 47_520_000
    assert await office.db.write(check) == []
    receipt = await office.one(Receipt, Receipt.no == "SK0010")
    await office.does("finance", reverse, receipt.id, "退票")
    again = await office.get(Receivable, new[0].id)
    assert (again.paid_fen, again.state) == (0, ReceivableState.ACTIVE)
    assert await office.db.write(check) == []
    await office.does("cash", receive, office.customers["C2"], Payment(83_160_000), "楼款", deal)
    paid = sum(each.paid_fen for each in await office.all(Receivable, Receivable.deal_id == deal))
    assert paid == 118_800_000


async def test_an_adjusted_line_is_late_from_its_first_day_and_fined_once(office: Office) -> None:
    """A5 was fined with 1,613.60 (R26); what takes its place is as late, and owes no more than that."""
    deal, five, six = office.deals["D2"], await line(office, "A5"), await line(office, "A6")
    await office.does("finance", charge_late_fee, five.id)
    asked = await allowed(office, ApprovalKind.ADJUST, ("deal", deal))
    new, _ = await office.does("finance", adjust, deal, {five.id: 47_520_000, six.id: 35_640_000}, asked)
    assert await office.does("finance", late_fee_of, new) == 161_360
    assert await office.does("finance", charge_late_fee, new.id) is None


async def test_a_tax_is_collected(office: Office) -> None:
    deal = office.deals["D1"]
    await office.refused(Code.VALIDATION, "finance", charge, deal, FeeType.PRICE, 1, date(2024, 4, 30))
    await office.refused(Code.STATE, "finance", charge, office.deals["D7"], FeeType.DEED_TAX, 1, date(2024, 4, 30))
    tax = await office.does("finance", charge, deal, FeeType.DEED_TAX, 872_200, date(2024, 4, 30))
    await office.does("cash", receive, office.customers["C1"], Payment(872_200), "契税", deal)
    assert (await office.get(Receivable, tax.id)).state is ReceivableState.PAID
    assert (await office.room("010101")).state is RoomState.SOLD


async def test_never_more_invoiced_than_received(office: Office) -> None:
    deal = office.deals["D2"]  # 556,400 received
    await office.refused(Code.PERM, "li", issue, deal, 1)
    await office.refused(Code.MONEY, "finance", issue, deal, 55_640_001)
    await office.refused(Code.DUPLICATE, "finance", issue, deal, 100, "FP001")
    first = await office.does("finance", issue, deal, 55_640_000)
    await office.refused(Code.MONEY, "finance", issue, deal, 1)
    await office.does("finance", void_invoice, first.id, "抬头错")
    await office.refused(Code.STATE, "finance", void_invoice, first.id, "")
    second = await office.does("finance", issue, deal, 55_640_000)
    office.later(days=1)
    await office.refused(Code.VALIDATION, "finance", void_invoice, second.id, "")
    red = await office.does("finance", credit, second.id, "跨月")
    assert (red.amount_fen, red.red_of_id) == (-55_640_000, second.id)
    await office.refused(Code.STATE, "finance", credit, second.id, "")
    await office.does("finance", issue, deal, 55_640_000)
    assert len(await office.all(Invoice, Invoice.deal_id == deal)) == 4


async def test_the_journal_closes_as_the_next_day_opens(office: Office) -> None:
    account = await office.one(Account, Account.code == "CASH")
    days = await office.does("finance", journal, account.id, date(2024, 1, 1), date(2024, 3, 31))
    assert len(days) == 91
    assert all(a.closing_fen == b.opening_fen for a, b in pairwise(days))
    assert days[-1].closing_fen == 2_500_000  # 20,000 of D2 and 5,000 of H1
    part = await office.does("finance", journal, account.id, date(2024, 3, 29), date(2024, 3, 30))
    assert [(each.opening_fen, each.in_fen, each.closing_fen) for each in part] == [
        (2_000_000, 500_000, 2_500_000),
        (2_500_000, 0, 2_500_000),
    ]
    await office.refused(Code.VALIDATION, "finance", journal, account.id, date(2024, 2, 1), date(2024, 1, 1))


async def test_a_loan_from_the_documents_to_the_money(office: Office) -> None:
    """D5 (M3) is eligible by itself; a reversed down payment takes that back, the bank's money completes the price."""
    loan, deal = await office.one(Mortgage, Mortgage.no == "M3"), office.deals["D5"]
    down = await office.one(Receipt, Receipt.no == "SK0009")
    await office.refused(Code.STATE, "finance", approve_loan, loan.id)
    await office.does("finance", reverse, down.id, "退票")
    assert (await office.get(Mortgage, loan.id)).state is MortgageState.DOCS_PENDING
    await office.refused(Code.STATE, "finance", submit_loan, loan.id)
    await office.does("cash", receive, office.customers["C9"], Payment(26_560_000), "首期款", deal)
    assert (await office.get(Mortgage, loan.id)).state is MortgageState.ELIGIBLE
    await office.does("finance", submit_loan, loan.id)
    await office.does("finance", reject_loan, loan.id, "收入不足")
    await office.does("finance", retry_loan, loan.id)
    await office.does("finance", hand_in, loan.id, {"收入证明": date(2024, 3, 31)}, True)
    assert (await office.get(Mortgage, loan.id)).state is MortgageState.ELIGIBLE
    await office.does("finance", submit_loan, loan.id)
    await office.refused(Code.STATE, "finance", disburse, loan.id)
    await office.does("finance", approve_loan, loan.id)
    receipt = await office.does("finance", disburse, loan.id)
    assert (receipt.amount_fen, receipt.method) == (64_000_000, "银行放款")
    assert (await line(office, "A15")).state is ReceivableState.PAID
    await office.refused(Code.STATE, "finance", cancel_loan, loan.id, "")


async def test_a_loan_is_asked_for_once(office: Office) -> None:
    loan = Loan("建行", 360, Decimal("0.0395"))
    await office.refused(Code.VALIDATION, "finance", apply_for_loan, office.deals["D2"], loan)
    await office.refused(Code.DUPLICATE, "finance", apply_for_loan, office.deals["D4"], loan)
    waiting = await office.one(Mortgage, Mortgage.no == "M2")
    await office.does("finance", cancel_loan, waiting.id, "换银行")
    new = await office.does("finance", apply_for_loan, office.deals["D4"], loan)
    assert (new.loan_fen, new.state) == (85_000_000, MortgageState.DOCS_PENDING)


async def test_the_commission_of_march(office: Office) -> None:
    """M06: 1,797.44 and 2,263.37 for seller 01; closed, it stands, and a refund is clawed back in April."""
    await office.refused(Code.PERM, "li", compute, "2024-03")
    await office.refused(Code.VALIDATION, "finance", compute, "2024-13")
    rows = await office.does("finance", compute, "2024-03")
    told = [(row.amount_fen, row.released_fen, row.cum_fen) for row in rows]
    assert told == [(179_744, 179_744, 89_872_200), (226_337, 113_169, 182_432_200)]
    assert len(await office.does("finance", compute, "2024-03")) == 2
    await office.refused(Code.VALIDATION, "finance", close, "2024-03")
    office.now = datetime(2024, 4, 1, 1, tzinfo=UTC)
    await office.does("finance", close, "2024-03")
    await office.refused(Code.LOCKED, "finance", compute, "2024-03")
    deal = office.deals["D5"]
    await office.does("wang", request, ApprovalKind.REFUND, ("deal", deal), "贷款未批")
    asked = await allowed(office, ApprovalKind.REFUND, ("deal", deal))
    await office.does("boss", refund, deal, Leaving("贷款未批", asked))
    (back,) = await office.does("finance", compute, "2024-04")
    assert (back.kind, back.amount_fen, back.released_fen) == (CommissionKind.CLAWBACK, -226_337, -113_169)
    assert back.state is CommissionState.OPEN
    assert span("2024-12") == (date(2024, 12, 1), date(2025, 1, 1))


async def test_who_introduced_the_buyer_is_paid_and_clawed_back(office: Office) -> None:
    """C1 introduced C9, who buys D5: 2,000 yuan, half of it at signing; the refund in April takes both back. C3 bought
    D3 with nobody's help but their own: nothing."""
    friend, buyer, own = (office.customers[no] for no in ("C1", "C9", "C3"))

    def introduce(session: Session) -> None:
        session.scalars(select(CommissionScheme)).one().referral_fen = 200_000
        session.get_one(Customer, buyer).referrer_id = friend
        session.get_one(Customer, own).referrer_id = own

    await office.db.write(introduce)
    rows = await office.does("finance", compute, "2024-03")
    told = [(row.kind, row.seller_id, row.referrer_id, row.amount_fen, row.released_fen) for row in rows]
    wang = office.people["wang"].seller
    assert told == [
        (CommissionKind.SALE, wang, None, 179_744, 179_744),
        (CommissionKind.SALE, wang, None, 226_337, 113_169),
        (CommissionKind.REFERRAL, None, friend, 200_000, 100_000),
    ]
    office.now = datetime(2024, 4, 1, 1, tzinfo=UTC)
    await office.does("finance", close, "2024-03")
    deal = office.deals["D5"]
    asked = await allowed(office, ApprovalKind.REFUND, ("deal", deal))
    await office.does("boss", refund, deal, Leaving("贷款未批", asked))
    back = await office.does("finance", compute, "2024-04")
    assert {(row.seller_id, row.referrer_id, row.amount_fen, row.released_fen) for row in back} == {
        (wang, None, -226_337, -113_169),
        (None, friend, -200_000, -100_000),
    }
    booked = await office.all(CommissionLine, CommissionLine.deal_id == deal)
    assert sum(row.amount_fen for row in booked) == sum(row.released_fen for row in booked) == 0


async def test_letters_go_to_who_is_late(office: Office) -> None:
    late, fine = await line(office, "A5"), await line(office, "A6")
    await office.refused(Code.STATE, "finance", dun, fine.id, DunningEvent.REMIND)
    await office.does("finance", dun, late.id, DunningEvent.REMIND)
    await office.refused(Code.STATE, "finance", dun, late.id, DunningEvent.REMIND)
    await office.does("finance", dun, late.id, DunningEvent.REMIND_AGAIN)
    await office.refused(Code.PERM, "finance", dun, late.id, DunningEvent.SUE)
    await office.does("boss", dun, late.id, DunningEvent.SUE)
    await office.does("cash", receive, office.customers["C2"], Payment(27_520_000), "楼款", office.deals["D2"])
    assert (await office.get(Receivable, late.id)).dunning is DunningLevel.SETTLED


async def test_signing_pays_what_was_paid_before(office: Office) -> None:
    """D4 pays 354,000 before the contract: an advance, which the signing sets against the down payment."""
    deal = office.deals["D4"]
    await office.does("cash", receive, office.customers["C4"], Payment(35_400_000), "首期款", deal)
    assert (await line(office, "A11")).paid_fen == 0
    await office.does("boss", sign, deal)
    assert (await line(office, "A11")).state is ReceivableState.PAID
    await office.does("boss", register, deal)
    assert (await office.get(Deal, deal)).formal_date == date(2024, 3, 31)
    found = await office.db.read(lambda s: parameters.on(s, 1, None, date(2024, 3, 31))[parameters.FILING_DAYS])
    assert found == 30
