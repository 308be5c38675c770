"""The parts of `bench callers` that judge, and that its ways are ways of the shipped flow."""

import json

import pytest

from bench.caller import Line
from bench.callers import Visit, judge
from bench.crowd import way
from bench.dialplan import MENUS
from bench.paths import PATHS, Path
from bench.product import walk_flow
from bench.records import Record
from ivr.files import SHIPPED


class Spoken(Line):
    """A call that was made; nothing of it is sent."""

    def __init__(self, caller: str) -> None:
        self.caller = caller


def visit(way: Path, caller: str) -> Visit:
    return Visit(way, Spoken(caller))


WAY = Path("to the query and back", "1 1*", ("welcome", "lang", "root", "query", "root"))


def test_a_record_that_says_what_was_meant_is_right() -> None:
    verdict = judge([visit(WAY, "1")], [Record("1", "11*", WAY.steps, 3.0)])
    assert (verdict.calls, verdict.keys, verdict.lost, verdict.wrong) == (1, 3, 0, 0)


@pytest.mark.parametrize(
    ("records", "lost"),
    [
        ([], 3),
        ([Record("1", "11", WAY.steps[:-1], 3.0)], 1),
        ([Record("1", "11*", ("welcome", "lang", "root", "agent", "root"), 3.0)], 0),
        ([Record("1", "1*1", WAY.steps, 3.0)], 0),
    ],
    ids=["no record", "a key is missing", "another step", "another order"],
)
def test_what_is_written_otherwise_is_found(records: list[Record], lost: int) -> None:
    verdict = judge([visit(WAY, "1")], records)
    assert (verdict.lost, verdict.wrong) == (lost, 1)
    assert WAY.name in verdict.examples[0]


@pytest.mark.parametrize("path", PATHS, ids=[path.name for path in PATHS])
def test_every_step_meant_is_one_of_the_shipped_flow(path: Path) -> None:
    steps = json.loads((SHIPPED / "main.json").read_text())["steps"]
    assert set(path.steps) <= set(steps)


def test_the_dialplan_walks_through_the_same_menus() -> None:
    document = walk_flow()
    for menu, leads in MENUS.items():
        for key, to in leads.items():
            assert way({**document, "start": menu}, key)[-1] == to
