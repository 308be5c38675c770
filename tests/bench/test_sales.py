"""The parts of the sales bench that judge: what a plan says, and who won."""

from collections.abc import Sequence

import pytest

from bench.asking import _reads_all, p95
from bench.fight import SELLERS, Outcome, fight, unexpected
from bench.sales import GOALS
from bench.stock import Stock


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("SCAN room", True),
        ("SCAN room USING INDEX ix_room_layout_id", True),
        ("->  Seq Scan on customer_phone  (cost=0.00..1.10 rows=1 width=51)", True),
        ("SEARCH room USING INDEX ix_room_project_id_state_asked_fen (project_id=? AND state=?)", False),
        ("SEARCH ticket USING INDEX ix_ticket_tenant_id_state_resolve_due (tenant_id=?)", True),
        ("SCAN project", False),
        ("->  Index Scan using uq_call_call_id on call  (cost=0.29..8.30 rows=1 width=9)", False),
        ("USE TEMP B-TREE FOR ORDER BY", False),
    ],
)
def test_a_plan_that_reads_a_whole_big_table(line: str, whole: bool) -> None:
    assert _reads_all(line) is whole


def stock(rooms: Sequence[int]) -> Stock:
    return Stock(rooms=rooms, customers=[1, 2], sellers=list(range(SELLERS)), phones=[])


async def test_a_fight_counts_who_got_a_room_and_what_went_wrong() -> None:
    taken: set[int] = set()

    async def attempt(_: int, room: int, customer: int) -> bool:
        if room == 7:
            raise ConnectionError("locked")
        if room in taken:
            return False
        taken.add(room)
        return True

    outcome = await fight(stock(range(10)), attempt)
    assert (outcome.attempts, outcome.won) == (20, len(taken))
    assert 7 not in taken
    assert unexpected([outcome]) == ["ConnectionError: locked"]


def test_figures_by_hand() -> None:
    assert Outcome(6000, 2.0, 3000, ()).per_second == 3000
    assert p95([float(n) for n in range(1, 101)]) == 96.0


def test_both_engines_are_judged_alike() -> None:
    names = {name.partition("_")[2] for name in GOALS}
    assert {f"{engine}_{name}" for engine in ("sqlite", "postgresql") for name in names} == set(GOALS)
