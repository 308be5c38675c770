"""The command line as somebody types it: exit codes, what is printed, what a program reads."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import pytest_asyncio

from tests.ivr.desk import copy, document
from tests.system.centre import NUMBER, ROOT, Centre, centre_at, until
from tests.system.house import TOWN, environment, run

pytestmark = [
    pytest.mark.exchange,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory, sounds: Path) -> AsyncIterator[Centre]:
    home = tmp_path_factory.mktemp("commands") / "home"
    async with centre_at(home, sounds, town="true", town_bind=TOWN, town_phones='["8000"]') as centre:
        yield centre


# -- with a running centre ----------------------------------------------------------------------------------------


async def test_call_tells_one_call_with_its_trace_to_programs_and_people(centre: Centre) -> None:
    (code, printed, screen), (well, shown, _) = await asyncio.gather(
        run(centre.home, "call", ", 2 ", "--from", "13930000001", "--to", NUMBER, "--json"),
        run(centre.home, "call", ", 2 ", "--from", "13930000002"),
    )
    assert code == 0, screen
    told: dict[str, Any] = json.loads(printed)
    assert set(told) == {"call_id", "answered", "nodes", "said", "keys", "result", "seconds", "heard"}
    assert told["answered"] is True
    assert told["nodes"] == ["welcome", "lang", "root"]
    assert (told["keys"], told["result"]) == ("2", "ivr_only")
    assert all(set(said) == {"at", "lang", "text"} for said in told["said"])
    assert [said["at"] for said in told["said"]] == sorted(said["at"] for said in told["said"])
    assert 0 <= told["said"][0]["at"] < 0.5
    assert told["seconds"] > told["said"][-1]["at"]
    assert (await asyncio.to_thread(Path(told["heard"]).read_bytes))[:4] == b"RIFF"

    assert well == 0
    assert "welcome → lang → root" in shown
    assert "For automatic enquiry, press 1." in " ".join(shown.split())

    (code, printed, _), (well, shown, _) = await asyncio.gather(
        run(centre.home, "records", "--json"), run(centre.home, "records")
    )
    assert (code, well) == (0, 0)
    [record] = [record for record in json.loads(printed)["records"] if record["call_id"] == told["call_id"]]
    assert (record["caller"], record["callee"]) == ("13930000001", NUMBER)
    assert record["nodes"] == told["nodes"]
    assert "call records" in shown


async def test_keys_that_cannot_be_read_are_shown_where(centre: Centre) -> None:
    code, _, screen = await run(centre.home, "call", "1x2")
    assert code == 2
    assert "'x' is not a key (place 2)" in screen


async def test_status_and_doctor_look_at_the_running_centre(centre: Centre) -> None:
    code, printed, _ = await run(centre.home, "status", "--json")
    assert code == 0
    assert (json.loads(printed)["pid"], json.loads(printed)["healthy"]) == (centre.pid, True)
    call = asyncio.create_task(run(centre.home, "call", "2"))  # wakes the town, which plays the operator's phone
    await until(lambda: _no_alarms(centre), 20.0, "no alarm is left")
    code, printed, _ = await run(centre.home, "doctor", "--json")
    told = json.loads(printed)
    assert (code, told["well"]) == (0, True), told
    await call
    assert any(f"process {centre.pid}" in finding["text"] for finding in told["findings"])


async def _no_alarms(centre: Centre) -> bool:
    return not (await centre.status())["alarms"]


async def test_flow_try_beside_the_running_centre(centre: Centre) -> None:
    code, printed, screen = await run(centre.home, "flow", "try", "main", "114020201#")
    assert code == 0, screen
    assert "总价八十九万元" in printed


# -- without one ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["call", "1"], ["records"], ["status"]])
async def test_commands_that_need_a_centre_say_so(tmp_path: Path, command: list[str]) -> None:
    code, printed, screen = await run(tmp_path / "home", *command)
    assert (code, printed) == (2, "")
    assert "no centre runs here; start one with ./run demo or ./run serve" in screen


async def test_the_shipped_flows_and_prompts_have_no_faults(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (flow, _, said), (prompts, _, heard) = await asyncio.gather(
        run(home, "flow", "check"), run(home, "prompts", "doctor")
    )
    assert (flow, prompts) == (0, 0), (said, heard)
    code, printed, _ = await run(home, "prompts", "doctor", "--json")
    assert (code, json.loads(printed)) == (0, {"problems": []})


async def test_flow_check_names_the_step_and_exits_1(tmp_path: Path) -> None:
    made = copy(document("main"))
    made["steps"]["query"]["leads"]["room"] = "attic"
    file = tmp_path / "main.json"
    file.write_text(json.dumps(made, ensure_ascii=False))
    code, _, screen = await run(tmp_path / "home", "flow", "check", str(file))
    assert code == 1
    assert "query" in screen
    assert "“attic”, which does not exist; correct the name or add that step" in screen


@pytest.mark.parametrize("name", ["main", "default"])
async def test_flow_export_draws_every_step_and_every_key(tmp_path: Path, name: str) -> None:
    drawing = tmp_path / "flow.svg"
    code, _, screen = await run(tmp_path / "home", "flow", "export", name, "--to", str(drawing), "--lang", "en")
    assert code == 0, screen
    words = [text.strip() for text in ElementTree.parse(drawing).getroot().itertext() if text.strip()]
    for step, told in document(name)["steps"].items():
        assert any(step in word.split() for word in words), step
        for key in told.get("options", {}):
            assert any(key in word for word in words), (step, key)


async def test_flow_try_walks_by_the_keys_given(tmp_path: Path) -> None:
    code, printed, screen = await run(tmp_path / "home", "flow", "try", "main", "214010201#")
    assert code == 0, screen
    assert "sold" in printed
    assert "yuan" not in printed
    code, _, screen = await run(tmp_path / "home", "flow", "try", "nonsense", "1")
    assert code == 2
    assert "there is no flow “nonsense”; there are: board, default, inside, main, recording" in screen


async def test_settings_that_contradict_are_told_in_a_line(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        "./run", "status", cwd=ROOT, env=environment(tmp_path, sip_port="many"), stderr=asyncio.subprocess.PIPE
    )
    _, screen = await process.communicate()
    assert process.returncode == 2
    assert "sip_port" in screen.decode()
    assert "Traceback" not in screen.decode()
