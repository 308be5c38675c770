"""A house that stores calls until it is killed: `python -m tests.billing.writer FILE`.

Prints the id of a call when `flush` has said that it is stored.
"""

import asyncio
import sys

from billing.ledger import Ledger
from calls.bus import LocalBus
from calls.clock import SystemClock
from db.work import Database
from tests.billing.story import new_call, simple


async def main(file: str) -> None:
    bus, clock = LocalBus(), SystemClock()
    async with Database.open(f"sqlite:///{file}", clock.now) as db, Ledger(db, bus, clock) as ledger:
        while True:
            calls = [new_call() for _ in range(5)]
            for call in calls:
                for fact in simple(call):
                    bus.publish(fact)
            await ledger.flush()
            sys.stdout.write("".join(call + "\n" for call in calls))
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
