"""The queue for the seventh building 认筹: sincerity money before the launch, used, paid back, or lapsed."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import partial

from sales.sample.fates import Fates
from sales.sample.market import Market
from sales.services import presubscriptions
from sales.services.payment import Payment

SINCERITY_FEN = 1_000_000
OPENS, LAUNCH, ENDS = date(2023, 10, 12), date(2023, 11, 1), date(2023, 11, 26)
BATCH = "B7"


@dataclass
class Queue:
    """waiting: customer → presubscription."""

    market: Market
    fates: Fates
    waiting: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stage = self.market.stage

    def expect(self) -> None:
        """Who buys around the LAUNCH, and some who only look."""
        until = {p.customer.number: p.day for p in self.fates.purchases if LAUNCH <= p.day < ENDS}
        until |= {each.number: LAUNCH for each in self.fates.lookers if each.registered < OPENS and not each.number % 9}
        for place, (number, last) in enumerate(sorted(until.items())):
            day = max(OPENS + timedelta(days=place % 18), self.market.people[number].registered)
            if day < last:
                self.stage.agenda.put(day, partial(self._presubscribe, number), time(14, 50))
        self.stage.agenda.put(ENDS, self._end)

    def _presubscribe(self, number: int) -> None:
        customer = self.market.customers[number]
        money = Payment(SINCERITY_FEN, "POS", self.market.terms.accounts.bank, self.market.people[number].person.name)
        garden = self.market.development.garden.id
        self.waiting[customer] = presubscriptions.presubscribe(
            self.stage.desk(self.market.staff.of(self.market.actor_of(customer))), garden, BATCH, customer, money
        ).id

    def _end(self) -> None:
        for place, (customer, key) in enumerate(sorted(self.waiting.items())):
            if place < 2:
                presubscriptions.lapse_presubscription(self.stage.desk(self.market.staff.chief), key)
            else:
                back = Payment(SINCERITY_FEN, "转账", self.market.terms.accounts.bank)
                presubscriptions.refund_presubscription(self.stage.desk(self.market.staff.cashier), key, back)
            del self.waiting[customer]
