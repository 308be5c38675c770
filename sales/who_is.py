"""Who is calling: the customer behind a number, however it is written."""

import logging

from db.tenant import HOME
from db.work import Database, Unreachable
from dialplan.numbers import e164
from sales.queries import Known, customer_by_phone

log = logging.getLogger(__name__)


class WhoIs:
    """`await who_is(number)`: a known customer, or None. A database that is away knows nobody: the call goes on."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def __call__(self, number: str, tenant: int = HOME) -> Known | None:
        phone = e164(number)
        if phone is None:
            return None
        try:
            return await self._db.read(customer_by_phone, tenant, phone)
        except Unreachable as error:
            log.warning("nobody knows who %s is: %s", phone, error)
            return None
