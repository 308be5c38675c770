"""Lives of rooms and customers: whatever anybody does in whatever order, what must always hold, holds."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Concatenate, ParamSpec, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from db.refusal import Refused
from db.work import Database
from sales import invariants
from sales.models import Deal, Hold, Invoice, Mortgage, PaymentPlan, PriceList, Receipt, Receivable, Room
from sales.money.fee import FeeType
from sales.services import rooms
from sales.services.actor import CLOCK
from sales.services.alert_clock import tick
from sales.services.approvals import approve, request
from sales.services.booking import book, cancel_booking
from sales.services.contracts import archive, complete, register, reopen, sign, void_contract
from sales.services.customers import follow_up, lose, merge, visit
from sales.services.desk import Desk
from sales.services.exchange import Wanted, exchange
from sales.services.holds import expire, extend, pay_back, release
from sales.services.invoices import credit, issue, void_invoice
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
)  # fmt: skip
from sales.services.offer import Buyer, Deposit, Offer, PriceTerms
from sales.services.payment import Payment
from sales.services.presubscriptions import lapse_presubscription, presubscribe, refund_presubscription
from sales.services.price_lists import approve_list, reprice, submit, take_effect
from sales.services.receipts import Purse, lying, pay_out_advance
from sales.services.receivables import adjust, charge, charge_late_fee, waive
from sales.services.receive import apply_advance, receive, reverse
from sales.services.refund import Leaving, lapse, lapse_overdue, pay_refund, refund
from sales.services.rename import NewBuyer, rename
from sales.services.reserve import Terms, reserve
from sales.services.subscribe import subscribe
from sales.states.approval import ApprovalKind
from sales.states.deal import LIVE
from sales.states.hold import HoldKind
from sales.states.mortgage import MortgageState
from sales.states.room import RoomState
from tests.sales.lives.durations import negative
from tests.sales.lives.ground import Ground
from tests.sales.services.office import open_office

P = ParamSpec("P")
T = TypeVar("T")

ROOMS = ("020201", "020301", "020102", "020101", "020202", "020302", "010202", "010301", "010201")
PEOPLE = ("C8", "C6", "C5", "C3", "C4", "C9", "C10", "C11")  # C11 has no id number
ANY = tuple(RoomState)
BUILDINGS = ("01", "02")
SELLERS = ("li", "wang", "boss")

place = st.integers(0, 63)
person = st.integers(0, len(PEOPLE) - 1)
seller = st.sampled_from(SELLERS)
yes = st.booleans()
money = st.sampled_from((None, 1, 500_000, 1_000_000, 2_000_000, 5_000_000, 100_000_000))


class Life(RuleBasedStateMachine):
    """One house from the state of fixture T on. `done` and `denied` count acts by name, over all lives of a test."""

    def __init__(self, ground: Ground, done: Counter[str], denied: Counter[str]) -> None:
        super().__init__()
        self._ground, self._done, self._denied = ground, done, denied
        self._runner = asyncio.Runner()
        self._run(self._begin())

    async def _begin(self) -> None:
        self._url = await self._ground.fresh()
        self._at = datetime(2024, 3, 31, 4, tzinfo=UTC)
        self._db = Database.open(self._url, lambda: self._at)
        self.office = await open_office(self._db)
        self.office.people["clock"] = CLOCK
        self._plans = {plan.code: plan.id for plan in await self.office.all(PaymentPlan)}
        await self._look()

    async def _look(self) -> None:
        self._dump = await self.office.everything()
        found = await self.office.all(Room)
        self._rooms = {room.room_code: room for room in found}

    def teardown(self) -> None:
        self._run(self._end())
        self._runner.close()

    async def _end(self) -> None:
        await self._db.close()
        await self._ground.taken_back(self._url)

    # -- acting ---------------------------------------------------------------------------------------------------

    def _run(self, work: Any) -> Any:
        return self._runner.run(work)

    def act(self, who: str, service: Callable[Concatenate[Desk, P], T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Do it; None if it was refused. Either way: what must hold, holds, and a refused act has changed nothing."""
        done: T | None = self._run(self._act(who, service, args, kwargs))
        return done

    async def _act(self, who: str, service: Any, args: Any, kwargs: Any) -> Any:
        self.office.now = self._at
        try:
            result = await self.office.does(who, service, *args, **kwargs)
        except Refused as refused:
            self._denied[f"{service.__name__} {refused.code}"] += 1
            assert await self.office.everything() == self._dump, f"{service.__name__} was refused and left traces"
            return None
        self._done[service.__name__] += 1
        await self._look()
        broken = await self._db.read(invariants.check)
        assert broken == [], f"after {service.__name__}: {broken}"
        assert await self._db.read(negative) == []
        return result

    def approved(self, kind: ApprovalKind, subject: tuple[str, int], **payload: object) -> int | None:
        asked = self.act("li", request, kind, subject, "申请", None, payload)
        assert asked is not None
        self.act("boss", approve, asked.id)
        return int(asked.id)

    def rooms_in(self, *states: RoomState) -> list[str]:
        return [code for code in ROOMS if self._rooms[code].state in states]

    def room(self, n: int, *states: RoomState) -> int:
        """One of those in these states, and now and then any other."""
        fitting = self.rooms_in(*states)
        chosen = ([*fitting] * 6 + [*ROOMS])[n % (len(fitting) * 6 + len(ROOMS))]
        return self.office.rooms[chosen]

    def deals(self) -> list[Deal]:
        found: list[Deal] = self._run(self.office.all(Deal))
        return found

    def deal(self, n: int, *states: Any) -> Deal:
        """One in these states (of rooms and deals the names are the same), and now and then any other."""
        every = self.deals()
        fitting = [deal for deal in every if deal.state.value in {state.value for state in states}]
        weighted = [*fitting] * 8 + every
        return weighted[n * 7 % len(weighted)]

    def one_of(self, model: type[T], n: int, *where: Any) -> T | None:
        found: list[T] = self._run(self.office.all(model, *where))
        return found[-1 - n % len(found)] if found else None

    def customer(self, n: int) -> int:
        return self.office.customers[PEOPLE[n % len(PEOPLE)]]

    def lies(self, purse: Purse) -> int:
        return int(self._run(self.office.does("boss", lying, purse)))

    def offer(self, customer: int, plan: str, paid: int | None, presubscription: int | None = None) -> Offer:
        payment = None if paid is None else Payment(paid)
        return Offer((Buyer(customer),), PriceTerms(self._plans[plan]), Deposit(payment, None, presubscription))

    # -- time -----------------------------------------------------------------------------------------------------

    @rule(hours=st.sampled_from((1, 5, 23, 24, 71, 72, 73, 24 * 8, 24 * 31)))
    def wait(self, hours: int) -> None:
        self._at += timedelta(hours=hours)

    @rule(hours=st.sampled_from((1, 26, 24 * 9)))
    def jump_back(self, hours: int) -> None:
        self._at -= timedelta(hours=hours)

    @rule()
    def clock(self) -> None:
        """A hold that the clock has let go is not let go again."""
        before = self.act("clock", expire)
        assert before is not None
        assert self.act("clock", expire) == []
        for each in (lapse_overdue, take_effect, tick):
            self.act("clock", each)

    # -- holds ----------------------------------------------------------------------------------------------------

    @rule(n=place, c=person, who=seller, paid=money)
    def reserve(self, n: int, c: int, who: str, paid: int | None) -> None:
        terms = Terms(money=None if paid is None else Payment(paid))
        self.act(who, reserve, self.room(n, RoomState.AVAILABLE), self.customer(c), terms)

    @rule(n=place, c=person, who=seller, named=yes)
    def reserve_for_the_house(self, n: int, c: int, who: str, named: bool) -> None:
        customer = self.customer(c) if named else None
        self.act(who, reserve, self.room(n, RoomState.AVAILABLE), customer, Terms(HoldKind.MANAGER))

    @rule(n=place, who=seller)
    def extend(self, n: int, who: str) -> None:
        self.act(who, extend, self.room(n, RoomState.RESERVED, RoomState.BOOKED))

    @rule(n=place, who=seller, keep=yes)
    def release(self, n: int, who: str, keep: bool) -> None:
        self.act(who, release, self.room(n, RoomState.RESERVED), "不买了", keep)

    @rule(n=place, c=person, who=seller, paid=money)
    def book(self, n: int, c: int, who: str, paid: int | None) -> None:
        self.act(who, book, *self._held(n, c), None if paid is None else Payment(paid))

    def _held(self, n: int, c: int) -> tuple[int, int]:
        """A room that is free or held, mostly for who has it."""
        room = self.room(n, RoomState.AVAILABLE, RoomState.RESERVED)
        hold = self.one_of(Hold, 0, Hold.room_id == room, Hold.state == "active")
        whose = hold.customer_id if hold is not None and c else None
        return room, whose or self.customer(c)

    @rule(n=place, who=seller, keep=yes)
    def cancel_booking(self, n: int, who: str, keep: bool) -> None:
        self.act(who, cancel_booking, self.room(n, RoomState.BOOKED), "资金", None, keep)

    @rule(n=st.integers(0, 3), part=st.sampled_from((1, 2)))
    def pay_back(self, n: int, part: int) -> None:
        hold = self.one_of(Hold, n, Hold.money_fen > 0)
        if hold is not None:
            self.act("cash", pay_back, hold.id, Payment(max(hold.money_fen // part, 1)))

    # -- deals ----------------------------------------------------------------------------------------------------

    @rule(n=place, c=person, who=seller, plan=st.sampled_from(("lump", "instalment", "mortgage")), paid=money)
    def subscribe(self, n: int, c: int, who: str, plan: str, paid: int | None) -> None:
        room, customer = self._held(n, c)
        self.act("boss" if c % 2 else who, subscribe, room, self.offer(customer, plan, paid or 2_000_000))

    @rule(n=place, back=yes)
    def sign(self, n: int, back: bool) -> None:
        self.act("boss", sign, self.deal(n, RoomState.SUBSCRIBED).id)

    @rule(n=place)
    def register(self, n: int) -> None:
        self.act("boss", register, self.deal(n, RoomState.CONTRACTED).id)

    @rule(n=place, part=st.sampled_from((1, 1, 1, 3, 1000)), loose=yes)
    def pay(self, n: int, part: int, loose: bool) -> None:
        deal = self.deal(n, RoomState.CONTRACTED, RoomState.SUBSCRIBED)
        left = max(deal.deal_fen - self.lies(Purse(1, deal=deal.id)), 1)
        payer = deal.customer_id if part < 1000 else self.customer(n)
        self.act("cash", receive, payer, Payment(max(left // part, 1)), "楼款", None if loose and part > 1 else deal.id)

    @rule(n=place)
    def straight_to_the_end(self, n: int) -> None:
        """What takes many steps by chance: signed, registered, paid, completed."""
        deal = self.deal(n, RoomState.SUBSCRIBED, RoomState.CONTRACTED)
        for each in (sign, register):
            self.act("boss", each, deal.id)
        left = deal.deal_fen - self.lies(Purse(1, deal=deal.id))
        if left > 0:
            self.act("cash", receive, deal.customer_id, Payment(left), "楼款", deal.id)
        self.act("boss", complete, deal.id)

    @rule(n=place)
    def complete(self, n: int) -> None:
        self.act("boss", complete, self.deal(n, RoomState.CONTRACTED).id)

    @rule(n=place, keys=yes)
    def after_the_sale(self, n: int, keys: bool) -> None:
        deal = self.deal(n, RoomState.SOLD).id
        if keys:
            self.act("boss", rooms.hand_over, deal)
        elif n % 8 == 0:
            self.act("boss", archive, deal, "档1")
        else:
            self.act("boss", reopen, deal)

    @rule(n=place, k=st.integers(0, 5), any_receipt=yes)
    def reverse(self, n: int, k: int, any_receipt: bool) -> None:
        deal = self.deal(n, *LIVE)
        receipt = self.one_of(Receipt, k, *([] if any_receipt else [Receipt.deal_id == deal.id]))
        if receipt is not None:
            self.act("finance", reverse, receipt.id, "退票")

    @rule(n=place, penalty=st.sampled_from((None, 0, 2_000_000)), gone=yes, cancellation=st.sampled_from((None, "撤1")))
    def refund(self, n: int, penalty: int | None, gone: bool, cancellation: str | None) -> None:
        deal = self.deal(n, *LIVE)
        payload: dict[str, object] = {} if penalty is None else {"penalty_fen": penalty}
        asked = self.approved(ApprovalKind.REFUND, ("deal", deal.id), **payload)
        to = RoomState.NOT_FOR_SALE if gone else RoomState.AVAILABLE
        self.act("boss", refund, deal.id, Leaving("质量", asked, cancellation, to))

    @rule(n=place, fen=st.sampled_from((1, 500_000, 1_500_000, 87_220_000, 89_872_200)))
    def pay_refund(self, n: int, fen: int) -> None:
        self.act("cash", pay_refund, self.deal(n, RoomState.SOLD, *_ended()).id, Payment(fen))

    @rule(n=place, m=place, paid=money, plan=st.sampled_from(("lump", "instalment", "mortgage")))
    def exchange(self, n: int, m: int, paid: int | None, plan: str) -> None:
        deal = self.deal(n, *LIVE)
        target = self.room(m, RoomState.AVAILABLE)
        asked = self.approved(ApprovalKind.EXCHANGE, ("deal", deal.id))
        wanted = Wanted(target, self.offer(deal.customer_id, plan, paid))
        self.act("boss", exchange, deal.id, wanted, Leaving("楼层", asked, "撤2"))

    @rule(n=place, c=person, fee=st.sampled_from((None, 100_000)))
    def rename(self, n: int, c: int, fee: int | None) -> None:
        deal = self.deal(n, RoomState.SUBSCRIBED, RoomState.CONTRACTED)
        asked = self.approved(ApprovalKind.RENAME, ("deal", deal.id))
        self.act("boss", rename, deal.id, NewBuyer(self.customer(c)), asked, None if fee is None else Payment(fee))

    @rule(n=place, keep=yes)
    def lapse(self, n: int, keep: bool) -> None:
        self.act("boss", lapse, self.deal(n, RoomState.SUBSCRIBED).id, "逾期", keep)

    @rule(n=place)
    def void(self, n: int) -> None:
        deal = self.deal(n, RoomState.CONTRACTED).id
        self.act("boss", void_contract, deal, "写错", self.approved(ApprovalKind.VOID, ("deal", deal)))

    # -- money besides --------------------------------------------------------------------------------------------

    @rule(c=person, fen=st.sampled_from((1, 1_000_000, 2_000_000)), out=yes)
    def advance(self, c: int, fen: int, out: bool) -> None:
        if out:
            self.act("cash", pay_out_advance, self.customer(c), Payment(fen))
        else:
            self.act("cash", receive, self.customer(c), Payment(fen))

    @rule(n=place, fen=st.sampled_from((1, 1_000_000)))
    def apply_advance(self, n: int, fen: int) -> None:
        self.act("cash", apply_advance, self.deal(n, *LIVE).id, fen)

    @rule(n=place, fee=st.sampled_from((FeeType.DEED_TAX, FeeType.RENAME_FEE)), fen=st.sampled_from((1, 1_500_000)))
    def charge(self, n: int, fee: FeeType, fen: int) -> None:
        deal = self.deal(n, *LIVE)
        self.act("finance", charge, deal.id, fee, fen, self.office.now.date() + timedelta(days=n))

    @rule(n=place, off=yes)
    def late_fee(self, n: int, off: bool) -> None:
        line = self.one_of(Receivable, n, Receivable.state.in_(("active", "partial", "paid")))
        assert line is not None
        fee = self.act("finance", charge_late_fee, line.id)
        if off and fee is not None:
            asked = self.approved(ApprovalKind.LATE_FEE, ("receivable", fee.id))
            self.act("finance", waive, fee.id, asked)

    @rule(n=place, fen=st.sampled_from((1, 1_000_000)))
    def adjust(self, n: int, fen: int) -> None:
        """A part of one line of the price is asked for with another."""
        deal = self.deal(n, *LIVE)
        lines = self._run(self.office.all(Receivable, Receivable.deal_id == deal.id, Receivable.fee_group == "price"))
        open_ = [line for line in lines if line.state.value in ("planned", "active", "partial")]
        if len(open_) > 1:
            changes = {open_[0].id: open_[0].amount_fen - fen, open_[1].id: open_[1].amount_fen + fen}
            asked = self.approved(ApprovalKind.ADJUST, ("deal", deal.id))
            self.act("finance", adjust, deal.id, changes, asked)

    @rule(n=place, part=st.sampled_from((1, 2)), undo=st.sampled_from((None, void_invoice, credit)))
    def invoice(self, n: int, part: int, undo: Any) -> None:
        deal = self.deal(n, *LIVE)
        if undo is None:
            there = max(self.lies(Purse(1, deal=deal.id)), 1)
            self.act("finance", issue, deal.id, max(there // part, 1))
        elif (found := self.one_of(Invoice, n)) is not None:
            self.act("finance", undo, found.id, "写错")

    @rule(n=place, step=st.integers(0, 5))
    def loan(self, n: int, step: int) -> None:
        """The next step of a loan, or another than the next."""
        row = self.one_of(Mortgage, n)
        if row is None or step == 0:
            deal = self.deal(n, RoomState.SUBSCRIBED, RoomState.CONTRACTED).id
            self.act("boss", apply_for_loan, deal, Loan("工行", 240, Decimal("0.0395")), bool(n % 2))
        elif step == 1:
            self.act("finance", cancel_loan, row.id, "改一次性")
        else:
            self._turn(row, refuse=step == 2)

    def _turn(self, row: Mortgage, refuse: bool) -> None:
        match row.state:
            case MortgageState.DOCS_PENDING:
                self.act("boss", hand_in, row.id, {}, True)
            case MortgageState.ELIGIBLE:
                self.act("finance", submit_loan, row.id)
            case MortgageState.SUBMITTED if refuse:
                self.act("finance", reject_loan, row.id, "收入")
            case MortgageState.SUBMITTED:
                self.act("finance", approve_loan, row.id)
            case MortgageState.REJECTED:
                self.act("finance", retry_loan, row.id)
            case _:
                self.act("finance", disburse, row.id)

    @rule(c=person, then=st.sampled_from((None, refund_presubscription, lapse_presubscription, subscribe)), n=place)
    def queue(self, c: int, then: Any, n: int) -> None:
        customer = self.customer(c)
        row = self.act("boss", presubscribe, self._rooms[ROOMS[0]].project_id, "A", customer, Payment(1_000_000))
        assert row is not None
        if then is refund_presubscription:
            self.act("cash", then, row.id, Payment(1_000_000))
        elif then is lapse_presubscription:
            self.act("boss", then, row.id)
        elif then is subscribe:
            offer = self.offer(customer, "lump", 1_000_000, row.id)
            self.act("boss", subscribe, self.room(n, RoomState.AVAILABLE), offer)

    # -- rooms, prices, people ------------------------------------------------------------------------------------

    @rule(n=place, service=st.sampled_from((rooms.put_on_sale, rooms.take_off_sale, rooms.return_to_sale)))
    def market(self, n: int, service: Any) -> None:
        free = (RoomState.NOT_RELEASED, RoomState.NOT_FOR_SALE, RoomState.AVAILABLE)
        self.act("boss", service, self.room(n, *free))

    @rule(n=place)
    def withdraw(self, n: int) -> None:
        self.act("boss", rooms.withdraw, self.room(n, RoomState.AVAILABLE), "自留")

    @rule(b=st.sampled_from(BUILDINGS), rate=st.sampled_from(("0.02", "-0.01")), days=st.integers(0, 3))
    def reprice(self, b: str, rate: str, days: int) -> None:
        building = self._rooms[f"{b}0201"].building_id
        made: PriceList | None = self.act("boss", reprice, building, Decimal(rate))
        assert made is not None
        self.act("boss", submit, made.id)
        self.act("boss", approve_list, made.id, None if days == 0 else self._at + timedelta(days=days))

    @rule(c=person, what=st.sampled_from((visit, follow_up, lose)))
    def contact(self, c: int, what: Any) -> None:
        customer = self.customer(c)
        if what is visit:
            self.act("boss", visit, customer, self._rooms[ROOMS[0]].project_id)
        elif what is follow_up:
            self.act("boss", follow_up, customer, "电话", "意向")
        else:
            self.act("boss", lose, customer, "已购他盘")

    @rule(c=person, d=person)
    def merge(self, c: int, d: int) -> None:
        self.act("boss", merge, self.customer(c), self.customer(d))


def _ended() -> tuple[Any, ...]:
    return tuple(state for state in type(LIVE[0]) if state not in LIVE)
