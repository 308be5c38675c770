"""Records against what callers did, and the way through the flow of many menus."""

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import crowd
from bench.caller import Booth, Line
from bench.product import FLOWS, NUMBERS, walk_flow
from bench.records import Record, Records, record
from ivr import check, flow
from prompts import catalogue

WALK = walk_flow()


@pytest.mark.parametrize("name", NUMBERS)
def test_the_flows_of_the_bench_can_be_published(name: str) -> None:
    document = json.loads((FLOWS / f"{name}.json").read_text())
    assert check.check(document, catalogue.load()) == []
    assert flow.load(document).name == name


def test_a_way_by_hand() -> None:
    assert crowd.way(WALK, "12*039") == ["garden", "tower", "tower", "garden", "tower", "court", "last"]


@given(st.text(alphabet=crowd.KEYS, max_size=40))
def test_every_way_stays_in_the_menus_until_the_last_key(keys: str) -> None:
    *menus, last = crowd.way(WALK, keys + crowd.LAST)
    assert len(menus) == len(keys) + 1
    assert set(menus) <= {"garden", "tower", "court"}
    assert last == "last"


def test_a_record_from_its_events() -> None:
    events = [
        ("offered", "2026-01-01 00:00:00.000000", "{}"),
        ("answered", "2026-01-01 00:00:01.000000", "{}"),
        ("node", "2026-01-01 00:00:01.100000", '{"node": "garden", "step": "menu"}'),
        ("key", "2026-01-01 00:00:02.000000", '{"key": "*", "private": false}'),
        ("node", "2026-01-01 00:00:02.100000", '{"node": "court", "step": "menu"}'),
        ("ended", "2026-01-01 00:00:03.500000", '{"cause": 16, "by": "us"}'),
    ]
    assert record("139", events) == Record("139", "*", ["garden", "court"], 2.5)
    assert record("139", events[:-1]).seconds is None


def test_records_are_read_from_the_ledgers_tables(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.db") as rows:
        rows.executescript(
            """CREATE TABLE call (call_id, caller, callee, ended);
            CREATE TABLE call_event (id INTEGER PRIMARY KEY, call_id, kind, ts, data);
            INSERT INTO call VALUES ('A', '139', '6003', 'x'), ('B', '138', '6003', NULL), ('C', '1', '6001', 'x');
            INSERT INTO call_event (call_id, kind, ts, data) VALUES ('A', 'key', '', '{"key": "1"}'),
              ('C', 'key', '', '{"key": "5"}'), ('A', 'key', '', '{"key": "2"}');"""
        )
    records = Records(tmp_path / "x.db")
    assert records.count("6003") == 1
    assert records.of("6003") == [Record("139", "12", [], None), Record("138", "", [], None)]


async def test_the_verdict_on_a_crowd() -> None:
    def caller(number: str, keys: str) -> Line:
        line = Line(booth, "6003", number, True)
        line.keys, line.up, line.gone = keys, 100.0, 107.0
        line.close()
        return line

    booth = Booth("127.0.0.1", ("127.0.0.1", 1))
    right, deaf, amiss, unwritten, long = (caller(f"13{n}", "39") for n in range(5))
    refused = caller("136", "")
    refused.refused, refused.up = 503, 0.0
    good = ["garden", "garden", "last"]
    records = [
        Record("130", "39", good, 7.1),
        Record("130", "39", good, 7.1),  # written twice
        Record("131", "9", ["garden", "last"], 7.0),
        Record("132", "39", ["garden", "court", "last"], 7.0),
        Record("134", "39", good, 7.6),
    ]
    verdict = crowd.judge([right, deaf, amiss, unwritten, long, refused], records, WALK)
    assert (verdict.calls, verdict.keys) == (6, 10)
    assert (verdict.lost, verdict.wrong, verdict.missing, verdict.extra, verdict.refused) == (3, 3, 1, 1, 1)
    assert [example.split(":")[0] for example in verdict.examples] == ["131", "132", "133", "134"]
    assert not asyncio.all_tasks() - {asyncio.current_task()}
