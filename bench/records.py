"""What the ledger has written, read from its SQLite file while the product runs."""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

WRITTEN = 10.0  # s for the last records to be written
PAUSE = 0.1
SLACK = 0.5  # s between a record and what the caller saw: half of what a record is written in


@dataclass(frozen=True, slots=True)
class Record:
    """One call. seconds: from answer to end, by its facts (the record itself has whole seconds); None: no end."""

    caller: str
    keys: str
    steps: Sequence[str]
    seconds: float | None


class Records:
    """`Records(database file)`; every question opens the file anew, read-only."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def count(self, callee: str) -> int:
        """Calls to this number that have ended."""
        with self._open() as rows:
            found = rows.execute("SELECT count(*) FROM call WHERE callee = ? AND ended IS NOT NULL", (callee,))
            return int(found.fetchone()[0])

    def billed(self, callee: str) -> int:
        """Rated rows (one per leg) of calls to this number."""
        with self._open() as rows:
            return int(rows.execute("SELECT count(*) FROM cdr WHERE callee = ?", (callee,)).fetchone()[0])

    async def reach(self, callee: str, calls: int) -> int:
        """Wait until so many calls are written, or no more come; the count."""
        count = 0
        for _ in range(round(WRITTEN / PAUSE)):
            if (count := self.count(callee)) >= calls:
                break
            await asyncio.sleep(PAUSE)
        return count

    def of(self, callee: str) -> list[Record]:
        """All calls to this number, with the keys and steps in the order in which they happened."""
        with self._open() as rows:
            calls = rows.execute("SELECT call_id, caller FROM call WHERE callee = ?", (callee,)).fetchall()
            events = rows.execute(
                "SELECT e.call_id, e.kind, e.ts, e.data FROM call_event e JOIN call c USING (call_id)"
                " WHERE c.callee = ? ORDER BY e.id",
                (callee,),
            ).fetchall()
        told: dict[str, list[tuple[str, str, str]]] = {}
        for call, kind, at, data in events:
            told.setdefault(call, []).append((kind, at, data))
        return [record(caller, told.get(call, [])) for call, caller in calls]

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=10)


def record(caller: str, events: Sequence[tuple[str, str, str]]) -> Record:
    """Of (kind, moment, JSON) as `call_event` keeps them."""
    keys, steps = "", []
    answered: datetime | None = None
    ended: datetime | None = None
    for kind, at, data in events:
        match kind:
            case "key":
                keys += json.loads(data)["key"]
            case "node":
                steps.append(json.loads(data)["node"])
            case "answered":
                answered = datetime.fromisoformat(at)
            case "ended":
                ended = datetime.fromisoformat(at)
    seconds = (ended - answered).total_seconds() if answered and ended else None
    return Record(caller, keys, steps, seconds)
