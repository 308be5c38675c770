"""Dies in the middle of an exchange: `python -m tests.sales.lives.victim URL DEAL ROOM APPROVAL [POINT…]`.

Without points it tries the exchange and takes it back, and says how many questions that asks the database, the end of
the transaction not counted. For each point a child exchanges the deal and is killed, as by `kill -9`, before that
question (0: once all is written); it says how the child ended: "-9".
"""

import asyncio
import os
import signal
import sqlite3
import sys
from datetime import UTC, datetime
from itertools import count

from sqlalchemy import event, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, configure_mappers

import admin.models  # noqa: F401
import conference.models  # noqa: F401
import cti_agent.models  # noqa: F401
import ivr.models  # noqa: F401
from admin.actor import Actor
from db.work import Database
from sales.models import Deal, PaymentPlan
from sales.services.acting import Acting
from sales.services.exchange import Wanted, exchange
from sales.services.offer import Buyer, Offer, PriceTerms
from sales.services.refund import Leaving

NOON = datetime(2024, 3, 31, 5, 0, tzinfo=UTC)


def look(session: Session, deal: int) -> tuple[int, int]:
    lump = session.scalars(select(PaymentPlan.id).where(PaymentPlan.code == "lump")).one()
    return lump, session.get_one(Deal, deal).customer_id


class TakenBack(Exception):
    """The exchange was only tried."""


async def live(url: str, what: tuple[int, int, int], point: int | None) -> int:
    """point: before which question to die; after the last one for 0; None: to take all back. The questions asked."""
    deal, room, approval = what
    async with Database.open(url, lambda: NOON) as db:
        plan, customer = await db.read(look, deal)
        questions = count(1)
        asked = 0

        def ask(*_: object) -> None:
            nonlocal asked
            asked = next(questions)
            if asked == point:
                die()

        def listen(session: Session) -> None:
            driver = session.connection().connection.driver_connection
            if isinstance(driver, sqlite3.Connection):
                driver.set_trace_callback(ask)
            else:
                event.listen(Engine, "before_cursor_execute", ask)
                event.listen(Engine, "commit", ask)

        acting = Acting(Actor.of("张经理", "manager"), lambda: NOON)
        wanted = Wanted(room, Offer((Buyer(customer),), PriceTerms(plan)))

        def whole(session: Session) -> None:
            listen(session)
            acting(exchange)(session, deal, wanted, Leaving("楼层", approval))
            if point is None:
                session.flush()
                raise TakenBack

        try:
            await db.write(whole)
        except TakenBack:
            return asked
        die()
    return 0


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def child(url: str, what: tuple[int, int, int], point: int | None) -> int:
    """How it ended: negative for a signal. The one that takes all back says how many questions it asked."""
    sys.stdout.flush()
    key = os.fork()
    if not key:
        try:
            asked = asyncio.run(live(url, what, point))
            print(asked, flush=True)
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(key, 0)[1])


def main(url: str, *numbers: str) -> None:
    deal, room, approval, *points = map(int, numbers)
    configure_mappers()
    what = (deal, room, approval)
    if not points:
        print(child(url, what, None), flush=True)
    for point in points:
        print(child(url, what, point), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
