"""Two processes and the telephone want the same rooms: each room has one winner, all others hear so (SPEC §2.3)."""

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from sales import invariants, parameters
from sales.fixture import add_room
from sales.models import Hold, Room, RoomState, RoomStateLog
from tests.sales.services.office import Office

ROOT = Path(__file__).parents[3]
CODES = [f"0105{door:02d}" for door in range(1, 31)]
RACERS = (("seller", "C6", 0), ("other", "C8", 10), ("phone", "C10", 20))


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.parametrize("office_url", ["postgresql"], indirect=True)
async def test_every_room_has_one_winner(office: Office, office_url: str) -> None:
    await office.db.write(
        lambda s: parameters.change(s, 1, None, "hold_max_per_customer", 100, office.now.date(), "test") and None
    )
    await office.db.write(lambda s: [add_room(s, code, unit_fen=10_000, list_fen=890_000) for code in CODES] and None)
    racers = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.sales.lives.racer", office_url),
            *(who, str(office.customers[customer]), str(first), *CODES),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for who, customer, first in RACERS
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert await asyncio.wait_for(racer.stdout.readline(), 60) == b"ready\n"
    said = await asyncio.gather(*(asyncio.wait_for(racer.communicate(b"go\n"), 60) for racer in racers))
    outcomes = [json.loads(out) for out, _ in said]
    for code in CODES:
        heard = Counter(outcome[code] for outcome in outcomes)
        assert heard == {"ok": 1, "E_ROOM_TAKEN": 2}, (code, heard)
    won = [list(outcome.values()).count("ok") for outcome in outcomes]
    assert sum(count > 0 for count in won) > 1, f"that was no race: {won}"
    rooms = await office.all(Room, Room.room_code.in_(CODES))
    assert {room.state for room in rooms} == {RoomState.RESERVED}
    holds = {hold.room_id: hold for hold in await office.all(Hold, Hold.room_id.in_([room.id for room in rooms]))}
    assert len(holds) == len(CODES)
    for (_, customer, _), outcome in zip(RACERS, outcomes, strict=True):
        for room in rooms:
            if outcome[room.room_code] == "ok":
                assert holds[room.id].customer_id == office.customers[customer]
    told = await office.db.read(lambda s: s.scalars(select(RoomStateLog).where(RoomStateLog.event == "reserve")).all())
    assert sum(log.room_id in holds for log in told) == len(CODES)
    assert await office.look(invariants.check) == []
