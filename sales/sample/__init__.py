"""The sample development of SPEC §5: two years of a sales office, played by the real services under their own clock.

    watch = Watch()
    async with Database.open(url, watch.now) as db:
        await db.write(load_sample, Wanted(20240331, date(2024, 3, 31)), cipher, watch)

The same seed and day give the same rows in every run, but for the sealed numbers (`dump.digest` leaves these out); any
other day gives the same story, moved. It is one unit of work: all of it or nothing.

Not in it, because there are no tables for them yet: campaigns, competitors, faxes, conferences, broadcasts, CSAT, and
the sounds of the messages. A loan that a bank refuses is asked of another one: there is no service that changes the
payment plan of a deal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import partial

from sqlalchemy.orm import Session

from db.cipher import Cipher
from db.tenant import Tenant
from sales.sample import calls, development, house, portrait, staff, terms
from sales.sample.agenda import Agenda
from sales.sample.bank import Bank
from sales.sample.chance import Chance
from sales.sample.days import BEGINNING, END, Days, Watch, last_sunday
from sales.sample.fates import deal_out
from sales.sample.market import Market
from sales.sample.office import Office
from sales.sample.payer import Payer
from sales.sample.sale import Sales
from sales.sample.stage import Stage
from sales.services import customers
from sales.services.customers import Person

__all__ = ["SEED", "STORY_DAYS", "STORY_END", "Taken", "Wanted", "Watch", "last_sunday", "load_sample"]

SEED, STORY_END = 20240331, END
STORY_DAYS = (END - BEGINNING).days
LEASED_CUSTOMERS = 10
KEPT = 8  # rooms the manager holds


class Taken(Exception):
    """The database holds data already; the sample is for an empty one."""


@dataclass(frozen=True)
class Wanted:
    """as_of: the last day of the sample."""

    seed: int = SEED
    as_of: date = END


def load_sample(
    session: Session, wanted: Wanted, cipher: Cipher, watch: Watch, tell: Callable[[date], None] = lambda _: None
) -> None:
    """Fill an empty database. `watch` is the clock the database was opened with; `tell` hears each day of it.

    Raises Taken.
    """
    if session.query(Tenant.id).first() is not None:
        raise Taken(
            "This installation holds data already, and the sample is for an empty one: give it another LOUPAN_HOME."
        )
    days = Days(wanted.as_of)
    watch.at = days.at(BEGINNING, time(8))
    stage = Stage(session, watch, Agenda(days, watch), Chance(wanted.seed), cipher)
    leased = house.found(stage)
    team = staff.hire(stage)
    built = development.build(stage, team)
    house.connect(stage, built.garden, built.centre, leased)
    offered = terms.offer(stage, team, (built.garden, built.centre))
    market = Market(stage, team, built, offered)
    people = portrait.portraits(stage.chance)
    fates = deal_out(stage.chance, people)
    market.expect(people)
    for each in fates.lookers:
        market.look_on(each)
    Sales(market, Payer(market), Bank(market), fates).expect()
    Office(market).expect()
    stage.agenda.put(date(2024, 2, 1), lambda: market.keep_for_the_house(KEPT), time(9, 10))
    _lease(stage, market, leased)
    stage.agenda.run(tell)
    watch.at = days.end
    calls.ring(stage, market, leased)
    session.flush()


def _lease(stage: Stage, market: Market, leased: int) -> None:
    """The customers of the leased tenant: nobody of the house sees them."""
    stream = stage.chance.of("leased")
    for number in range(1, LEASED_CUSTOMERS + 1):
        person = portrait.stranger(stream, portrait.COUNT + number)
        day = date(2022, 4, 2) + timedelta(days=2 * number)  # before the house itself opens
        stage.agenda.put(day, partial(_register, stage, market, leased, person))


def _register(stage: Stage, market: Market, tenant: int, person: Person) -> None:
    customers.register(stage.desk(market.staff.agent, tenant), person)
