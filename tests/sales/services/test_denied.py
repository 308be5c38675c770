"""What somebody was not allowed to do stands in the audit, although nothing of it was done (S3-54)."""

import pytest

from db.audit import AuditLog
from db.refusal import Code, Refused
from sales.models import Hold
from sales.services.projects import edit_building
from sales.services.reserve import Terms, reserve
from tests.sales.services.office import Office


async def test_who_may_not_is_written_down(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        await office.acting("auditor").does(office.db, reserve, office.rooms["020301"], office.customers["C8"])
    assert refused.value.code is Code.PERM
    row = await office.one(AuditLog, AuditLog.result == "denied")
    assert (row.actor, row.action, row.after) == ("审计", "reserve", {"code": "E_PERM", "right": "sale.reserve"})
    assert await office.all(Hold, Hold.room_id == office.rooms["020301"]) == []
    await office.chain_holds()


async def test_what_is_only_not_possible_is_daily_work(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        await office.acting("boss").does(office.db, edit_building, 999, {"floors": 3})
    assert refused.value.code is Code.NOT_FOUND
    assert await office.all(AuditLog, AuditLog.result == "denied") == []


async def test_what_is_allowed_is_done_once(office: Office) -> None:
    hold = await office.acting("wang").does(office.db, reserve, office.rooms["020301"], office.customers["C8"], Terms())
    assert (await office.get(Hold, hold)).customer_id == office.customers["C8"]
    assert await office.all(AuditLog, AuditLog.result == "denied") == []
