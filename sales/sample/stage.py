"""Where the story is played: one unit of work, the watch, what is still to come, chance, and the key of the house."""

from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from admin.actor import CLOCK, Actor
from db.cipher import Cipher
from db.tenant import HOME
from sales.sample.agenda import Agenda
from sales.sample.chance import Chance
from sales.sample.days import Watch
from sales.services.desk import Desk

BY = "sample"
T = TypeVar("T")


@dataclass(frozen=True)
class Stage:
    session: Session
    watch: Watch
    agenda: Agenda
    chance: Chance
    cipher: Cipher

    def desk(self, actor: Actor, tenant: int = HOME) -> Desk:
        """Somebody acts now."""
        return Desk(self.session, actor, self.watch.at, self.cipher, tenant)

    @property
    def clock(self) -> Desk:
        return self.desk(CLOCK)

    def fresh(self, model: type[T], key: int) -> T:
        """A row as it is now, also where a service has changed it behind the session's back."""
        self.session.flush()
        return self.session.get_one(model, key, populate_existing=True)

    def add(self, *rows: Any) -> None:
        self.session.add_all(rows)
        self.session.flush()


def own(tenant: int = HOME) -> dict[str, Any]:
    """The columns of a row that was there before anybody acted."""
    return {"tenant_id": tenant, "created_by": BY}
