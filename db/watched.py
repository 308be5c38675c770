"""Tables that somebody keeps in memory: whether they have changed is one small question, asked again and again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from db.work import Unreachable

log = logging.getLogger(__name__)

EVERY = 2.0  # seconds between looks

Fingerprint = tuple[tuple[Any, ...], ...]


class Watched:
    """`Watched(Customer, CustomerPhone)(session)`: how many rows, how often they were changed, the last one's id. Any
    change changes it."""

    def __init__(self, *models: Any) -> None:
        self._question = union_all(
            *(
                select(literal(each.__tablename__), func.count(), func.sum(each.row_version), func.max(each.id))
                for each in models
            )
        )

    def __call__(self, session: Session) -> Fingerprint:
        return tuple(tuple(row) for row in session.execute(self._question))


async def keep_looking(look: Callable[[], Awaitable[object]], what: str, every: float = EVERY) -> NoReturn:
    """Look every so many seconds. While the database is away, and whatever else happens, `what` stays as it was."""
    while True:
        try:
            await look()
        except Unreachable as error:
            log.debug("%s: as before, %s", what, error)
        except Exception:
            log.exception("%s: cannot be read and stays as before", what)
        await asyncio.sleep(every)
