"""Who is calling, from memory: a caller is greeted in their language without anybody asking the database."""

import asyncio
import logging
from collections.abc import Mapping

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from db.work import Database, Unreachable
from dialplan.numbers import e164
from sales.models import Customer, CustomerPhone
from sales.queries import Known

log = logging.getLogger(__name__)

EVERY = 2.0  # seconds between looks at the table
_COUNT = union_all(
    *(select(func.count(), func.sum(table.row_version), func.max(table.id)) for table in (Customer, CustomerPhone))
)


class Acquaintances:
    """`await start()`, then `who_is(number)`. While the database is away, whom we knew last we still know."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._seen: object = None
        self._by_phone: Mapping[str, Known] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.refresh()
        self._task = asyncio.create_task(self._watch(), name="acquaintances")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def who_is(self, number: str) -> Known | None:
        """The customer behind a number, however it is written; None: a stranger, or withheld."""
        return self._by_phone.get(e164(number) or number)

    async def refresh(self) -> None:
        self._seen, changed = await self._db.read(_look, self._seen)
        if changed is not None:
            self._by_phone = changed

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.refresh()
            except Unreachable as error:
                log.debug("callers are known as before: %s", error)
            except Exception:
                log.exception("the customers cannot be read; callers are known as before")


def _look(session: Session, seen: object) -> tuple[object, dict[str, Known] | None]:
    now = [tuple(row) for row in session.execute(_COUNT)]
    if now == seen:
        return now, None
    rows = session.execute(
        select(CustomerPhone.phone, Customer.id, Customer.name, Customer.lang)
        .join(Customer, Customer.id == CustomerPhone.customer_id)
        .where(Customer.merged_into_id.is_(None))
        .order_by(Customer.id)
    )
    return now, {phone: Known(key, name, lang) for phone, key, name, lang in rows}  # the one who came last counts
