"""A live deal is paid another way: by hand here, by chance in tests/sales/lives."""

from datetime import date

from db.refusal import Code
from sales.invariants import check
from sales.models import Deal, Mortgage, PaymentPlan, Receivable, RoomState
from sales.services.approvals import approve, request
from sales.services.contracts import complete, register, sign
from sales.services.mortgages import approve_loan, disburse, reject_loan, submit_loan
from sales.services.payment import Payment
from sales.services.plan_change import NewPlan, change_plan
from sales.services.receive import receive
from sales.states.approval import ApprovalKind
from sales.states.mortgage import MortgageState
from sales.states.plan import PlanKind
from sales.states.receivable import ReceivableState
from tests.sales.services.office import Office


async def plan(office: Office, code: str) -> int:
    return (await office.one(PaymentPlan, PaymentPlan.code == code)).id


async def allowed(office: Office, deal: int, **payload: object) -> int:
    asked = await office.does("wang", request, ApprovalKind.ADJUST, ("deal", deal), "改付款方式", None, payload)
    await office.does("boss", approve, asked.id)
    return asked.id


async def lines(office: Office, deal: int) -> list[tuple[str, int, int, date | None]]:
    """What stands: fee, amount and paid in fen, due."""
    gone = (ReceivableState.CANCELLED, ReceivableState.ADJUSTED)
    found = await office.all(Receivable, Receivable.deal_id == deal, Receivable.state.not_in(gone))
    return [(line.fee_type, line.amount_fen, line.paid_fen, line.due_date) for line in found]


async def test_the_bank_refuses_and_the_rest_is_paid_by_instalments(office: Office) -> None:
    """D5 costs 925,600: deposit 20,000 and 265,600 down are paid, the loan of 640,000 is refused. By 30/40/30 % it
    would be 277,680 + 370,240 + 277,680. The first is paid with 7,920 to spare, so 362,320 and 277,680 are open."""
    deal, loan = office.deals["D5"], await office.one(Mortgage, Mortgage.no == "M3")
    await office.does("finance", submit_loan, loan.id)
    await office.does("finance", reject_loan, loan.id, "收入不足")
    wanted = NewPlan(await plan(office, "instalment"), "贷款被拒")
    await office.refused(Code.PERM, "wang", change_plan, deal, wanted, None)
    other = await allowed(office, deal, plan=await plan(office, "lump"))
    await office.refused(Code.PERM, "wang", change_plan, deal, wanted, other)
    asked = await allowed(office, deal, plan=wanted.plan)
    await office.refused(Code.PERM, "li", change_plan, deal, wanted, asked)
    await office.refused(Code.PERM, "cash", change_plan, deal, wanted, asked)
    await office.does("wang", change_plan, deal, wanted, asked)
    assert await lines(office, deal) == [
        ("定金", 2_000_000, 2_000_000, date(2024, 3, 8)),
        ("首期款", 26_560_000, 26_560_000, date(2024, 3, 12)),
        ("楼款", 36_232_000, 0, date(2024, 4, 24)),
        ("楼款", 27_768_000, 0, date(2024, 7, 25)),
    ]
    found = await office.get(Deal, deal)
    assert (found.plan_kind, found.loan_kind, found.deal_fen) == (PlanKind.INSTALMENT, None, 92_560_000)
    assert (await office.get(Mortgage, loan.id)).state is MortgageState.CANCELLED
    assert await office.db.write(check) == []
    await office.refused(Code.PERM, "wang", change_plan, deal, wanted, asked)  # used already
    await office.does("cash", receive, office.customers["C9"], Payment(64_000_000), "楼款", deal)
    await office.does("boss", register, deal)
    await office.does("boss", complete, deal)
    assert (await office.room("010301")).state is RoomState.SOLD
    again = await allowed(office, deal)
    await office.refused(Code.STATE, "boss", change_plan, deal, wanted, again)


async def test_before_the_contract_its_day_is_counted_from(office: Office) -> None:
    """D4 (1,224,000, deposit paid) by instalments: 367,200 less the deposit, 489,600, 367,200; signed on 03-31 they are
    due on that day, 43 and 135 days later."""
    deal = office.deals["D4"]
    asked = await allowed(office, deal)
    await office.does("boss", change_plan, deal, NewPlan(await plan(office, "instalment"), "不贷款"), asked)
    assert [line[:3] for line in await lines(office, deal)] == [
        ("定金", 2_000_000, 2_000_000),
        ("楼款", 34_720_000, 0),
        ("楼款", 48_960_000, 0),
        ("楼款", 36_720_000, 0),
    ]
    await office.does("boss", sign, deal)
    due = [line[3] for line in await lines(office, deal)][1:]
    assert due == [date(2024, 3, 31), date(2024, 5, 13), date(2024, 8, 13)]
    assert await office.db.write(check) == []


async def test_what_is_partly_paid_and_late_is_due_today(office: Office) -> None:
    """D2 (1,188,000) has paid 356,400 and 200,000 of the 475,200 that were due on 03-20. At once, 631,600 are left; the
    200,000 stay paid on a line of their own."""
    deal = office.deals["D2"]
    await office.does(
        "boss", change_plan, deal, NewPlan(await plan(office, "lump"), "一次付清"), await allowed(office, deal)
    )
    told = await lines(office, deal)
    assert ("楼款", 20_000_000, 20_000_000) in [line[:3] for line in told]
    assert told[-1][:3] == ("楼款", 63_160_000, 0)
    assert told[-1][3] is not None
    assert told[-1][3] >= office.now.date()
    assert await office.db.write(check) == []


async def test_more_is_paid_than_a_loan_leaves(office: Office) -> None:
    """D2 has paid 556,400 of 1,188,000. The plan lends 830,000 and leaves 358,000 to the buyer: 630,000 at most."""
    deal, mortgage = office.deals["D2"], await plan(office, "mortgage")
    asked = await allowed(office, deal)
    refused = await office.refused(Code.MONEY, "boss", change_plan, deal, NewPlan(mortgage, "周转"), asked)
    assert refused.details["own_fen"] == 35_800_000
    await office.does("boss", change_plan, deal, NewPlan(mortgage, "周转", 63_000_000), asked)
    assert [line[:3] for line in await lines(office, deal)][-2:] == [("首期款", 160_000, 0), ("按揭款", 63_000_000, 0)]
    assert await office.db.write(check) == []


async def test_once_the_bank_has_paid_the_plan_stays(office: Office) -> None:
    deal, loan = office.deals["D5"], await office.one(Mortgage, Mortgage.no == "M3")
    for each in (submit_loan, approve_loan, disburse):
        await office.does("finance", each, loan.id)
    asked = await allowed(office, deal)
    await office.refused(Code.STATE, "boss", change_plan, deal, NewPlan(await plan(office, "lump"), ""), asked)
