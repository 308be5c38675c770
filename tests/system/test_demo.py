"""`./run demo --once --json` from a home that is not there yet, judged by what its callers heard."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ivr.desk import Room
from sales.sample import scenario
from server.control import NobodyThere, ask
from server.shelf import of_this_week, ready
from tests.system.centre import NUMBER, ROOT, until
from tests.system.heard import Words
from tests.system.house import environment

pytestmark = [pytest.mark.exchange, pytest.mark.slow]

TRACE = {"call_id", "answered", "nodes", "said", "keys", "result", "seconds", "heard"}
ON_TIME = 90.0  # s; 45 on a machine that does nothing else


@pytest.mark.timeout(400)  # on a slow machine the week's sample alone takes a minute and a half
async def test_two_demos_side_by_side_each_tell_three_calls_and_three_records(tmp_path: Path) -> None:
    """The second begins when the first has the usual ports: it takes free ones."""
    first, second = tmp_path / "one", tmp_path / "two"
    await ready(of_this_week(), Console(quiet=True))  # once a week, and not what is measured
    async with asyncio.timeout(ON_TIME):
        one = asyncio.create_task(_demo(first))
        ours = await until(lambda: _status(first, one), 30.0, "the first demo is up")
        two = asyncio.create_task(_demo(second))
        theirs = await until(lambda: _status(second, two), 30.0, "the second demo is up")
        assert ours["sip"] != theirs["sip"]
        told = await asyncio.gather(one, two)
    for home, printed in zip((first, second), told, strict=True):
        _judge(home, printed)


async def _demo(home: Path) -> dict[str, Any]:
    """What it prints."""
    demo = await asyncio.create_subprocess_exec(
        "./run", "demo", "--once", "--json",
        cwd=ROOT, env=environment(home), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    printed, screen = await demo.communicate()
    assert demo.returncode == 0, screen.decode()[-3000:]
    told: dict[str, Any] = json.loads(printed)
    return told


async def _status(home: Path, demo: asyncio.Task[dict[str, Any]]) -> dict[str, Any] | None:
    if demo.done():
        return demo.result()
    try:
        return await ask(home / "control.sock", "status")
    except NobodyThere:
        return None


def _judge(home: Path, told: dict[str, Any]) -> None:
    assert set(told) == {"calls", "records", "exchange"}
    assert set(told["exchange"]) == {"version", "boot_s"}
    assert told["exchange"]["version"].split(".")[0].isdigit()
    assert 0 < told["exchange"]["boot_s"] < 30

    mandarin, english, hasty = told["calls"]
    assert all(set(call) == TRACE for call in told["calls"])
    assert [call["answered"] for call in told["calls"]] == [True] * 3
    assert [record["result"] for record in told["records"]] == ["ivr_only"] * 3
    assert [record["call_id"] for record in told["records"]] == [call["call_id"] for call in told["calls"]]
    assert [record["callee"] for record in told["records"]] == [NUMBER] * 3
    assert [record["lang"] for record in told["records"]][:2] == ["zh", "en"]
    assert all(record["by"] == "caller" and record["ended"] for record in told["records"])
    asked = ["welcome", "lang", "root", "query", "room_code", "room_say"]
    assert mandarin["nodes"] == english["nodes"] == asked
    assert hasty["nodes"] == ["welcome"]
    assert (mandarin["keys"], english["keys"], hasty["keys"]) == ("114020201#", "214010201#", "")

    words = Words(home / "sounds", ("root_1", "query_1", "room_code", "room_other", "leaf_again"))
    words.fill("zh", "welcome", company="海天")
    for told_of in scenario.ROOMS:
        words.room(Room(**told_of))
    price, state = words.named("zh room_say 020201"), words.named("en room_say_state 010201")
    assert "总价七十六万零六百一十五元" in mandarin["said"][-1]["text"]
    heard = words.listen(Path(mandarin["heard"]), "zh")
    assert [name for name, one in heard if one.whole and name in price] == price, heard
    heard = words.listen(Path(english["heard"]), "en")
    assert [name for name, one in heard if one.whole and name in state] == state, heard
    assert not any("room_say 0" in name for name, _ in heard)
    assert "sold" in english["said"][-1]["text"]
    assert "yuan" not in " ".join(said["text"] for said in english["said"])
    [(name, one)] = words.listen(Path(hasty["heard"]), "zh")
    assert name == "zh welcome"
    assert not one.whole, "hung up in the middle of it"
