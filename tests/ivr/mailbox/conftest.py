from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from db.tenant import HOME, Tenant
from db.work import Database
from dialplan.models import CalendarRow, Extension, ServiceRow
from tests.ivr.mailbox.mailroom import Mailroom


@pytest.fixture
async def room(db: Database, tmp_path: Path) -> Mailroom:
    """A house with an operator at 8001; mailboxes 8001 and 8002 have the PIN 7351, the phone 8003 has none yet."""

    def found(session: Session) -> None:
        session.add(Tenant(id=HOME, code="home", name="海天"))
        calendar = CalendarRow(tenant_id=HOME, code="office", name="office")
        session.add_all([calendar, Extension(tenant_id=HOME, number="8003", kind="seat", name="王芳")])
        session.flush()
        service = {"code": "sales", "company_zh": "海天", "company_en": "Haitian", "flow": "main", "operator": "8001"}
        session.add(ServiceRow(tenant_id=HOME, calendar_id=calendar.id, **service))

    await db.write(found)
    made = Mailroom(db, tmp_path)
    for number in ("8001", "8002"):
        await made.open(number)
    return made
