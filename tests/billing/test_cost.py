"""What a call's record costs in CPU: measured beside the bare storing of as many rows, because machines differ."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from billing.ledger import Ledger
from calls.bus import LocalBus
from calls.clock import FixedClock
from db.work import Database
from tests.billing.story import NINE, new_call, simple

CALLS = 1_200  # per round
ROUNDS = 4
AT_ONCE = 12  # calls per batch: 300 calls/s
ROWS = 11  # per call: 7 events, the call twice, its leg, its cdr
MOST = 10.0  # times the bare rows; 6 to 8 measured, on a machine busy with other work


def bare(connection: sqlite3.Connection, turn: int) -> float:
    """CPU milliseconds per call of storing as many small rows by sqlite3 alone."""
    began = time.process_time()
    for first in range(0, CALLS, AT_ONCE):
        rows = [
            (f"{turn:06}{call:020}", n, "2024-03-12 01:00:00.000000", '{"node":"welcome","step":"play"}')
            for call in range(first, first + AT_ONCE)
            for n in range(ROWS)
        ]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO row (call, n, ts, data) VALUES (?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
    return (time.process_time() - began) / CALLS * 1e3


async def ours(bus: LocalBus, ledger: Ledger) -> float:
    """CPU milliseconds per call of the whole way from the bus to the disk."""
    stories = [simple(new_call(), offset=n / 300) for n in range(CALLS)]
    began = time.process_time()
    for first in range(0, CALLS + AT_ONCE, AT_ONCE):
        for story in stories[first : first + AT_ONCE]:
            for fact in story[:5]:
                bus.publish(fact)
        for story in stories[max(0, first - AT_ONCE) : first]:
            for fact in story[5:]:
                bus.publish(fact)
        await ledger.flush()
    return (time.process_time() - began) / CALLS * 1e3


@pytest.mark.slow
async def test_a_record_costs_little_more_than_its_rows(sqlite_db: Database, tmp_path: Path) -> None:
    bus = LocalBus()
    figures: list[tuple[float, float]] = []
    with closing(sqlite3.connect(tmp_path / "bare.db", isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, call TEXT, n INT, ts TEXT, data TEXT)")
        connection.execute("CREATE UNIQUE INDEX one ON row (call, n)")
        async with Ledger(sqlite_db, bus, FixedClock(NINE)) as ledger:
            for turn in range(ROUNDS):
                figures.append((await ours(bus, ledger), bare(connection, turn)))
    record, floor = (min(column) for column in zip(*figures, strict=True))
    print(f"\nCPU per call: ledger {record:.3f} ms, bare rows {floor:.3f} ms, {record / floor:.1f} times")
    assert record < MOST * floor
