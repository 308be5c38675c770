"""One process of a race: `python -m tests.sales.lives.racer URL WHO CUSTOMER FIRST ROOM…`. WHO is "phone" or a seller.

It says "ready", waits for a line, then wants every room at once, beginning with number FIRST of them, and says what
became of each: {"020201": "ok" or "E_…"}. A seller has the rooms as they were before on the screen, the phone looks
each up when its caller asks for it.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

import admin.models  # noqa: F401
import conference.models  # noqa: F401
import cti_agent.models  # noqa: F401
import ivr.models  # noqa: F401
from admin.actor import Actor
from db.refusal import Refused
from db.work import Database
from ivr.desk import Room as Spoken
from sales.models import Project, Room
from sales.rooms import SpokenRooms
from sales.services.acting import Acting
from sales.services.reserve import reserve

NOON = datetime(2024, 3, 31, 4, 0, tzinfo=UTC)


async def race(url: str, who: str, customer: int, first: int, codes: list[str]) -> dict[str, str]:
    async with Database.open(url, lambda: NOON) as db:
        acting = Acting(Actor.of(who, "manager"), lambda: NOON)
        project, screen = await db.read(look)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)

        async def want(code: str) -> str:
            key, seen = screen[code]
            if who == "phone":
                told = await SpokenRooms(db, Spoken).by_code(project, code)
                assert told is not None
                if told.state != "available":
                    return "E_ROOM_TAKEN"  # its caller hears that it is reserved
            try:
                await db.write(acting(reserve), key, customer, seen=seen)
            except Refused as refused:
                return refused.code.value
            return "ok"

        turns = codes[first:] + codes[:first]
        return dict(zip(turns, await asyncio.gather(*map(want, turns)), strict=True))


def look(session: Session) -> tuple[int, dict[str, tuple[int, int]]]:
    rooms = session.execute(select(Room.room_code, Room.id, Room.row_version)).all()
    return session.scalars(select(Project.id)).one(), {code: (key, seen) for code, key, seen in rooms}


if __name__ == "__main__":
    _, url, who, customer, first, *codes = sys.argv
    print(json.dumps(asyncio.run(race(url, who, int(customer), int(first), codes))), flush=True)
