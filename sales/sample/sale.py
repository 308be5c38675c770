"""The life of a purchase: held, booked, subscribed, signed, registered, paid, handed over; or it takes another way."""

from dataclasses import dataclass, field
from datetime import time, timedelta
from functools import partial

from sales.models import Customer, Deal, Hold, Invoice, Refund, Room
from sales.sample.bank import Bank
from sales.sample.chance import draw
from sales.sample.fates import FAIR, End, Fates, Purchase, Route
from sales.sample.keys import Keys
from sales.sample.market import Flat, Market
from sales.sample.names import EXCHANGE_REASONS, REFUND_REASONS
from sales.sample.payer import Payer
from sales.sample.queue import SINCERITY_FEN, Queue
from sales.services import approvals, contracts, invoices, quote
from sales.services.allocations import paid_up
from sales.services.booking import book
from sales.services.desk import Desk
from sales.services.exchange import Wanted, exchange
from sales.services.offer import About, Buyer, Deposit, Offer, PriceTerms
from sales.services.payment import Payment
from sales.services.refund import Leaving, lapse, pay_refund, refund
from sales.services.rename import NewBuyer, rename
from sales.services.room_state import find
from sales.services.subscribe import subscribe
from sales.states.approval import ApprovalKind
from sales.states.contract import ContractState
from sales.states.deal import LIVE, DealState
from sales.states.invoice import InvoiceState
from sales.states.plan import PlanKind

BOOKING_FEN, DEPOSIT_FEN = 1_000_000, 2_000_000
SIGNING = {2: 3, 3: 4, 4: 4, 5: 3, 6: 2, 7: 2}  # days from the subscription


@dataclass
class Sales:
    """deals: all deals that were made, by id, as they were bought."""

    market: Market
    payer: Payer
    bank: Bank
    fates: Fates
    deals: dict[int, Purchase] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stage = self.market.stage
        self.staff = self.market.staff
        self.queue = Queue(self.market, self.fates)

    def expect(self) -> None:
        for purchase in self.fates.purchases:
            self._come(purchase)
        for place, portrait in enumerate(self.fates.bookers):
            day = FAIR + timedelta(days=3 + place % 5)
            self.stage.agenda.put(day, partial(self._book_at_fair, portrait.number), time(15))
        for place, portrait in enumerate(self.fates.holders):
            day = FAIR + timedelta(days=7 + place % 2)
            self.stage.agenda.put(day, partial(self._hold_at_fair, portrait.number), time(15, 20))
        self.queue.expect()
        Keys(self.payer).expect()

    # -- to the subscription -------------------------------------------------------------------------------------------

    def _come(self, purchase: Purchase) -> None:
        agenda, name, day = self.stage.agenda, str(purchase.number), purchase.day
        flat: list[Flat] = []
        earliest = purchase.customer.registered
        if purchase.route in (Route.HOLD, Route.HOLD_AND_BOOK):
            before = day - timedelta(days=2 if purchase.route is Route.HOLD else 5)
            agenda.put(max(before, earliest), lambda: flat.append(self._hold(purchase.customer.number, name)), time(15))
        if purchase.route in (Route.BOOK, Route.HOLD_AND_BOOK):
            before = max(day - timedelta(days=3), earliest)
            agenda.put(
                before,
                lambda: flat.append(self._book(purchase.customer.number, name, flat[0] if flat else None)),
                time(16),
            )
        agenda.put(day, lambda: self._subscribe(purchase, flat[-1] if flat else None), time(16, 30))

    def _hold_at_fair(self, number: int) -> None:
        self._hold(number, f"holder {number}")

    def _book_at_fair(self, number: int) -> None:
        self._book(number, f"booker {number}")

    def _customer(self, number: int) -> int:
        return self.market.customers[number]

    def _hold(self, number: int, name: str) -> Flat:
        portrait = self.market.people[number]
        flat = self.market.choose(portrait, name)
        self.market.hold(portrait, flat.id, money=number % 4 == 0)
        return flat

    def _book(self, number: int, name: str, flat: Flat | None = None) -> Flat:
        portrait, customer = self.market.people[number], self._customer(number)
        flat = flat or self.market.choose(portrait, name)
        held = self.stage.fresh(Room, flat.id).state_hold_id
        there = 0 if held is None else self.stage.session.get_one(Hold, held).money_fen
        money = Payment(BOOKING_FEN - there, "POS", self.market.terms.accounts.bank, portrait.person.name)
        book(self._desk(customer), flat.id, customer, money)
        return flat

    def _subscribe(self, purchase: Purchase, flat: Flat | None) -> None:
        customer = self._customer(purchase.customer.number)
        flat = flat or self.market.choose(purchase.customer, str(purchase.number))
        desk = self._desk(customer)
        held = self.stage.fresh(Room, flat.id).state_hold_id
        there = 0 if held is None else self.stage.session.get_one(Hold, held).money_fen
        queued = self.queue.waiting.pop(customer, None)
        there += SINCERITY_FEN if queued else 0
        money = None
        if there < DEPOSIT_FEN:
            bank = self.market.terms.accounts.bank
            money = Payment(DEPOSIT_FEN - there, "POS", bank, purchase.customer.person.name)
        offer = self._offer(purchase, flat, money)
        if queued:
            offer = Offer(offer.buyers, offer.price, Deposit(money, presubscription=queued), about=offer.about)
        self._goes_on(subscribe(desk, flat.id, offer), purchase, purchase.end)

    def _offer(self, purchase: Purchase, flat: Flat, money: Payment | None) -> Offer:
        customer = self._customer(purchase.customer.number)
        stream = self.stage.chance.of(f"offer {purchase.number}")
        offered = self.market.terms.plans[flat.project, purchase.plan]
        terms = PriceTerms(offered.plan, (offered.discount,))
        if purchase.special:
            terms = PriceTerms(offered.plan, (offered.discount,), stream.randint(5, 20) * 100_000)
            terms = self._agreed(flat, customer, terms)
        facts = purchase.customer.facts
        about = About(facts["channel"], (facts["reason"],), ("家电礼包",) if stream.random() < 0.1 else ())
        return Offer((Buyer(customer),), terms, Deposit(money), about=about)

    def _agreed(self, flat: Flat, customer: int, terms: PriceTerms) -> PriceTerms:
        """A special price takes the manager's word."""
        desk = self._desk(customer)
        price = quote.quoted(desk, find(desk, flat.id), terms, desk.given(flat.project))
        payload: dict[str, object] = {"customer": customer, "deal_fen": price.deal_fen}
        asked = approvals.request(
            desk, ApprovalKind.DISCOUNT, ("room", flat.id), "老客户再优惠", price.deal_fen, payload
        )
        approvals.approve(self.stage.desk(self.staff.chief), asked.id, "同意")
        return PriceTerms(terms.plan, terms.discounts, terms.special_fen, approval=asked.id)

    # -- from the subscription on --------------------------------------------------------------------------------------

    def _goes_on(self, deal: Deal, purchase: Purchase, end: End) -> None:
        stream = self.stage.chance.of(f"deal {deal.id}")
        self.deals[deal.id] = purchase
        agenda = self.stage.agenda
        key = deal.id
        match end:
            case End.REFUND_SUBSCRIBED:
                agenda.after(stream.randint(2, 6), partial(self._refund, key))
                return
            case End.EXCHANGE_SUBSCRIBED:
                agenda.after(stream.randint(2, 5), partial(self._exchange, key))
                return
            case End.LAPSE:
                agenda.after(stream.randint(10, 16), partial(self._lapse, key))
                return
            case End.RENAME_SUBSCRIBED:
                agenda.after(1, partial(self._rename, key))
        late = stream.random() < 0.05 and purchase.number > 1
        if purchase.day >= FAIR:  # so many at once: their contracts take a while
            signing = stream.randint(5, 10)
        else:
            signing = stream.randint(8, 14) if late else draw(stream, SIGNING)
        agenda.after(signing, partial(self._sign, key, end))

    def _sign(self, key: int, end: End) -> None:
        deal = self._live(key, DealState.SUBSCRIBED)
        if deal is None:
            return
        contracts.sign(self._desk(deal.customer_id, deal.seller_id), key)
        stream = self.stage.chance.of(f"contract {key}")
        sure = end is End.REFUND_SOLD or self.deals[key].number == 1
        self.payer.expect(key, sure)
        if deal.plan_kind is PlanKind.MORTGAGE:
            self.bank.expect(key)
        agenda = self.stage.agenda
        luck = stream.random()
        if luck > 0.03 or sure:  # the others are never registered
            agenda.after(
                stream.randint(32, 45) if luck < 0.11 and not sure else stream.randint(6, 25),
                partial(self._register, key),
            )
        for days in (12, 26, 48, 75, 100, 160, 200):
            agenda.after(days, partial(self._complete, key))
        match end:
            case End.REFUND_CONTRACTED:
                agenda.after(stream.randint(15, 40), partial(self._refund, key))
            case End.REFUND_SOLD:
                agenda.after(60, partial(self._refund, key))
            case End.EXCHANGE_CONTRACTED:
                agenda.after(stream.randint(8, 25), partial(self._exchange, key))
            case End.RENAME_CONTRACTED:
                agenda.after(stream.randint(1, 4), partial(self._rename, key))

    def _register(self, key: int) -> None:
        deal = self._live(key, DealState.CONTRACTED)
        if deal is not None:
            contracts.register(self._desk(deal.customer_id, deal.seller_id), key, f"BA{key:05d}")

    def _complete(self, key: int) -> None:
        deal = self._live(key, DealState.CONTRACTED)
        if deal is None:
            return
        desk = self.stage.desk(self.staff.teller(key))
        contract = contracts.contract_of(desk, deal)
        if contract is not None and contract.state is ContractState.FORMAL and paid_up(desk, deal):
            contracts.complete(desk, key)
            if self.stage.chance.of(f"invoice {key}").random() < 0.9:
                invoices.issue(
                    desk, key, deal.deal_fen, title=self.stage.session.get_one(Customer, deal.customer_id).name
                )

    # -- other ways ----------------------------------------------------------------------------------------------------

    def _refund(self, key: int) -> None:
        deal = self._live(key)
        assert deal is not None, f"deal {key} was to be refunded, but it has ended"
        stream = self.stage.chance.of(f"refund {key}")
        seller = self._desk(deal.customer_id, deal.seller_id)
        reason = stream.choice(REFUND_REASONS)
        approval = self._approved(seller, ApprovalKind.REFUND, key, reason)
        self._credit(key)
        refund(seller, key, Leaving(reason, approval, f"CX{key:05d}"))
        self.stage.agenda.after(stream.randint(2, 12), partial(self._pay_refund, key))

    def _credit(self, key: int) -> None:
        desk = self.stage.desk(self.staff.teller(key))
        for invoice in self.stage.session.query(Invoice).filter_by(deal_id=key).order_by(Invoice.id):
            if invoice.state is InvoiceState.ISSUED:
                invoices.credit(desk, invoice.id, "退房红冲")

    def _pay_refund(self, key: int) -> None:
        row = self.stage.session.query(Refund).filter_by(deal_id=key).one()
        if row.refund_fen:
            pay_refund(
                self.stage.desk(self.staff.cashier),
                key,
                Payment(row.refund_fen, "转账", self.market.terms.accounts.bank),
            )

    def _exchange(self, key: int) -> None:
        deal = self._live(key)
        assert deal is not None, f"deal {key} was to be exchanged, but it has ended"
        purchase = self.deals[key]
        seller = self._desk(deal.customer_id, deal.seller_id)
        reason = self.stage.chance.of(f"exchange {key}").choice(EXCHANGE_REASONS)
        flat = self.market.choose(purchase.customer, f"exchange {key}")
        approval = self._approved(seller, ApprovalKind.EXCHANGE, key, reason)
        plain = Purchase(purchase.number, purchase.customer, purchase.day, purchase.plan, End.STAYS, Route.DIRECT)
        done = exchange(
            seller, key, Wanted(flat.id, self._offer(plain, flat, None)), Leaving(reason, approval, f"CX{key:05d}")
        )
        new = self._live(done.new_deal_id)
        assert new is not None
        self._goes_on(new, plain, End.STAYS)

    def _rename(self, key: int) -> None:
        deal = self._live(key)
        assert deal is not None, f"deal {key} was to be renamed, but it has ended"
        heir = self._customer(self.fates.heirs.pop(0).number)
        seller = self._desk(deal.customer_id, deal.seller_id)
        approval = self._approved(seller, ApprovalKind.RENAME, key, "转给亲属")
        relation = self.stage.chance.of(f"rename {key}").choice(("配偶", "父母", "子女", "兄妹"))
        rename(seller, key, NewBuyer(heir, relation), approval)

    def _lapse(self, key: int) -> None:
        if self._live(key, DealState.SUBSCRIBED) is not None:
            lapse(self.stage.desk(self.staff.chief), key, "逾期未签约")

    # -- small things --------------------------------------------------------------------------------------------------

    def _desk(self, customer: int, seller: int | None = None) -> Desk:
        return self.stage.desk(self.staff.of(seller or self.market.actor_of(customer)))

    def _approved(self, desk: Desk, kind: ApprovalKind, key: int, reason: str) -> int:
        asked = approvals.request(desk, kind, ("deal", key), reason)
        approvals.approve(self.stage.desk(self.staff.chief), asked.id, "同意")
        return asked.id

    def _live(self, key: int, *states: DealState) -> Deal | None:
        deal = self.stage.fresh(Deal, key)
        return deal if deal.state in (states or LIVE) else None
