"""What a call's record costs in CPU: measured beside the bare storing of as many rows, because machines differ."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from billing.ledger import Ledger
from calls.bus import LocalBus
from calls.clock import FixedClock
from db.work import Database
from tests.billing.story import NINE, new_call, simple

CALLS = 5_000
AT_ONCE = 12  # calls per batch: 300 calls/s
ROWS = 11  # per call: 7 events, the call twice, its leg, its cdr


def bare(file: Path) -> float:
    """CPU seconds per call of the same number of small rows by sqlite3 alone."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, call TEXT, n INT, ts TEXT, data TEXT)")
        connection.execute("CREATE UNIQUE INDEX one ON row (call, n)")
        began = time.process_time()
        for first in range(0, CALLS, AT_ONCE):
            rows = [
                (f"{call:026}", n, "2024-03-12 01:00:00.000000", '{"node":"welcome","step":"play"}')
                for call in range(first, first + AT_ONCE)
                for n in range(ROWS)
            ]
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO row (call, n, ts, data) VALUES (?, ?, ?, ?)", rows)
            connection.execute("COMMIT")
        return (time.process_time() - began) / CALLS


@pytest.mark.slow
async def test_a_record_costs_little_more_than_its_rows(
    sqlite_db: Database, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    bus = LocalBus()
    stories = [simple(new_call(), offset=n / 300) for n in range(CALLS)]
    async with Ledger(sqlite_db, bus, FixedClock(NINE)) as ledger:
        began = time.process_time()
        for first in range(0, CALLS + AT_ONCE, AT_ONCE):
            for story in stories[first : first + AT_ONCE]:
                for fact in story[:5]:
                    bus.publish(fact)
            for story in stories[max(0, first - AT_ONCE) : first]:
                for fact in story[5:]:
                    bus.publish(fact)
            await ledger.flush()
        ours = (time.process_time() - began) / CALLS
    floor = bare(tmp_path / "bare.db")
    print(f"\nCPU per call: ledger {ours * 1e3:.3f} ms, bare rows {floor * 1e3:.3f} ms, ratio {ours / floor:.1f}")
    record_property("cpu_ms_per_call", round(ours * 1e3, 4))
    record_property("bare_ms_per_call", round(floor * 1e3, 4))
    assert ours < 6 * floor
