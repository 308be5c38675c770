"""Whole lives, a short while in every run, a longer while on both engines."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.db.engines import ENGINES
from tests.sales.lives.ground import Ground, PostgresGround, SqliteGround
from tests.sales.lives.life import Life

# one acts on a real database, so a slow step says nothing; the same lives in every run
USUAL = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)


def live(ground: Ground, size: settings) -> tuple[Counter[str], Counter[str]]:
    done: Counter[str] = Counter()
    denied: Counter[str] = Counter()

    class Here(Life):
        def __init__(self) -> None:
            super().__init__(ground, done, denied)

    run_state_machine_as_test(Here, settings=size)
    return done, denied


def test_short_lives(fixture_t: Path, tmp_path: Path) -> None:
    done, denied = live(SqliteGround(fixture_t, tmp_path), settings(USUAL, max_examples=3, stateful_step_count=10))
    assert done.total() > 10
    assert denied.total() > 0


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("engine", ENGINES)
def test_long_lives(engine: str, request: pytest.FixtureRequest, fixture_t: Path, tmp_path: Path) -> None:
    ground: Ground = (
        SqliteGround(fixture_t, tmp_path) if engine == "sqlite" else PostgresGround(request.getfixturevalue("cluster"))
    )
    done, denied = live(ground, settings(USUAL, max_examples=10, stateful_step_count=18))
    assert {"subscribe", "sign", "receive", "complete", "night"} <= set(done)
    assert len(done) > 20, "most of what can be done was done"
    assert denied.total() > 50
