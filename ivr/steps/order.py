"""Tell callers of their own order: its state, what is to be paid, the mortgage, the balance (node O; S4-192)."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.counter.orders import Order
from ivr.keys import one_of
from ivr.step import AGENT, BACK, EVERYWHERE, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.steps.order_proof import proven
from ivr.visit import Visit, Words

Told = tuple[str, Mapping[str, object]]  # a prompt's name and what fills its slots
MOST_OVERDUE = 3  # payments that are told one by one; then their sum
ROOM = ("project", "building", "floor", "door")
NONE, OF, AGAIN = "order_none", "order_of", "9"
STATES = ("subscribed", "contracted", "sold")
ENDED, OVERDUE, OVERDUE_MORE, NEXT, PAID, BALANCE = (
    "order_ended", "order_overdue", "order_overdue_more", "order_next", "order_paid", "order_balance",
)  # fmt: skip
LOANS = ("docs_pending", "eligible", "submitted", "approved", "disbursed", "rejected")
NO_LOAN = "order_loan_none"
CHOICES = {"1": "order_1", "2": "order_2", "3": "order_3", "4": "order_4"}
PHRASES = ("leaf_agent", "leaf_back")


@kind("order", zh="订单查询")
@dataclass(frozen=True, slots=True)
class OwnOrder(Step):
    """help  what a silent caller hears

    Comes after an “order proof”; whoever proved nothing is sent back. What is overdue is told at once. Keys: 1 state,
    2 next payment, 3 mortgage, 4 balance, 9 the same again.
    """

    help: Prompt = "help_order"

    def exits(self) -> Collection[Exit]:
        return (BACK, AGENT, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return EVERYWHERE

    def stays(self) -> Mapping[str, str]:
        return {"1": "state", "2": "next payment", "3": "mortgage", "4": "balance", AGAIN: "again"}

    def hasty(self) -> Collection[Exit]:
        return (BACK,)

    def quiet(self) -> Collection[Exit]:
        return (BACK, GAVE_UP)

    def prompts(self) -> Mapping[str, Collection[str]]:
        menu = plain(*CHOICES.values(), *PHRASES, NONE, PAID, NO_LOAN, self.help, *COMMON_PROMPTS)
        states = {f"order_{state}": (*ROOM, "date") for state in STATES}
        payments = {OVERDUE: ("date", "amount"), OVERDUE_MORE: ("n", "amount"), NEXT: ("date", "amount")}
        loans = {f"order_loan_{state}": ("loan",) for state in LOANS}
        return {**menu, **states, **payments, **loans, OF: ROOM, ENDED: ROOM, BALANCE: ("price", "paid", "rest")}

    async def run(self, visit: Visit) -> Exit:
        customers = proven(visit.place.entry)
        if not customers:
            return BACK
        orders = await visit.desk.counter.orders.of(visit.service.tenant, customers)
        told = list(_about(orders, payments)) if any(order.overdue for order in orders) else []
        if not orders:
            told = [(NONE, {})]
        keys = EVERYWHERE if not orders else {**CHOICES, **EVERYWHERE, AGAIN: ""}
        spoken = (*(CHOICES.values() if orders else ()), *PHRASES)
        menu = [visit.prompt(name) for name in spoken]
        while True:
            words: Words = [*(visit.sentence(name, **values) for name, values in told), *menu]
            match await ask(visit, Question(words, one_of(set(keys)), [visit.prompt(self.help)], again=menu)):
                case Exhausted():
                    return GAVE_UP
                case Keyed(key) if key in EVERYWHERE:
                    return EVERYWHERE[key]
                case Keyed(key) if key != AGAIN:
                    orders = await visit.desk.counter.orders.of(visit.service.tenant, customers)
                    told = list(_about(orders, ANSWERS[key]))


def _about(orders: Sequence[Order], answer: Callable[[Order], Iterator[Told]]) -> Iterator[Told]:
    """The answer for each order; which one is meant is said only if there are several and it does not say so itself."""
    for order in orders:
        if len(orders) > 1 and answer is not state:
            yield OF, _room(order)
        yield from answer(order)


def state(order: Order) -> Iterator[Told]:
    if order.state in STATES:
        yield f"order_{order.state}", {**_room(order), "date": order.since}
    else:
        yield ENDED, _room(order)


def payments(order: Order) -> Iterator[Told]:
    """What is overdue first, then what is due next (F11)."""
    for due in order.overdue[:MOST_OVERDUE]:
        yield OVERDUE, {"date": due.day, "amount": due.amount_fen}
    if rest := order.overdue[MOST_OVERDUE:]:
        yield OVERDUE_MORE, {"n": len(rest), "amount": sum(due.amount_fen for due in order.overdue)}
    if order.next is not None:
        yield NEXT, {"date": order.next.day, "amount": order.next.amount_fen}
    elif not order.overdue:
        yield PAID, {}


def mortgage(order: Order) -> Iterator[Told]:
    if order.loan is not None and order.loan.state in LOANS:
        yield f"order_loan_{order.loan.state}", {"loan": order.loan.loan_fen}
    else:
        yield NO_LOAN, {}


def balance(order: Order) -> Iterator[Told]:
    rest = max(order.deal_fen - order.received_fen, 0)
    yield BALANCE, {"price": order.deal_fen, "paid": order.received_fen, "rest": rest}


ANSWERS: Mapping[str, Callable[[Order], Iterator[Told]]] = {"1": state, "2": payments, "3": mortgage, "4": balance}


def _room(order: Order) -> Mapping[str, object]:
    return {name: getattr(order, name) for name in ROOM}
