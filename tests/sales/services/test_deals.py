"""Whole lives of deals (T12–T20): prices, deposits, contracts, money, refunds, exchanges, renames."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal

import pytest

from db.refusal import Code, Refused
from sales import parameters
from sales.invariants import check
from sales.models import (
    Alert,
    Allocation,
    Contract,
    ContractNo,
    Customer,
    Deal,
    DiscountRule,
    Hold,
    Invoice,
    PaymentPlan,
    Receipt,
    Receivable,
    Refund,
    RoomState,
)
from sales.services.approvals import approve, request
from sales.services.booking import book
from sales.services.contract_numbers import import_numbers, void_number
from sales.services.contracts import archive, complete, register, reopen, sign, void_contract
from sales.services.exchange import Wanted, exchange
from sales.services.invoices import credit
from sales.services.mortgages import Loan, apply_for_loan, approve_loan, disburse, submit_loan
from sales.services.offer import About, Buyer, Deposit, Offer, PriceTerms, SellerShare
from sales.services.payment import Payment
from sales.services.presubscriptions import lapse_presubscription, presubscribe, refund_presubscription
from sales.services.quote import try_price
from sales.services.receipts import Purse, lying
from sales.services.receive import receive, reverse
from sales.services.refund import Leaving, lapse, pay_refund, refund
from sales.services.rename import NewBuyer, rename
from sales.services.subscribe import subscribe
from sales.states.approval import ApprovalKind
from sales.states.contract import ContractState
from sales.states.contract_no import ContractNoState
from sales.states.customer import CustomerStage
from sales.states.deal import DealState
from sales.states.hold import HoldState
from sales.states.receivable import ReceivableState
from tests.sales.services.office import Office

FREE = "020201"  # 890,000 yuan, 89 m²
DEPOSIT = Payment(2_000_000, "POS")


async def plan(office: Office, code: str) -> int:
    return (await office.one(PaymentPlan, PaymentPlan.code == code)).id


async def rule(office: Office, code: str) -> int:
    return (await office.one(DiscountRule, DiscountRule.code == code)).id


async def offer(office: Office, customer: str = "C8", code: str = "lump", money: Payment | None = DEPOSIT) -> Offer:
    return Offer((Buyer(office.customers[customer]),), PriceTerms(await plan(office, code)), Deposit(money))


async def subscribed(office: Office, room: str = FREE, code: str = "lump") -> Deal:
    return await office.does("li", subscribe, office.rooms[room], await offer(office, code=code))


async def approved(office: Office, kind: ApprovalKind, subject: tuple[str, int], **payload: object) -> int:
    asked = await office.does("li", request, kind, subject, "客户申请", None, payload)
    await office.does("boss", approve, asked.id)
    return asked.id


async def lines(office: Office, deal: Deal) -> list[tuple[str, int, int, str]]:
    found = await office.all(Receivable, Receivable.deal_id == deal.id)
    return [(line.fee_type, line.amount_fen, line.paid_fen, line.state.value) for line in found]


async def test_a_deal_from_the_subscription_to_the_keys(office: Office) -> None:
    """One sum, 2 % off: 890,000 × 0.98 = 872,200; 20,000 at once, 852,200 ten days after signing."""
    room = office.rooms[FREE]
    terms = PriceTerms(await plan(office, "lump"), (await rule(office, "lump98"),))
    about = About("热线", ("地段", "户型"), ("家电",))
    deal = await office.does(
        "li", subscribe, room, Offer((Buyer(office.customers["C8"]),), terms, Deposit(DEPOSIT), about=about)
    )
    assert (deal.deal_fen, deal.list_fen, deal.discount) == (87_220_000, 89_000_000, Decimal("0.98"))
    assert deal.timetable == {"deposit_due": "2024-03-31", "docs_due": "2024-04-07", "sign_due": "2024-04-07"}
    assert (deal.seller_id, deal.deal_no) == (office.people["li"].seller, "RG20240331-0001")
    assert await lines(office, deal) == [
        ("定金", 2_000_000, 2_000_000, "paid"),
        ("楼款", 85_220_000, 0, "planned"),
    ]
    found = await office.room(FREE)
    assert (found.state, found.state_deal_id, found.state_hold_id) == (RoomState.SUBSCRIBED, deal.id, None)
    assert (await office.get(Customer, office.customers["C8"])).stage is CustomerStage.SUBSCRIBED

    office.later(days=2)
    contract = await office.does("li", sign, deal.id)
    assert (contract.price_fen, contract.formal_due) == (87_220_000, date(2024, 5, 2))
    number = await office.get(ContractNo, contract.contract_no_id)
    assert (number.no, number.state) == ("HT0005", ContractNoState.IN_USE)
    (_, rest) = await office.all(Receivable, Receivable.deal_id == deal.id)
    assert (rest.due_date, rest.state) == (date(2024, 4, 12), ReceivableState.ACTIVE)  # ten days after the signing
    await office.refused(Code.STATE, "li", complete, deal.id)  # not registered
    await office.does("li", register, deal.id, "备2024-1")
    await office.refused(Code.MONEY, "li", complete, deal.id)  # not paid
    paid = await office.does("cash", receive, office.customers["C8"], Payment(85_220_000), "楼款", deal.id)
    assert paid.no == "SK20240402-0001"
    await office.does("li", complete, deal.id)
    assert (await office.room(FREE)).state is RoomState.SOLD
    await office.refused(Code.MONEY, "boss", reopen, deal.id)
    # the cheque bounces: the sale is open again
    await office.refused(Code.PERM, "cash", reverse, paid.id, "退票")
    await office.does("finance", reverse, paid.id, "退票")
    assert (await office.room(FREE)).state is RoomState.CONTRACTED
    assert (await lines(office, deal))[1] == ("楼款", 85_220_000, 0, "active")
    await office.refused(Code.STATE, "finance", reverse, paid.id, "又一次")
    await office.does("cash", receive, office.customers["C8"], Payment(85_220_000), "楼款", deal.id)
    await office.does("li", complete, deal.id)
    await office.does("li", archive, deal.id, "档1")
    assert (await office.get(ContractNo, number.id)).state is ContractNoState.USED
    asked = await approved(office, ApprovalKind.REFUND, ("deal", deal.id))
    await office.refused(Code.STATE, "li", refund, deal.id, Leaving("其他", asked, "撤1"))
    await office.chain_holds()


async def test_a_receipt_of_200_000_on_475_200(office: Office) -> None:
    """S4-117 and S4-118: 30/40/30 of 1,188,000, then 200,000 of the second part."""
    price = PriceTerms(await plan(office, "instalment"), (await rule(office, "inst99"),))
    await office.db.write(lambda s: s.connection().exec_driver_sql(
        "UPDATE price_item SET list_fen = 120000000 WHERE room_id = (SELECT id FROM room WHERE room_code = '020201')"
    ) and None)  # fmt: skip
    deal = await office.does(
        "li", subscribe, office.rooms[FREE], Offer((Buyer(office.customers["C8"]),), price, Deposit(DEPOSIT))
    )
    await office.does("li", sign, deal.id)
    assert [line[1] for line in await lines(office, deal)] == [2_000_000, 33_640_000, 47_520_000, 35_640_000]
    await office.does("cash", receive, office.customers["C8"], Payment(33_640_000), "楼款", deal.id)
    await office.does("cash", receive, office.customers["C8"], Payment(20_000_000), "楼款", deal.id)
    part = (await office.all(Receivable, Receivable.deal_id == deal.id))[2]
    assert (part.state, part.amount_fen - part.paid_fen) == (ReceivableState.PARTIAL, 27_520_000)


async def test_what_subscribe_refuses(office: Office) -> None:
    room, good = office.rooms[FREE], await offer(office)
    await office.refused(Code.PERM, "cash", subscribe, room, good)
    await office.refused(Code.MONEY, "li", subscribe, room, await offer(office, money=None))
    await office.refused(Code.MONEY, "li", subscribe, room, await offer(office, money=Payment(1_999_999)))
    await office.refused(Code.MONEY, "li", subscribe, room, await offer(office, money=Payment(10**16)))
    await office.refused(Code.STATE, "li", subscribe, office.rooms["010101"], good)
    await office.refused(Code.NOT_FOUND, "li", subscribe, 999_999, good)
    wrong_plan = Offer(good.buyers, PriceTerms(999_999), good.deposit)
    await office.refused(Code.NOT_FOUND, "li", subscribe, room, wrong_plan)
    others = PriceTerms(good.price.plan, (await rule(office, "loan99"),))
    await office.refused(Code.VALIDATION, "li", subscribe, room, Offer(good.buyers, others, good.deposit))
    await office.db.write(
        lambda s: s.connection().exec_driver_sql("UPDATE customer SET id_hash = NULL WHERE no = 'C8'") and None
    )
    await office.refused(Code.VALIDATION, "li", subscribe, room, good)


async def test_a_price_beyond_the_authority(office: Office) -> None:
    """S1-64: a seller goes to 97 %; 40,000 off 890,000 (95.5 %) is the manager's, a special one nobody's alone."""
    room = office.rooms[FREE]
    terms = PriceTerms(await plan(office, "lump"), (), 4_000_000)
    wanted = Offer((Buyer(office.customers["C8"]),), terms, Deposit(DEPOSIT))
    await office.refused(Code.PERM, "li", subscribe, room, wanted)
    cheaper = await approved(
        office, ApprovalKind.DISCOUNT, ("room", room), customer=office.customers["C8"], deal_fen=86_000_000
    )
    wanted = Offer(wanted.buyers, PriceTerms(terms.plan, (), 4_000_000, None, cheaper), wanted.deposit)
    await office.refused(Code.PERM, "li", subscribe, room, wanted)  # 850,000 is less than what was approved
    right = await approved(
        office, ApprovalKind.DISCOUNT, ("room", room), customer=office.customers["C8"], deal_fen=85_000_000
    )
    wanted = Offer(wanted.buyers, PriceTerms(terms.plan, (), 4_000_000, None, right), wanted.deposit)
    assert (await office.does("li", subscribe, room, wanted)).deal_fen == 85_000_000


async def test_a_deposit_that_comes_later(office: Office) -> None:
    room, poor = office.rooms[FREE], await offer(office, money=None)
    later = await approved(office, ApprovalKind.DEFERRAL, ("room", room))
    deal = await office.does("li", subscribe, room, Offer(poor.buyers, poor.price, Deposit(None, later)))
    assert (await lines(office, deal))[0] == ("定金", 2_000_000, 0, "active")
    await office.does("cash", receive, office.customers["C8"], DEPOSIT, "定金", deal.id)
    assert (await lines(office, deal))[0] == ("定金", 2_000_000, 2_000_000, "paid")


async def test_a_booking_becomes_a_deal(office: Office) -> None:
    """C5 has booked 020101 with 10,000: 10,000 more are enough; nobody else gets the room."""
    room, hold = office.rooms["020101"], (await office.room("020101")).state_hold_id
    assert hold is not None
    await office.refused(Code.ROOM_TAKEN, "li", subscribe, room, await offer(office, "C8"))
    await office.refused(Code.MONEY, "li", subscribe, room, await offer(office, "C5", money=Payment(999_999)))
    deal = await office.does("li", subscribe, room, await offer(office, "C5", money=Payment(1_000_000)))
    assert (await office.get(Hold, hold)).state is HoldState.CONVERTED
    assert deal.hold_id == hold
    purses = (Purse(1, deal=deal.id), Purse(1, hold=hold))
    assert [await office.does("li", lying, purse) for purse in purses] == [2_000_000, 0]


async def test_four_buyers_and_two_sellers(office: Office) -> None:
    half, quarter = Decimal("0.5"), Decimal("0.25")
    buyers = tuple(
        Buyer(office.customers[no], share, None if no == "C8" else "配偶")
        for no, share in (("C8", half), ("C6", quarter), ("C7", quarter))
    )
    wang, li = office.people["wang"].seller, office.people["li"].seller
    assert wang is not None
    assert li is not None
    sellers = (SellerShare(li, half), SellerShare(wang, half))
    price = PriceTerms(await plan(office, "lump"))
    deal = await office.does("li", subscribe, office.rooms[FREE], Offer(buyers, price, Deposit(DEPOSIT), sellers))
    for no in ("C8", "C6", "C7"):
        assert (await office.get(Customer, office.customers[no])).stage is CustomerStage.SUBSCRIBED
    assert deal.seller_id == li


@pytest.mark.parametrize(
    ("buyers", "sellers", "reasons"),
    [
        ((), (), ()),
        ((Buyer(1, Decimal("0.5")),), (), ()),
        ((Buyer(1, Decimal("0.5")), Buyer(1, Decimal("0.5"))), (), ()),
        (tuple(Buyer(key, Decimal("0.2")) for key in range(5)), (), ()),
        ((Buyer(1),), (SellerShare(1, Decimal("0.5")),), ()),
        ((Buyer(1, Decimal(2)), Buyer(2, Decimal(-1))), (), ()),
        ((Buyer(1),), (), ("地段", "户型", "价格", "景观")),
    ],
)
def test_offers_that_make_no_sense(
    buyers: tuple[Buyer, ...], sellers: tuple[SellerShare, ...], reasons: tuple[str, ...]
) -> None:
    with pytest.raises(Refused) as raised:
        Offer(buyers, PriceTerms(1), sellers=sellers, about=About(reasons=reasons))
    assert raised.value.code is Code.VALIDATION


async def test_a_hundred_sellers_subscribe_one_room(office: Office) -> None:
    """S1-87: one succeeds, 99 hear that it is taken."""
    room, wanted = await office.room(FREE), await offer(office)
    outcomes = await asyncio.gather(
        *(office.does("li", subscribe, room.id, wanted, room.row_version) for _ in range(100)), return_exceptions=True
    )
    refused = [each.code for each in outcomes if isinstance(each, Refused)]
    assert refused == [Code.ROOM_TAKEN] * 99, outcomes
    assert len(await office.all(Deal, Deal.room_id == room.id, Deal.state == DealState.SUBSCRIBED)) == 1
    assert len(await office.all(Receipt, Receipt.deal_id.is_not(None), Receipt.no == "SK20240331-0001")) == 1


async def test_what_sign_refuses(office: Office) -> None:
    deal = await subscribed(office)
    await office.refused(Code.PERM, "wang", sign, deal.id)
    await office.refused(Code.CONTRACT_NO, "li", sign, deal.id, "HT0001")
    await office.refused(Code.CONTRACT_NO, "li", sign, deal.id, "HT9999")
    spoiled = await office.one(ContractNo, ContractNo.no == "HT0006")
    await office.does("boss", void_number, spoiled.id, "打印错误")
    await office.refused(Code.CONTRACT_NO, "li", sign, deal.id, "HT0006")
    await office.refused(Code.STATE, "boss", void_number, spoiled.id, "")
    await office.db.write(lambda s: s.connection().exec_driver_sql("DELETE FROM permit_cover") and None)
    await office.refused(Code.NO_PERMIT, "li", sign, deal.id)
    await office.refused(Code.STATE, "li", sign, office.deals["D7"])


async def test_numbers_come_in_ranges_and_run_out(office: Office) -> None:
    project = (await office.room(FREE)).project_id
    await office.refused(Code.PERM, "li", import_numbers, project, "HT0021", "HT0030")
    await office.refused(Code.DUPLICATE, "boss", import_numbers, project, "HT0015", "HT0030")
    for first, last in (("HT0030", "HT0021"), ("HT1", "HT20"), ("HT", "HT"), ("A001", "B002")):
        await office.refused(Code.VALIDATION, "boss", import_numbers, project, first, last)
    assert await office.does("boss", import_numbers, project, "HT0021", "HT0030") == 10
    await office.db.write(
        lambda s: s.connection().exec_driver_sql("UPDATE contract_no SET state='void' WHERE state='unused'") and None
    )
    deal = await subscribed(office)
    await office.refused(Code.CONTRACT_NO, "li", sign, deal.id)


async def test_a_refund_like_that_of_d7(office: Office) -> None:
    """20,000 paid, a quarter of it kept: 15,000 go back (R35)."""
    deal = await subscribed(office)
    leaving = Leaving("资金不足", await approved(office, ApprovalKind.REFUND, ("deal", deal.id)))
    await office.refused(Code.PERM, "li", refund, deal.id, Leaving("资金不足"))
    await office.refused(Code.PERM, "li", refund, deal.id, leaving, Payment(1_500_000))  # the cashier pays
    row = await office.does("li", refund, deal.id, leaving)
    assert (row.paid_fen, row.penalty_fen, row.refund_fen, row.approver) == (2_000_000, 500_000, 1_500_000, "张经理")
    room = await office.room(FREE)
    assert (room.state, room.state_deal_id) == (RoomState.AVAILABLE, None)
    assert (await office.get(Customer, office.customers["C8"])).stage is CustomerStage.LOST
    assert [line[2:] for line in await lines(office, deal)] == [(0, "cancelled"), (0, "cancelled")]
    await office.refused(Code.MONEY, "cash", pay_refund, deal.id, Payment(1_500_001))
    await office.does("cash", pay_refund, deal.id, Payment(1_000_000))
    await office.does("cash", pay_refund, deal.id, Payment(500_000))
    await office.refused(Code.MONEY, "cash", pay_refund, deal.id, Payment(1))
    assert await office.does("li", lying, Purse(1, deal=deal.id)) == 500_000  # the penalty
    await office.refused(Code.STATE, "cash", receive, office.customers["C8"], DEPOSIT, "定金", deal.id)
    await subscribed(office)  # the room is sold anew
    await office.chain_holds()


async def test_a_registered_contract_is_refunded_with_its_cancellation(office: Office) -> None:
    deal = office.deals["D1"]  # sold, 872,200 paid
    asked = await approved(office, ApprovalKind.REFUND, ("deal", deal), penalty_fen=0)
    await office.refused(Code.VALIDATION, "boss", refund, deal, Leaving("质量", asked))
    leaving = Leaving("质量", asked, "撤2024-7", RoomState.NOT_FOR_SALE)
    row = await office.does("boss", refund, deal, leaving)
    assert (row.paid_fen, row.refund_fen) == (87_220_000, 87_220_000)
    assert (await office.room("010101")).state is RoomState.NOT_FOR_SALE
    contract = await office.one(Contract, Contract.deal_id == deal)
    assert contract.state is ContractState.CANCELLED
    assert (await office.get(ContractNo, contract.contract_no_id)).state is ContractNoState.USED
    again = await subscribed(office)
    await office.refused(Code.CONTRACT_NO, "li", sign, again.id, "HT0001")  # never again (S4-81)


async def test_an_exchange_moves_room_and_money(office: Office) -> None:
    deal = await subscribed(office)
    asked = await approved(office, ApprovalKind.EXCHANGE, ("deal", deal.id))
    wanted = await offer(office, money=None)
    leaving = Leaving("楼层偏好", asked)
    await office.refused(
        Code.VALIDATION, "li", exchange, deal.id, Wanted(office.rooms["020301"], await offer(office, "C6")), leaving
    )
    await office.refused(Code.VALIDATION, "li", exchange, deal.id, Wanted(office.rooms[FREE], wanted), leaving)
    await office.refused(Code.STATE, "li", exchange, deal.id, Wanted(office.rooms["010101"], wanted), leaving)
    await office.refused(Code.ROOM_TAKEN, "li", exchange, deal.id, Wanted(office.rooms["020101"], wanted), leaving)
    row = await office.does("li", exchange, deal.id, Wanted(office.rooms["020301"], wanted), leaving)
    new = await office.get(Deal, row.new_deal_id)
    assert (row.moved_fen, row.diff_fen) == (2_000_000, new.deal_fen - deal.deal_fen)
    old = await office.get(Deal, deal.id)
    assert (old.state, old.next_deal_id, new.prev_deal_id) == (DealState.EXCHANGED, new.id, old.id)
    assert ((await office.room(FREE)).state, (await office.room("020301")).state) == (
        RoomState.AVAILABLE, RoomState.SUBSCRIBED,
    )  # fmt: skip
    assert (await lines(office, new))[0] == ("定金", 2_000_000, 2_000_000, "paid")
    assert [await office.does("li", lying, Purse(1, deal=each.id)) for each in (old, new)] == [0, 2_000_000]
    assert (await office.get(Customer, office.customers["C8"])).stage is CustomerStage.SUBSCRIBED


async def test_an_exchange_from_a_sold_room_to_a_cheaper_one(office: Office) -> None:
    """D3 is paid with 898,722; the new room costs 890,000: 8,722 become an advance."""
    deal = office.deals["D3"]
    leaving = Leaving("总价", await approved(office, ApprovalKind.EXCHANGE, ("deal", deal)), "撤9")
    wanted = Wanted(office.rooms[FREE], await offer(office, "C3", money=None))
    await office.refused(Code.MONEY, "boss", exchange, deal, wanted, leaving)  # it is invoiced
    await office.does("finance", credit, (await office.one(Invoice, Invoice.deal_id == deal)).id, "换房")
    row = await office.does("boss", exchange, deal, wanted, leaving)
    assert (row.moved_fen, row.diff_fen) == (89_000_000, -872_200)
    assert await office.does("boss", lying, Purse(office.customers["C3"])) == 872_200
    assert (await office.get(Deal, deal)).state is DealState.REFUNDED
    assert (await office.one(Refund, Refund.deal_id == deal)).refund_fen == 89_872_200
    await office.does("boss", sign, row.new_deal_id)
    assert {line[3] for line in await lines(office, await office.get(Deal, row.new_deal_id))} == {"paid"}


async def test_an_exchange_leaves_the_loan_to_the_bank(office: Office) -> None:
    """D2 has paid 556,400. The new room costs 890,000 with a loan of 620,000: 270,000 of it are the buyer's own, the
    other 286,400 become an advance, and the bank's 620,000 find their line open."""
    deal, customer = office.deals["D2"], office.customers["C2"]
    leaving = Leaving("总价", await approved(office, ApprovalKind.EXCHANGE, ("deal", deal)))
    wanted = Wanted(office.rooms[FREE], await offer(office, "C2", "mortgage", money=None))
    row = await office.does("boss", exchange, deal, wanted, leaving)
    assert row.moved_fen == 27_000_000
    assert await office.does("boss", lying, Purse(customer)) == 28_640_000
    new = await office.get(Deal, row.new_deal_id)
    await office.does("boss", sign, new.id)
    assert await lines(office, new) == [
        ("定金", 2_000_000, 2_000_000, "paid"),
        ("首期款", 25_000_000, 25_000_000, "paid"),
        ("按揭款", 62_000_000, 0, "active"),
    ]
    # money of the buyer's own waits beside the loan's line, unless the cashier names it
    await office.does("cash", receive, customer, Payment(100), "楼款", new.id)
    assert (await lines(office, new))[2] == ("按揭款", 62_000_000, 0, "active")
    loan = await office.does("finance", apply_for_loan, new.id, Loan("工行", 240, Decimal("0.0395")), True)
    await office.does("finance", submit_loan, loan.id)
    await office.does("finance", approve_loan, loan.id)
    await office.does("boss", register, new.id)
    refused = await office.refused(Code.MONEY, "boss", complete, new.id)
    assert refused.details == {"left_fen": 62_000_000, "spare_fen": 100}
    await office.does("finance", disburse, loan.id)
    assert (await office.does("boss", complete, new.id)).state is DealState.SOLD
    assert await office.db.write(check) == []


async def test_a_rename_before_and_after_the_contract(office: Office) -> None:
    deal = await subscribed(office)
    first = await approved(office, ApprovalKind.RENAME, ("deal", deal.id))
    await office.refused(Code.PERM, "li", rename, deal.id, NewBuyer(office.customers["C6"]), None)
    await office.refused(Code.VALIDATION, "li", rename, deal.id, NewBuyer(office.customers["C8"]), first)
    await office.does("li", rename, deal.id, NewBuyer(office.customers["C6"], "兄妹"), first)
    assert (await office.get(Deal, deal.id)).customer_id == office.customers["C6"]
    stages = [(await office.get(Customer, office.customers[no])).stage for no in ("C8", "C6")]
    assert stages[1] is CustomerStage.SUBSCRIBED
    assert stages[0] is not CustomerStage.SUBSCRIBED
    contract = await office.does("li", sign, deal.id)
    await office.db.write(
        lambda s: parameters.change(s, 1, None, "rename_fee_fen", 100_000, office.now.date(), "test") and None
    )
    second = await approved(office, ApprovalKind.RENAME, ("deal", deal.id))
    await office.refused(Code.MONEY, "li", rename, deal.id, NewBuyer(office.customers["C7"]), second)
    row = await office.does("li", rename, deal.id, NewBuyer(office.customers["C7"]), second, Payment(100_000))
    assert row.old_contract_id == contract.id
    new = await office.one(Contract, Contract.deal_id == deal.id, Contract.state == ContractState.SIGNED)
    assert (await office.get(Contract, contract.id)).state is ContractState.VOIDED
    assert new.contract_no_id != contract.contract_no_id
    assert (await lines(office, deal))[-1] == ("更名费", 100_000, 100_000, "paid")
    assert (await lines(office, deal))[0] == ("定金", 2_000_000, 2_000_000, "paid")
    await office.does("li", register, deal.id)
    third = await approved(office, ApprovalKind.RENAME, ("deal", deal.id))
    await office.refused(Code.STATE, "li", rename, deal.id, NewBuyer(office.customers["C8"]), third, Payment(100_000))


async def test_a_wrong_contract_is_voided(office: Office) -> None:
    deal = await subscribed(office)
    contract = await office.does("li", sign, deal.id, "HT0010")
    asked = await approved(office, ApprovalKind.VOID, ("deal", deal.id))
    await office.refused(Code.PERM, "li", void_contract, deal.id, "写错", None)
    await office.does("li", void_contract, deal.id, "写错", asked)
    assert (await office.room(FREE)).state is RoomState.SUBSCRIBED
    assert (await office.get(ContractNo, contract.contract_no_id)).state is ContractNoState.USED
    await office.refused(Code.CONTRACT_NO, "li", sign, deal.id, "HT0010")
    await office.does("li", sign, deal.id)
    await office.does("li", register, deal.id)
    asked = await approved(office, ApprovalKind.VOID, ("deal", deal.id))
    await office.refused(Code.STATE, "li", void_contract, deal.id, "写错", asked)


async def test_a_subscription_lapses_when_the_manager_says_so(office: Office) -> None:
    deal = await subscribed(office)
    await office.refused(Code.PERM, "li", lapse, deal.id)
    office.now += timedelta(days=7)
    await office.refused(Code.STATE, "boss", lapse, deal.id)  # due today
    office.later(days=1)
    await office.does("boss", lapse, deal.id, "逾期不签")
    assert (await office.room(FREE)).state is RoomState.AVAILABLE
    assert await office.does("li", lying, Purse(1, deal=deal.id)) == 2_000_000  # forfeited


async def test_a_place_in_the_queue(office: Office) -> None:
    project, customer = (await office.room(FREE)).project_id, office.customers["C8"]
    await office.refused(Code.MONEY, "li", presubscribe, project, "A", customer, Payment(999_999))
    rows = [await office.does("li", presubscribe, project, "A", customer, Payment(1_000_000)) for _ in range(3)]
    assert [row.queue_no for row in rows] == [1, 2, 3]
    await office.refused(Code.MONEY, "cash", refund_presubscription, rows[1].id, Payment(1))
    await office.does("cash", refund_presubscription, rows[1].id, Payment(1_000_000))
    await office.does("boss", lapse_presubscription, rows[2].id)
    await office.refused(Code.STATE, "cash", refund_presubscription, rows[2].id, Payment(1_000_000))
    wanted = await offer(office, money=None)
    # 10,000 from the queue and 10,000 of the advance make the deposit
    deal = await office.does(
        "li", subscribe, office.rooms[FREE], Offer(wanted.buyers, wanted.price, Deposit(presubscription=rows[0].id))
    )
    assert await office.does("li", lying, Purse(customer, deal=deal.id)) == 2_000_000
    assert await office.does("li", lying, Purse(customer)) == 0


async def test_a_price_is_tried(office: Office) -> None:
    """S1-86 on a room of 907,800: 99 % is 898,722, the loan 620,000, 3,740.76 a month over 20 years."""
    await office.db.write(lambda s: s.connection().exec_driver_sql(
        "UPDATE price_item SET list_fen = 90780000 WHERE room_id = (SELECT id FROM room WHERE room_code = '020201')"
    ) and None)  # fmt: skip
    before = await office.everything()
    terms = PriceTerms(await plan(office, "mortgage"), (await rule(office, "loan99"),))
    tried = await office.does("li", try_price, office.rooms[FREE], terms, 240, Decimal("0.0395"))
    assert (tried.price.deal_fen, tried.loan_fen) == (89_872_200, 62_000_000)
    assert tried.schedule is not None
    assert tried.schedule.first_fen == 374_076
    assert await office.everything() == before


async def test_every_allocation_is_part_of_its_receipt(office: Office) -> None:
    deal = await subscribed(office, code="mortgage")
    await office.does("li", sign, deal.id)
    await office.does("cash", receive, office.customers["C8"], Payment(30_000_000), "首期款", deal.id)
    receipts = {row.id: row.amount_fen for row in await office.all(Receipt, Receipt.deal_id == deal.id)}
    for key, fen in receipts.items():
        paid = sum(row.amount_fen for row in await office.all(Allocation, Allocation.receipt_id == key))
        assert 0 <= paid <= fen
    assert await office.all(Alert) == []
    await office.refused(Code.ROOM_TAKEN, "li", book, office.rooms["020101"], office.customers["C8"], DEPOSIT, 0)
