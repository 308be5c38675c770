"""The stages, one after the other; a test that asks for `stage` runs on all three."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.contract.grounds import fake_ground, real_ground
from tests.contract.stage import Ground, Live, Scripted, Stage

REAL = pytest.param("real", marks=pytest.mark.exchange)

EXCHANGES = ["fake", REAL]


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["scripted", "fake", REAL])
async def ground(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Ground | None]:
    """The exchange of the stage, one for the whole module; None for the scripted one."""
    if request.param == "scripted":
        yield None
        return
    home: Path = tmp_path_factory.mktemp(request.param)
    async with fake_ground(home) if request.param == "fake" else real_ground(home) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def stage(ground: Ground | None, tmp_path: Path) -> AsyncIterator[Stage]:
    if ground is None:
        yield Scripted()
        return
    live = Live(ground, tmp_path)
    await live.controller.start()
    await live.controller.ready()
    try:
        yield live
    finally:
        await live.controller.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def live(stage: Stage) -> Live:
    """For what only an exchange can show: `@pytest.mark.parametrize("ground", EXCHANGES, indirect=True)`."""
    assert isinstance(stage, Live)
    return stage
