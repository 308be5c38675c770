"""The plain side on a real exchange: what callers hear and sipp counts."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from asterisk.instance.software import find
from bench import latency, sides, tones
from bench.addresses import Addresses
from bench.caller import booth
from bench.capacity import Track
from bench.sides import Side
from tests.system.centre import until

pytestmark = [pytest.mark.exchange, pytest.mark.slow]


@pytest.fixture
async def plain(tmp_path: Path) -> AsyncIterator[tuple[Side, str]]:
    addresses = Addresses.of_this_run()
    menu, short = tones.make(tmp_path / "tones")
    plan = sides.plain_plan(addresses, menu, short, records=True)
    async with sides.plain(tmp_path / "plain", find(), plan) as exchange:
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


async def test_the_plain_side_keeps_a_record_of_each_call_and_has_nothing_to_complain_of(
    plain: tuple[Side, str], tmp_path: Path
) -> None:
    side, source = plain
    await Track(source, lambda _: None, trials=1).trial("prompt", side, rate=10, seconds=1)
    log = tmp_path / "plain/log"
    with sqlite3.connect(log / "master.db") as records:

        async def all_there() -> bool:
            answered = records.execute("SELECT count(*) FROM cdr WHERE disposition = 'ANSWERED'")
            return bool(answered.fetchone() == (10,))

        await until(all_there, 5.0, "ten records are there")
    assert "ERROR" not in (log / "messages.log").read_text()


async def test_the_bare_recipe_serves_the_same_callers(tmp_path: Path) -> None:
    addresses = Addresses.of_this_run()
    menu, short = tones.make(tmp_path / "tones")
    plan = sides.plain_plan(addresses, menu, short, records=False)
    async with (
        sides.plain(tmp_path / "plain", find(), plan) as exchange,
        sides.rival("recipe", exchange, menu, short) as recipe,
    ):
        found = await latency.waits(recipe, addresses.callers, rate=10, calls=5, first_caller=13900000000)
        outcome = await Track(addresses.callers, lambda _: None, trials=1).trial("prompt", recipe, rate=10, seconds=1)
    assert (found.lost, len(found.stop)) == (0, 5)
    assert (outcome.made, outcome.ok) == (10, 10)
