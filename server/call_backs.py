"""Requests to be called back, on the house's database: an `ivr.counter.call_backs.CallBacks`."""

from calls.clock import Clock
from calls.unavailable import Unavailable
from db.work import Database, Unreachable
from dialplan.numbers import e164
from sales.services.acting import Acting
from sales.services.enquirers import TELEPHONE
from sales.services.tasks import CallBack, ask_call_back


class HouseCallBacks:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def ask(self, call: str, tenant: int, number: str, lang: str) -> bool:
        acting = Acting(TELEPHONE, self._clock.now, tenant=tenant)
        wanted = CallBack(phone=(e164(number) or number)[:20], lang=lang, call=call)
        try:
            _, new = await self._db.write(acting(ask_call_back), wanted)
        except Unreachable as away:
            raise Unavailable(str(away)) from away
        return new
