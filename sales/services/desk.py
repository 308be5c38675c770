"""The desk somebody acts at: one unit of work of one person at one moment."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from admin.actor import Actor
from admin.right import Right
from db import audit
from db.cipher import Cipher
from db.tenant import HOME
from sales import parameters

ZONE = ZoneInfo("Asia/Shanghai")  # business days are local days (SPEC §2.0)


@dataclass(frozen=True)
class Desk:
    """cipher: of the house; only what writes or compares numbers of identity cards and banks needs it."""

    session: Session
    actor: Actor
    now: datetime
    cipher: Cipher | None = None
    tenant: int = HOME

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    def must(self, *rights: Right) -> None:
        """E_PERM unless the actor holds one of these rights."""
        self.actor.must(*rights)

    def given(self, project: int | None) -> parameters.Given:
        """The business parameters of a project on this day."""
        return parameters.on(self.session, self.tenant, project, self.today)

    def note(
        self,
        action: str,
        entity: str,
        entity_id: int | None,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        *,
        result: str = "ok",
    ) -> None:
        """Into the audit log, with the commit. result: "ok", or "denied" for what was only tried."""
        audit.record(
            self.session,
            tenant=self.tenant,
            at=self.now,
            actor=self.actor.name,
            action=action,
            entity=entity,
            entity_id=entity_id,
            before=before,
            after=after,
            result=result,
        )

    @property
    def own(self) -> dict[str, object]:
        """The columns every new row of business begins with."""
        return {"tenant_id": self.tenant, "created_by": self.actor.name}
