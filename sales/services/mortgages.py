"""Mortgages 按揭: documents, the bank, the loan's money (SPEC §2.4.7). `mortgage_rule` decides who is eligible."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from admin.right import Right
from sales.models import Deal, Mortgage, Receipt
from sales.money import amount, mortgage
from sales.money.fee import FeeType
from sales.services import receipts
from sales.services.alarms import cease
from sales.services.allocations import DUE, allocate, lines_of
from sales.services.deals import must_live
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.mortgage_rule import judge
from sales.services.payment import Payment
from sales.services.receipts import Purse
from sales.services.receive import paid
from sales.services.step import step
from sales.states.mortgage import MORTGAGE, LoanKind, MortgageEvent, MortgageState, RepaymentMethod
from sales.states.plan import PlanKind
from sales.states.receivable import ReceivableState

BANK = "银行放款"


@dataclass(frozen=True)
class Loan:
    """provident_fen: the part of a combined loan at provident_annual."""

    bank: str
    months: int
    annual: Decimal
    method: RepaymentMethod = RepaymentMethod.EQUAL_INSTALMENT
    provident: tuple[int, Decimal] | None = None


def apply_for_loan(desk: Desk, deal: int, loan: Loan, docs_complete: bool = False) -> Mortgage:
    """Open the mortgage of a deal with plan 按揭: all of its loan lines. E_PERM, E_STATE, E_VALIDATION, E_DUPLICATE."""
    desk.must(Right.MORTGAGE, Right.SUBSCRIBE)
    found = fetch(desk, Deal, deal)
    must_live(found)
    amount.months(loan.months)
    amount.rate(loan.annual, mortgage.ANNUAL)
    lines = [line for line in lines_of(desk, found) if line.state is not ReceivableState.CANCELLED]
    fen = sum(line.amount_fen for line in lines if line.fee_type == FeeType.LOAN)
    if found.plan_kind is not PlanKind.MORTGAGE or not fen:
        raise amount.invalid("该交易不是按揭付款", "This deal is not paid by a loan", deal=found.deal_no)
    if loan.months > 360:
        raise amount.invalid("按揭最长 360 个月", "A mortgage runs for 360 months at most", months=loan.months)
    part, rate = loan.provident or (0, None)
    row = Mortgage(
        **desk.own,
        deal_id=found.id,
        kind=found.loan_kind or LoanKind.COMMERCIAL,
        bank=loan.bank,
        loan_fen=fen,
        provident_fen=part,
        provident_annual=rate,
        months=loan.months,
        annual=loan.annual,
        method=loan.method,
        state=MortgageState.DOCS_PENDING,
        state_since=desk.today,
        docs_complete=docs_complete,
    )
    desk.session.add(row)
    desk.session.flush()
    desk.note("mortgage.open", "mortgage", row.id, None, {"deal": found.id, "loan_fen": fen, "bank": loan.bank})
    judge(desk, found)
    return row


def hand_in(desk: Desk, key: int, docs: Mapping[str, date], complete: bool) -> Mortgage:
    """Documents come in; with the last of them the loan may become eligible. E_PERM, E_NOT_FOUND."""
    desk.must(Right.MORTGAGE, Right.SUBSCRIBE)
    row = fetch(desk, Mortgage, key)
    row.docs = row.docs | {name: day.isoformat() for name, day in docs.items()}
    row.docs_complete = complete
    desk.note("mortgage.docs", "mortgage", key, None, {"docs": sorted(docs), "complete": complete})
    judge(desk, fetch(desk, Deal, row.deal_id))
    return row


def submit_loan(desk: Desk, key: int) -> Mortgage:
    """送审. E_PERM, E_STATE."""
    return _turn(desk, key, MortgageEvent.SUBMIT, submitted=desk.today)


def approve_loan(desk: Desk, key: int) -> Mortgage:
    """The bank has agreed. E_PERM, E_STATE."""
    return _turn(desk, key, MortgageEvent.APPROVE, approved=desk.today)


def reject_loan(desk: Desk, key: int, reason: str) -> Mortgage:
    """The bank has refused. E_PERM, E_STATE."""
    return _turn(desk, key, MortgageEvent.REJECT, rejected=desk.today, reason=reason)


def retry_loan(desk: Desk, key: int) -> Mortgage:
    """Documents anew, to another bank perhaps. E_PERM, E_STATE."""
    row = _turn(desk, key, MortgageEvent.RETRY, docs_complete=False)
    judge(desk, fetch(desk, Deal, row.deal_id))
    return row


def cancel_loan(desk: Desk, key: int, reason: str) -> Mortgage:
    """E_PERM, E_STATE."""
    return _turn(desk, key, MortgageEvent.CANCEL, reason=reason)


def end_loans(desk: Desk, deal: Deal, reason: str) -> None:
    """What is under way with the bank for a deal that ends or is paid another way."""
    ended = (MortgageState.CANCELLED, MortgageState.DISBURSED)
    for row in desk.session.scalars(select(Mortgage).where(Mortgage.deal_id == deal.id, Mortgage.state.not_in(ended))):
        step(desk, MORTGAGE, row, MortgageEvent.CANCEL, {"state_since": desk.today, "reason": reason})
        cease(desk, "mortgage", row.id)


def disburse(desk: Desk, key: int, account: int | None = None, first_due: date | None = None) -> Receipt:
    """放款: the bank's money arrives and pays the loan lines. E_PERM, E_STATE, E_MONEY if they are paid already."""
    row = _turn(desk, key, MortgageEvent.DISBURSE, disbursed=desk.today, first_due=first_due)
    deal = fetch(desk, Deal, row.deal_id)
    must_live(deal)
    owed = [line for line in lines_of(desk, deal) if line.fee_type == FeeType.LOAN and line.state in DUE]
    receipts.must_hold(sum(line.amount_fen - line.paid_fen for line in owed), row.loan_fen)
    payment = Payment(row.loan_fen, BANK, account, row.bank)
    receipt = receipts.enter(desk, Purse(deal.customer_id, deal=deal.id), payment, FeeType.LOAN.value)
    allocate(desk, receipt, [line.id for line in owed])
    paid(desk, deal)
    return receipt


def _turn(desk: Desk, key: int, event: MortgageEvent, **facts: object) -> Mortgage:
    desk.must(Right.MORTGAGE)
    row = fetch(desk, Mortgage, key)
    step(desk, MORTGAGE, row, event, {"state_since": desk.today, **facts})
    cease(desk, "mortgage", row.id)
    desk.session.flush()
    return row
