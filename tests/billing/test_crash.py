"""kill -9 in the middle of writing, again and again: what was said to be stored is there, whole, and once."""

import asyncio
import random
import shutil
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from billing.models import CallEvent, CallRow, Cdr
from calls.clock import FixedClock
from db.work import Database
from tests.billing.story import NINE


def per_call(session: Session) -> dict[str, tuple[int, int, str | None]]:
    """For every call: how many facts and bills it has, and its result."""
    events = select(func.count()).where(CallEvent.call_id == CallRow.call_id).scalar_subquery()
    bills = select(func.count()).where(Cdr.call_id == CallRow.call_id).scalar_subquery()
    return {
        call: (e, b, result)
        for call, e, b, result in session.execute(select(CallRow.call_id, events, bills, CallRow.result))
    }


@pytest.mark.slow
async def test_what_was_stored_survives_kill_9(sqlite_template: Path, tmp_path: Path) -> None:
    file = Path(shutil.copy(sqlite_template, tmp_path / "loupan.db"))
    dice = random.Random(7)
    stored: list[str] = []
    for _ in range(8):
        writer = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.billing.writer", str(file), stdout=asyncio.subprocess.PIPE
        )
        assert writer.stdout is not None
        for _ in range(dice.randint(1, 60)):  # then it is killed, at any point of its work
            stored.append((await asyncio.wait_for(writer.stdout.readline(), 30)).decode().strip())
        writer.kill()
        rest, _ = await writer.communicate()
        stored += rest.decode().split("\n")[:-1]
        async with Database.open(f"sqlite:///{file}", FixedClock(NINE).now) as db:  # nobody owns it any more
            assert await db.read(lambda s: s.connection().exec_driver_sql("PRAGMA integrity_check").scalar()) == "ok"
            told = await db.read(per_call)
    whole = [call for call in stored if len(call) == 26]
    assert len(whole) > 50
    assert {told.get(call) for call in whole} == {(7, 1, "ivr_only")}
    assert all(value == (7, 1, "ivr_only") for value in told.values())  # a batch is there or it is not
