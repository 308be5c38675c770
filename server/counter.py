"""The counter, wired: complaints, registrations, callers' own orders and calls back, on the house's database."""

from contextlib import AsyncExitStack
from datetime import datetime
from typing import Self

from billing.reconcile import Reconciliation
from billing.recordings import Recordings
from db.cipher import Cipher
from ivr.counter.counter import Counter
from ivr.mailbox.post import Office
from server.call_backs import HouseCallBacks
from server.due import Every
from server.home import Home
from server.lost_calls import LostCalls
from server.orders import HouseOrders
from server.registrations import HouseRegistrations
from server.scheduler import Job
from server.tickets import HouseTickets


class HouseCounter:
    """`async with HouseCounter(office, recordings, home) as house`; `house.counter` serves callers."""

    def __init__(self, office: Office, recordings: Recordings, home: Home) -> None:
        self._office = office
        self._tickets = HouseTickets(office, recordings)
        orders = HouseOrders(office.db, office.bus, office.clock, Cipher.of(home.path))
        self.counter = Counter(
            orders,
            self._tickets,
            HouseCallBacks(office.db, office.clock),
            HouseRegistrations(office.db, office.clock, recordings),
        )

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._tickets.close)
            await stack.enter_async_context(LostCalls(self._office.bus, self._tickets.gather))
            self._beside = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._beside.aclose()

    def jobs(self, reconciliation: Reconciliation) -> tuple[Job, ...]:
        async def gather(_: datetime) -> object:
            ongoing = {call.call_id for call in await reconciliation.open_calls()}
            return await self._tickets.gather(lambda call: call not in ongoing) or None

        return (Job("gather_tickets", Every(60), gather),)
