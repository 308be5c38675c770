"""Who is calling, from memory: a caller is greeted in their language without anybody asking the database."""

import asyncio
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.watched import Fingerprint, Watched, keep_looking
from db.work import Database
from dialplan.numbers import e164
from sales.models import Customer, CustomerPhone
from sales.queries import Known

_watched = Watched(Customer, CustomerPhone)

Directory = Mapping[tuple[int, str], Known]  # tenant and number


class Acquaintances:
    """`await start()`, then `who_is(tenant, number)`. While the database is away, whom we knew last we still know."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._seen: Fingerprint | None = None
        self._by_phone: Directory = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.refresh()
        self._task = asyncio.create_task(keep_looking(self.refresh, "acquaintances"), name="acquaintances")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def who_is(self, tenant: int, number: str) -> Known | None:
        """The tenant's customer behind a number, however written; None: a stranger to this tenant, or withheld."""
        return self._by_phone.get((tenant, e164(number) or number))

    async def refresh(self) -> None:
        self._seen, changed = await self._db.read(_look, self._seen)
        if changed is not None:
            self._by_phone = changed


def _look(session: Session, seen: Fingerprint | None) -> tuple[Fingerprint, Directory | None]:
    now = _watched(session)
    if now == seen:
        return now, None
    rows = session.execute(
        select(Customer.tenant_id, CustomerPhone.phone, Customer.id, Customer.name, Customer.lang)
        .join(Customer, Customer.id == CustomerPhone.customer_id)
        .where(Customer.merged_into_id.is_(None))
        .order_by(Customer.id)
    )
    # of several with one number the one who came last counts
    return now, {(tenant, phone): Known(key, name, lang) for tenant, phone, key, name, lang in rows}
