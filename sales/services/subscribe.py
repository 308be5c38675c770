"""Subscribe 认购 (T12): the deal is made, at a price, for buyers, against a deposit."""

from decimal import Decimal
from typing import NamedTuple

from admin.right import Right
from db import sequence
from sales import parameters
from sales.models import Customer, Deal, DealBuyer, DealSeller, Hold, Receivable
from sales.money import amount, plan
from sales.money.discount import Discounted, DiscountKind
from sales.parameters import Given
from sales.services import plans, receipts
from sales.services.allocations import spread
from sales.services.approvals import use
from sales.services.assignment import must_sell, must_serve
from sales.services.booking import must_be_theirs
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.holds import convert, of_room
from sales.services.offer import WHOLE, Offer, SellerShare
from sales.services.plans import Chosen
from sales.services.presubscriptions import brought_by
from sales.services.quote import Listed, authorised, listed, quoted
from sales.services.receipts import Purse
from sales.services.room_state import RoomNow, Why, find, move
from sales.services.stages import follow
from sales.services.touch import touch
from sales.states.approval import ApprovalKind
from sales.states.deal import DealState
from sales.states.receivable import ReceivableState
from sales.states.room import ROOM, RoomEvent, RoomState

DEPOSIT = "定金"


class Bargain(NamedTuple):
    """What was found out before anything is written."""

    room: RoomNow
    price: Discounted
    listed: Listed
    chosen: Chosen
    given: Given


def subscribe(desk: Desk, room: int, offer: Offer, seen: int | None = None) -> Deal:
    """Subscribe a room that is available, or held for this customer. `seen`: the room's row_version on the screen.

    E_PERM (right, assignment, protected customer, price beyond the authority without approval), E_NOT_FOUND, E_STATE,
    E_ROOM_TAKEN, E_CONFLICT, E_MONEY (deposit, price), E_VALIDATION (no id number, plan or discount not on offer).
    """
    bargain = check(desk, room, offer, seen)
    now = bargain.room
    hold = None
    if now.state in (RoomState.RESERVED, RoomState.BOOKED):
        hold, now = of_room(desk, room, RoomEvent.SUBSCRIBE)
        must_be_theirs(desk, hold, offer.customer, now)
    ROOM.next(now.state, RoomEvent.SUBSCRIBE)
    return write(desk, bargain._replace(room=now), offer, hold)


def check(desk: Desk, room: int, offer: Offer, seen: int | None = None) -> Bargain:
    """Everything of T12 that does not depend on who has the room. Nothing is written but the approval's use."""
    desk.must(Right.SUBSCRIBE)
    now = find(desk, room, seen)
    ROOM.next(now.state, RoomEvent.SUBSCRIBE)
    given = desk.given(now.project)
    must_sell(desk, now, given)
    must_serve(desk, fetch(desk, Customer, offer.customer))
    must_be_known(desk, [buyer.customer for buyer in offer.buyers])
    price = quoted(desk, now, offer.price, given)
    authorised(desk, now, offer.price, offer.customer, price)
    chosen = plans.choose(desk, now.project, offer.price.plan, given, offer.price.asked_loan_fen)
    return Bargain(now, price, listed(desk, now), chosen, given)


def write(desk: Desk, bargain: Bargain, offer: Offer, hold: Hold | None, prev: Deal | None = None) -> Deal:
    """The deal with all that comes with it. With `prev` (an exchange) the money comes from there."""
    brought = 0 if hold is None else convert(desk, hold)
    deal = _deal(desk, bargain, offer, hold, prev)
    lines = _receivables(desk, bargain, deal)
    event = RoomEvent.SUBSCRIBE
    facts = {"customer": offer.customer, "deal_fen": deal.deal_fen, "deal_no": deal.deal_no}
    move(desk, bargain.room, event, Why(hold=None if hold is None else hold.id, deal=deal.id, facts=facts))
    desk.note("deal.subscribe", "deal", deal.id, None, {"state": deal.state.value, **facts})
    if prev is None:
        _deposit(desk, bargain, offer, deal, (hold, brought))
        spread(desk, deal)
    deal.timetable = _timetable(deal, lines)
    for buyer in offer.buyers:
        touch(desk, buyer.customer, "deal", "deal", deal.id, f"{event.value} {bargain.room.code}")
        follow(desk, buyer.customer, event.value)
    return deal


def must_be_known(desk: Desk, customers: list[int]) -> None:
    """E_VALIDATION unless every buyer's id number is there (SPEC T12, T13)."""
    for key in customers:
        customer = fetch(desk, Customer, key, lock=False)
        if customer.id_hash is None:
            raise amount.invalid(
                f"客户{customer.name}尚未登记证件号码",
                f"The id number of {customer.name} is not registered",
                customer=key,
            )


def _deal(desk: Desk, bargain: Bargain, offer: Offer, hold: Hold | None, prev: Deal | None) -> Deal:
    sellers = offer.sellers or _own_deal(desk, offer, hold)
    signing = plan.due_date(
        plan.Due(plan.Anchor.SUBSCRIPTION, bargain.given[parameters.SUBSCRIBE_DAYS]),
        plan.Dates(desk.today, desk.today, {}),
    )
    deal = Deal(
        **desk.own,
        deal_no=sequence.next_no(desk.session, desk.tenant, "RG", desk.today),
        project_id=bargain.room.project,
        room_id=bargain.room.id,
        customer_id=offer.customer,
        seller_id=sellers[0].seller,
        hold_id=None if hold is None else hold.id,
        state=DealState.SUBSCRIBED,
        plan_id=offer.price.plan,
        plan_kind=plan.kind(bargain.chosen.terms),
        loan_kind=bargain.chosen.loan_kind,
        plan_snapshot=bargain.chosen.snapshot(),
        list_fen=bargain.price.list_fen,
        unit_fen=bargain.listed.unit_fen,
        discounts=bargain.price.snapshot()["discounts"],
        discount=_one_rate(bargain.price),
        deal_fen=bargain.price.deal_fen,
        sub_date=desk.today,
        sign_due=signing,
        prev_deal_id=None if prev is None else prev.id,
        gifts=list(offer.about.gifts),
        channel=offer.about.channel,
        reasons=list(offer.about.reasons),
        note=offer.about.note,
    )
    desk.session.add(deal)
    desk.session.flush()
    for place, buyer in enumerate(offer.buyers, 1):
        desk.session.add(
            DealBuyer(
                **desk.own,
                deal_id=deal.id,
                customer_id=buyer.customer,
                position=place,
                share=buyer.share,
                relation=buyer.relation,
            )
        )
    for place, each in enumerate(sellers, 1):
        desk.session.add(
            DealSeller(**desk.own, deal_id=deal.id, seller_id=each.seller, position=place, share=each.share)
        )
    return deal


def _own_deal(desk: Desk, offer: Offer, hold: Hold | None) -> tuple[SellerShare, ...]:
    """Whose deal it is if nobody is named: the actor's, the hold's seller's, the customer's."""
    customer = fetch(desk, Customer, offer.customer, lock=False)
    for seller in (desk.actor.seller, None if hold is None else hold.seller_id, customer.seller_id):
        if seller is not None:
            return (SellerShare(seller, WHOLE),)
    raise amount.invalid("认购必须有销售人员", "A subscription needs its seller")


def _one_rate(price: Discounted) -> Decimal | None:
    """The rate the discounts come to, if rates are all they are; 1 without any."""
    rate = Decimal(1)
    for each in price.steps:
        if each.discount.kind is not DiscountKind.RATE:
            return None
        rate *= each.discount.value
    return rate if len(str(rate)) <= 16 else None


def _receivables(desk: Desk, bargain: Bargain, deal: Deal) -> tuple[plan.Line, ...]:
    """Planned until the contract is signed, but for the deposit."""
    assert deal.sign_due is not None
    dates = plans.dates(desk, bargain.room.building, desk.today, deal.sign_due)
    lines = bargain.chosen.lines(deal.deal_fen, dates)
    for line in lines:
        desk.session.add(
            Receivable(
                **desk.own,
                deal_id=deal.id,
                seq=line.seq,
                fee_type=line.fee.value,
                fee_group=line.fee.group,
                due_date=line.due,
                milestone=line.milestone or None,
                amount_fen=line.amount_fen,
                state=ReceivableState.ACTIVE if line.fee.value == DEPOSIT else ReceivableState.PLANNED,
            )
        )
    desk.session.flush()
    return lines


def _deposit(desk: Desk, bargain: Bargain, offer: Offer, deal: Deal, held: tuple[Hold | None, int]) -> None:
    """Hold money, sincerity money, what is paid now and, as far as needed, the advance. E_MONEY unless it suffices."""
    purse = Purse(offer.customer, deal=deal.id)
    hold, there = held
    if hold is not None and there:
        receipts.transfer(desk, Purse(offer.customer, hold=hold.id), purse, there, DEPOSIT)
    if offer.deposit.presubscription is not None:
        there += brought_by(desk, offer.deposit.presubscription, deal)
    money = offer.deposit.money
    if money is not None:
        desk.must(Right.COLLECT, Right.RECEIPT)
        receipts.enter(desk, purse, money, DEPOSIT)
        there += money.amount_fen
    least = bargain.chosen.deposit_fen
    if there < least:
        advance = min(max(receipts.lying(desk, Purse(offer.customer)), 0), least - there)
        if advance:
            receipts.transfer(desk, Purse(offer.customer), purse, advance, DEPOSIT)
            there += advance
    if there < least:
        if offer.deposit.deferral is None:
            raise amount.impossible(
                f"认购金至少 {amount.yuan(least)} 元，现有 {amount.yuan(there)} 元",
                f"A subscription takes {amount.yuan(least)} yuan at least, there are {amount.yuan(there)}",
                least_fen=least,
                there_fen=there,
            )
        use(desk, offer.deposit.deferral, ApprovalKind.DEFERRAL, "room", bargain.room.id)


def _timetable(deal: Deal, lines: tuple[plan.Line, ...]) -> dict[str, str]:
    """What is to happen when (S4-99); the alert clock reminds of it."""
    assert deal.sign_due is not None
    loan = next((line.due for line in lines if line.loan is not None), None)
    told = {"deposit_due": deal.sub_date, "docs_due": deal.sign_due, "sign_due": deal.sign_due, "mortgage_due": loan}
    return {name: day.isoformat() for name, day in told.items() if day is not None}
