"""What becomes of whom: dealt beforehand with exact counts, so that any seed has its refunds and its lapses. Pure.

ordinary buyers    come, choose and buy on the day of their last visit; twelve of them buy a second room
the spring fair    brings forty back in the last nine days: some subscribe, some book, some hold a room
everybody else     looks, sometimes holds a room, and does not buy
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from sales.sample.chance import Chance, some
from sales.sample.days import END
from sales.sample.portrait import Portrait
from sales.states.plan import PlanKind

BUYERS, INVESTORS = 164, 12
HEIRS_BY = date(2022, 8, 1)  # who takes over a deal was registered before any deal that is taken over
LAST_PURCHASE = END - timedelta(days=14)  # later ones are the fair's
FAIR = END - timedelta(days=8)
FAIR_SUBSCRIBE, FAIR_BOOK, FAIR_HOLD = 20, 8, 8


class End(StrEnum):
    """How a deal goes."""

    STAYS = "stays"
    REFUND_SUBSCRIBED = "refunded before the contract"
    REFUND_CONTRACTED = "refunded after it"
    REFUND_SOLD = "refunded after it was paid"
    EXCHANGE_SUBSCRIBED = "another room before the contract"
    EXCHANGE_CONTRACTED = "another room after it"
    RENAME_SUBSCRIBED = "another buyer before the contract"
    RENAME_CONTRACTED = "another buyer after it"
    LAPSE = "never signed"


ENDS = {
    End.REFUND_SUBSCRIBED: 7, End.REFUND_CONTRACTED: 5, End.REFUND_SOLD: 2, End.EXCHANGE_SUBSCRIBED: 5,
    End.EXCHANGE_CONTRACTED: 4, End.RENAME_SUBSCRIBED: 2, End.RENAME_CONTRACTED: 4, End.LAPSE: 5,
}  # fmt: skip
RENAMES = (End.RENAME_SUBSCRIBED, End.RENAME_CONTRACTED)
PLANS = {PlanKind.MORTGAGE: 62, PlanKind.INSTALMENT: 20, PlanKind.LUMP_SUM: 18}


class Route(StrEnum):
    """How somebody comes to a subscription."""

    DIRECT = "direct"
    HOLD = "hold"
    BOOK = "book"
    HOLD_AND_BOOK = "hold and book"


ROUTES = {Route.DIRECT: 45, Route.HOLD: 28, Route.BOOK: 10, Route.HOLD_AND_BOOK: 17}


@dataclass(frozen=True)
class Purchase:
    """One room that a customer buys on a day of the story. number: of all purchases, from 1."""

    number: int
    customer: Portrait
    day: date
    plan: PlanKind
    end: End
    route: Route
    special: bool = False


@dataclass
class Fates:
    purchases: list[Purchase] = field(default_factory=list)
    bookers: list[Portrait] = field(default_factory=list)
    holders: list[Portrait] = field(default_factory=list)
    lookers: list[Portrait] = field(default_factory=list)
    heirs: list[Portrait] = field(default_factory=list)  # who take over the deals that are renamed


def deal_out(chance: Chance, people: list[Portrait]) -> Fates:
    ripe = [each for each in people if each.visits and each.visits[-1] <= LAST_PURCHASE]
    buyers = some(chance.of("buyers"), ripe, BUYERS)
    chosen = {each.number for each in buyers}
    rest = [each for each in people if each.number not in chosen]
    renames = sum(count for end, count in ENDS.items() if end in RENAMES)
    heirs = some(chance.of("heirs"), [each for each in rest if each.registered < HEIRS_BY], renames)
    rest = [each for each in rest if each not in heirs]
    early = [each for each in rest if each.registered < FAIR - timedelta(days=20)]
    invited = some(chance.of("fair"), early, FAIR_SUBSCRIBE + FAIR_BOOK + FAIR_HOLD)
    chance.of("fair places").shuffle(invited)
    fates = Fates(heirs=heirs)
    fates.bookers = [invited.pop() for _ in range(FAIR_BOOK)]
    fates.holders = [invited.pop() for _ in range(FAIR_HOLD)]
    named = {each.number for each in (*invited, *fates.bookers, *fates.holders)}
    fates.lookers = [each for each in rest if each.number not in named]
    fates.purchases = _purchases(chance, buyers, invited)
    return fates


def _purchases(chance: Chance, buyers: list[Portrait], invited: list[Portrait]) -> list[Purchase]:
    stream = chance.of("investors")
    can_wait = [each for each in buyers if each.visits[-1] <= LAST_PURCHASE - timedelta(days=60)]
    when = [(each.visits[-1], each) for each in buyers]
    when += [(each.visits[-1] + timedelta(days=stream.randint(12, 60)), each)
             for each in some(stream, can_wait, INVESTORS)]  # fmt: skip
    when.sort(key=lambda one: (one[0], one[1].number))
    ends = _ends(chance, when)
    when += sorted(
        ((FAIR + timedelta(days=place % 9), each) for place, each in enumerate(invited)),
        key=lambda one: (one[0], one[1].number),
    )
    plans = chance.deck("plans", PLANS, len(when))
    routes = chance.deck("routes", ROUTES, len(when))
    specials = chance.deck("specials", {True: 6, False: 94}, len(when))
    purchases = []
    for place, (day, customer) in enumerate(when):
        end = ends.get(place, End.STAYS)
        plan = plans[place]
        if place == 0 or end is End.REFUND_SOLD:
            plan = PlanKind.LUMP_SUM  # paid, and so sold, soon
        elif end is End.EXCHANGE_CONTRACTED or (end is End.REFUND_CONTRACTED and plan is PlanKind.LUMP_SUM):
            plan = PlanKind.INSTALMENT  # and these not too soon
        route = routes[place] if place and day < FAIR else Route.DIRECT
        purchases.append(Purchase(place + 1, customer, day, plan, end, route, specials[place] and place > 0))
    return purchases


def _ends(chance: Chance, when: list[tuple[date, Portrait]]) -> dict[int, End]:
    """Which purchase ends how; the first of all stays, and what takes long begins early enough."""
    stream = chance.of("ends")
    late = LAST_PURCHASE - timedelta(days=90)
    open_ = [place for place, (day, _) in enumerate(when) if place and HEIRS_BY < day <= late]
    chosen = stream.sample(open_, sum(ENDS.values()))
    return dict(zip(chosen, (end for end, count in ENDS.items() for _ in range(count)), strict=True))
