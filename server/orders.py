"""The caller's own order, from the house's database: an `ivr.counter.orders.Orders`."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from calls.bus import Bus
from calls.clock import Clock
from calls.facts import Alarm
from calls.unavailable import Unavailable
from db.cipher import Cipher
from db.work import Database, Unreachable
from dialplan.numbers import e164
from ivr.counter.orders import Claim, Due, Judged, Loan, Order, Proof
from sales import queries
from sales.services import order_claims
from sales.services.acting import Acting
from sales.services.desk import ZONE
from sales.services.enquirers import TELEPHONE
from sales.states.deal import LIVE
from sales.states.mortgage import MortgageState

T = TypeVar("T")


class HouseOrders:
    """cipher: of the house; without the numbers of identity cards nobody can prove anything."""

    def __init__(self, db: Database, bus: Bus, clock: Clock, cipher: Cipher) -> None:
        self._db, self._bus, self._clock, self._cipher = db, bus, clock, cipher

    async def judge(self, claim: Claim) -> Judged:
        phone = e164(claim.caller) or ""
        acting = Acting(TELEPHONE, self._clock.now, self._cipher, claim.tenant)
        attempt = await _asked(self._db.write, acting(order_claims.claim), phone)
        verdict = await _asked(self._db.write, acting(order_claims.judge), attempt, phone, claim.tail)
        if verdict.fishing:
            self._alarm("orders", "very many wrong identity numbers of late: somebody tries out orders of others")
        if verdict.last:
            caller = claim.caller or "withheld numbers"
            self._alarm(
                f"order {phone}", f"too many wrong identity numbers from {caller}: no order is told there today"
            )
        if verdict.customers:
            self._alarm(f"order {phone}", f"{claim.caller} has proven whose order it is", cleared=True)
            return Judged(Proof.RIGHT, verdict.customers)
        return Judged(Proof.LOCKED if verdict.locked else Proof.WRONG)

    async def of(self, tenant: int, customers: Sequence[int]) -> Sequence[Order]:
        today = self._clock.now().astimezone(ZONE).date()
        found = await _asked(self._db.read, queries.orders_of, tenant, customers, today)
        told = {order.id: order for order in found}.values()  # bought together it is one order
        live = [order for order in told if order.state in LIVE]
        return [_spoken(order) for order in live or list(told)[:1]]

    def _alarm(self, key: str, text: str, *, cleared: bool = False) -> None:
        self._bus.publish(Alarm(key=key, text=text, at=self._clock.now(), cleared=cleared))


def _spoken(order: queries.Order) -> Order:
    loan = order.loan
    return Order(
        project={"zh": order.project_zh, "en": order.project_en},
        building=int(order.room[:2]),
        floor=int(order.room[2:4]),
        door=order.room[4:],
        state=order.state.value,
        since=order.signed or order.subscribed,
        deal_fen=order.deal_fen,
        received_fen=order.received_fen,
        overdue=tuple(Due(payment.due, payment.amount_fen) for payment in order.overdue if payment.due),
        next=Due(order.next.due, order.next.amount_fen) if order.next and order.next.due else None,
        loan=Loan(loan.loan_fen, loan.state.value) if loan and loan.state is not MortgageState.CANCELLED else None,
    )


async def _asked(work: Callable[..., object], unit: Callable[..., T], *about: object) -> T:
    try:
        return await work(unit, *about)  # type: ignore[misc, no-any-return]
    except Unreachable as away:
        raise Unavailable(str(away)) from away
