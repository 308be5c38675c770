"""The plain side on a real exchange: what callers hear and sipp counts."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from asterisk.instance.software import find
from bench import latency, sides, tones
from bench.addresses import Addresses
from bench.caller import booth
from bench.capacity import Track
from bench.sides import Side

pytestmark = [pytest.mark.exchange, pytest.mark.slow]


@pytest.fixture
async def plain(tmp_path: Path) -> AsyncIterator[tuple[Side, str]]:
    addresses = Addresses.of_this_run()
    menu, short = tones.make(tmp_path / "tones")
    async with sides.plain(tmp_path / "plain", find(), addresses, menu, short) as exchange:
        yield sides.dialplan_side(exchange), addresses.callers


async def test_our_callers_hear_the_menu_stop_and_the_reply(plain: tuple[Side, str]) -> None:
    side, source = plain
    found = await latency.waits(side, source, rate=10, calls=5, first_caller=13900000000)
    assert found.lost == 0
    assert len(found.stop) == 5
    assert found.stop[0] > -25
    assert all(0.9 < line.gone - line.up < 2.5 for line in found.lines)


async def test_sipp_counts_its_calls(plain: tuple[Side, str]) -> None:
    side, source = plain
    told: list[str] = []
    track = Track(source, told.append, trials=1)
    outcome = await track.trial("prompt", side, rate=10, seconds=1)
    assert (outcome.made, outcome.ok, outcome.failed) == (10, 10, 0)
    assert track.ok[side.prompt] == 10
    assert len(outcome.answers) == 10
    assert len(told) == 1


async def test_a_number_nobody_has_is_a_call_that_failed(plain: tuple[Side, str]) -> None:
    side, source = plain
    nobody = Side("nobody", side.sip, "9999", "9999", side.exchange)
    outcome = await Track(source, lambda _: None, trials=1).trial("prompt", nobody, rate=5, seconds=1)
    assert (outcome.ok, outcome.failed) == (0, 5)
    assert not outcome.carried


async def test_callers_left_over_are_hung_up(plain: tuple[Side, str]) -> None:
    side, source = plain
    async with booth(source, side.sip) as callers:
        line = callers.call(side.key, "13900000001", deaf=True)
        async with asyncio.timeout(5):
            await line.answered.wait()
        await side.clear()
        async with asyncio.timeout(5):
            await line.over.wait()
    assert 0 < line.gone - line.up < 4
