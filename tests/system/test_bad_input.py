"""What strangers, typing errors and full disks do to a running centre: nothing but what is told here (issue 2)."""

import asyncio
import json
import re
import resource
import socket
import stat
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.ivr.desk import copy, document
from tests.ivr.test_check import MISTAKES
from tests.sip.ear import listen
from tests.sip.uac import Line, Phone, phone_at
from tests.system.centre import CALLERS, EXCHANGE, NUMBER, ROOT, Centre, NotUp, centre_at, until
from tests.system.house import TOWN, House, environment, house_at

pytestmark = [
    pytest.mark.exchange,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]

TYPED_AHEAD = 20  # SPEC §4.1
KEYS = 2 * TYPED_AHEAD


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, sounds: Path) -> AsyncIterator[House]:
    async with house_at(tmp_path_factory.mktemp("bad") / "home", sounds) as house:
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(house: House) -> Centre:
    return house.centre


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phone(centre: Centre) -> AsyncIterator[Phone]:
    async with phone_at(CALLERS, exchange=centre.sip) as phone:
        yield phone


async def record_of(centre: Centre, caller: str) -> dict[str, Any]:
    """The one record of this caller, once it has ended."""

    async def look() -> list[dict[str, Any]] | None:
        found = [record for record in await centre.records() if record["caller"] == caller]
        return found if found and all(record["ended"] for record in found) else None

    [record] = await until(look, 15.0, f"the record of {caller!r}")
    assert centre.ends()[record["call_id"]] == 1
    return record


async def healthy(centre: Centre) -> None:
    await centre.calm()
    assert (await centre.status())["healthy"]


# -- who calls ---------------------------------------------------------------------------------------------------------

NAMES: dict[str, tuple[str | bytes, str]] = {  # what is sent -> what the record says
    "13920000001": ("n" * 200, "n" * 79),
    "13920000002": (b"Wang \xff\xfe\xc4\xe3 Fang", "Wang Fang"),
    "13920000003": ("房子🏠小明", "房子🏠小明"),
    "13920000004": ("'; DROP TABLE call; --", "'; DROP TABLE call; --"),
    "13920000005": ("${SHELL(touch /tmp/x)} <b>|&", "${SHELL(touch /tmp/x)} <b>|&"),
    "abcdef": ("", ""),
    "o'brien-77": ("x\ty", "x y"),
}


async def test_names_and_numbers_of_any_kind_are_calls_like_others(centre: Centre, phone: Phone) -> None:
    lines = [await phone.call(NUMBER, caller=caller, name=name) for caller, (name, _) in NAMES.items()]
    for line in lines:
        await line.answered()
    for line in lines:
        line.press("1")
    for caller in NAMES:
        await centre.at(caller, "root")
    for line in lines:
        line.hangup()
    for caller, (_, shown) in NAMES.items():
        record = await record_of(centre, caller)
        assert (record["name"], record["result"], record["last_node"]) == (shown, "ivr_only", "root")
    assert centre.read("SELECT count(*) FROM call")[0][0] >= len(NAMES)
    await healthy(centre)


async def test_who_withholds_the_number_is_served_and_not_named(centre: Centre, phone: Phone) -> None:
    line = await phone.call(NUMBER, anonymous=True)
    await line.answered()
    line.press("1")
    await centre.at("", "root")
    line.hangup()
    record = await record_of(centre, "")
    assert (record["caller"], record["name"], record["customer"]) == ("", "", None)


# -- keys --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", ["1234567890" * 50, "#" * 500, "*" * 500], ids=["digits", "hash", "star"])
async def test_five_hundred_keys_in_an_instant_are_one_call(centre: Centre, phone: Phone, keys: str) -> None:
    caller = f"1392100{ord(keys[0])}"
    line = await phone.call(NUMBER, caller=caller)
    await line.answered()
    line.flood(keys)
    await until(lambda: _keyed(centre, caller), 10.0, "keys have arrived")
    await asyncio.wait([asyncio.create_task(_gone(line))], timeout=2.0)
    line.hangup()
    record = await record_of(centre, caller)
    assert record["ended"]
    assert record["keys"] >= 3
    await healthy(centre)


async def _keyed(centre: Centre, caller: str) -> bool:
    return any(record["keys"] >= 3 for record in await centre.records() if record["caller"] == caller)


async def _gone(line: Line) -> None:
    await line.over()


async def test_what_is_typed_further_ahead_than_twenty_keys_is_dropped_and_told(centre: Centre, phone: Phone) -> None:
    """The controller is late: all keys are there before it takes the first."""
    caller = "13921000001"
    line = await phone.call(NUMBER, caller=caller)
    await line.answered()
    await centre.at(caller, "lang")
    centre.pause()
    try:
        before = line.media.heard.packets
        line.press("9" * KEYS)
        await until(lambda: _pressed(line), 10.0, "all keys are pressed")
    finally:
        centre.resume()
    assert line.media.heard.packets >= before
    await until(lambda: _told(centre, caller), 10.0, "the dropped keys are told")
    line.hangup()
    record = await record_of(centre, caller)
    dropped = _dropped(centre, record["call_id"])
    assert record["keys"] + sum(dropped) == KEYS
    assert record["keys"] >= TYPED_AHEAD
    await healthy(centre)


async def _pressed(line: Line) -> bool:
    return not line.media.pressing


async def _told(centre: Centre, caller: str) -> bool:
    [record] = [record for record in await centre.records() if record["caller"] == caller]
    return bool(_dropped(centre, record["call_id"]))


def _dropped(centre: Centre, call: str) -> list[int]:
    rows = centre.read(f"SELECT data FROM call_event WHERE kind = 'keys_dropped' AND call_id = '{call}'")
    return [json.loads(data)["count"] for (data,) in rows]


# -- flow files --------------------------------------------------------------------------------------------------------


async def test_each_kind_of_mistake_in_a_flow_file_is_named_and_changes_nothing(centre: Centre, phone: Phone) -> None:
    file = centre.home / "flows/main.json"
    for name, (mistake, step, field, words) in MISTAKES.items():
        made = copy(document("main"))
        mistake(made["steps"] if mistake.__code__.co_varnames[0] == "steps" else made)
        seen = len(centre.log("flow not published"))
        file.write_text(json.dumps(made, ensure_ascii=False))
        named = partial(_complained, centre, seen, (step, field, words))
        await until(named, 5.0, f"what is wrong with {name}: {step} {field} {words}")
    await _broken(centre, "{ this is no flow", "not JSON")
    await _broken(centre, "[]", "flow")
    assert "flow file main" in (await centre.status())["alarms"]
    caller = "13922000001"
    line = await phone.call(NUMBER, caller=caller)
    await line.answered()
    line.press("11")
    await centre.at(caller, "query")
    line.hangup()
    assert (await record_of(centre, caller))["flow"] == "main"
    file.write_text(json.dumps(document("main"), ensure_ascii=False))
    await until(lambda: _no_alarm(centre, "flow file main"), 5.0, "the alarm is over")


async def _complained(centre: Centre, seen: int, words: tuple[str, ...]) -> bool:
    lines = [line["event"] for line in centre.log("flow not published")[seen:]]
    return any(all(word in line for word in words) for line in lines)


async def _broken(centre: Centre, text: str, words: str) -> None:
    seen = len(centre.log("flow not published"))
    (centre.home / "flows/main.json").write_text(text)
    await until(partial(_complained, centre, seen, ("main.json", words)), 5.0, text)


async def _no_alarm(centre: Centre, key: str) -> bool:
    return key not in (await centre.status())["alarms"]


async def test_a_changed_flow_is_live_for_the_next_call_within_a_second(centre: Centre, phone: Phone) -> None:
    old, new = "13922000002", "13922000003"
    first = await phone.call(NUMBER, caller=old)
    await first.answered()
    first.press("1")
    await centre.at(old, "root")

    def change(flow: dict[str, Any]) -> None:
        flow["steps"]["root"]["options"]["3"] = flow["steps"]["root"]["options"].pop("1")

    published = len(centre.log("is in force in version"))
    centre.flow("main", change)
    written = time.monotonic()
    await until(lambda: _published(centre, published), 2.0, "the changed flow is in force")
    assert time.monotonic() - written < 1.0
    second = await phone.call(NUMBER, caller=new)
    await second.answered()
    second.press("13")
    await centre.at(new, "query")
    first.press("1")  # in the version this call began with, it is still 1
    await centre.at(old, "query")
    first.hangup()
    second.hangup()
    before, after = await record_of(centre, old), await record_of(centre, new)
    assert before["version"] != after["version"]
    (centre.home / "flows/main.json").write_text(json.dumps(document("main"), ensure_ascii=False))
    await until(lambda: _published(centre, published + 1), 2.0, "the shipped flow is in force again")


async def _published(centre: Centre, seen: int) -> bool:
    return len(centre.log("is in force in version")) > seen


# -- sounds and disks --------------------------------------------------------------------------------------------------


async def test_a_missing_sound_is_told_in_the_other_language_and_mended(house: House, phone: Phone) -> None:
    centre = house.centre
    for file in house.words.sounds("zh root_1"):
        file.unlink()
    line = await phone.call(NUMBER, caller="13923000001")
    await line.answered()
    try:
        line.press("1")
        await until(lambda: _alarm(centre, "prompt.zh.root_1"), 5.0, "the missing prompt is an alarm")
        await until(lambda: _heard(line, house.words.sounds("en root_1")), 10.0, "the caller hears it in English")
        await until(lambda: _mended(house), 60.0, "it is rendered anew")
        line.press("*1")
        await until(lambda: _heard(line, house.words.sounds("zh root_1")), 15.0, "the caller hears it in Mandarin")
        await until(lambda: _no_alarm(centre, "prompt.zh.root_1"), 5.0, "the alarm is over")
    finally:
        line.hangup()
    await record_of(centre, "13923000001")


async def _mended(house: House) -> bool:
    return await asyncio.to_thread(lambda: bool(house.words.sounds("zh root_1")))


async def _alarm(centre: Centre, key: str) -> bool:
    return key in (await centre.status())["alarms"]


async def _heard(line: Line, sounds: list[Path]) -> bool:
    return bool(await asyncio.to_thread(listen, line.media.heard.audio(), sounds))


async def test_a_disk_that_is_full_while_recording_is_told_to_the_caller_and_the_record(
    house: House, phone: Phone
) -> None:
    """No file of the exchange may grow any more, as on a full disk (this way needs no root)."""
    centre, caller = house.centre, "13923000002"
    line = await phone.call(NUMBER, caller=caller)
    await line.answered()
    await centre.at(caller, "lang")
    await house.phone("8000", "busy")
    soft, hard = resource.prlimit(centre.exchange_pid, resource.RLIMIT_FSIZE)
    resource.prlimit(centre.exchange_pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        line.press("12")
        await centre.at(caller, "operator_failed")
        line.press("1")
        await centre.at(caller, "leave")
        line.press("5")
        line.say(b"\x20\xa0" * 24000)  # six loud seconds
        await until(lambda: _heard(line, house.words.sounds("zh leave_failed")), 30.0, "the apology")
        await line.over(20.0)
    finally:
        resource.prlimit(centre.exchange_pid, resource.RLIMIT_FSIZE, (soft, hard))
        await house.phone("8000", "talk_3s")
    record = await record_of(centre, caller)
    assert any("recorded" in trouble for trouble in record["troubles"]), record["troubles"]
    await healthy(centre)


# -- ports, homes, secrets ---------------------------------------------------------------------------------------------


async def test_a_port_that_is_taken_is_named_in_one_sentence(tmp_path: Path, sounds: Path) -> None:
    with socket.socket() as taken:
        taken.bind((EXCHANGE, 0))
        taken.listen()
        port = taken.getsockname()[1]
        centre = Centre(tmp_path / "home", sounds, http_port=port)
        with pytest.raises(NotUp):
            await centre.start()
        await centre.close()
    assert centre.process is not None
    assert centre.process.returncode == 2
    assert f"Port {port} on {EXCHANGE}" in centre.words()
    assert "LOUPAN_HTTP_PORT" in centre.words()
    assert "Traceback" not in centre.words()


async def test_a_second_centre_in_the_same_home_is_refused(centre: Centre) -> None:
    second = await asyncio.create_subprocess_exec(
        "./run", "demo", "--once",
        cwd=ROOT, env=environment(centre.home),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(second.communicate(), 60)
    assert second.returncode == 2
    assert f"in use by process {centre.pid}" in re.sub(r"\s+", " ", said.decode())
    assert "LOUPAN_HOME" in said.decode()
    assert "Traceback" not in said.decode()
    await healthy(centre)


async def test_everything_listens_on_loopback_only(centre: Centre) -> None:
    """But for the two UDP sockets of each Asterisk's own name resolver, which nobody can switch off (decision 0001)."""
    town = int((centre.home / "town/run.pid").read_text())
    for pid, wide in ((centre.pid, 0), (centre.exchange_pid, 2), (town, 2)):
        assert all(address.startswith("127.") for address in _listening(pid, "tcp"))
        assert sum(not address.startswith("127.") for address in _listening(pid, "udp")) <= wide
    assert EXCHANGE in _listening(centre.exchange_pid, "tcp")
    assert TOWN in _listening(town, "udp")


def _listening(pid: int, protocol: str) -> list[str]:
    """The addresses on which a process waits for somebody."""
    mine = set()
    for open_file in Path(f"/proc/{pid}/fd").iterdir():
        try:
            if found := re.fullmatch(r"socket:\[(\d+)\]", str(open_file.readlink())):
                mine.add(found[1])
        except FileNotFoundError:
            continue
    waiting = {"tcp": "0A", "udp": "07"}[protocol]
    lines = [line.split() for kind in ("", "6") for line in _table(f"{protocol}{kind}")]
    return [_address(fields[1].partition(":")[0]) for fields in lines if fields[9] in mine and fields[3] == waiting]


def _table(kind: str) -> list[str]:
    return Path(f"/proc/net/{kind}").read_text().splitlines()[1:]


def _address(hexadecimal: str) -> str:
    """As /proc writes it: words of the machine's byte order."""
    raw = b"".join(bytes.fromhex(hexadecimal[at : at + 8])[::-1] for at in range(0, len(hexadecimal), 8))
    return socket.inet_ntop(socket.AF_INET if len(raw) == 4 else socket.AF_INET6, raw)


async def test_passwords_are_random_and_for_the_owner_alone(centre: Centre, tmp_path: Path, sounds: Path) -> None:
    async with centre_at(tmp_path / "home", sounds) as other:
        ours, theirs = _secrets(centre.home), _secrets(other.home)
        assert (await other.status())["healthy"], "two centres side by side"
    assert set(ours) >= {"ari", "ami"}
    assert not set(ours.values()) & set(theirs.values())
    assert all(len(password) >= 24 for password in ours.values())
    assert stat.S_IMODE(centre.home.stat().st_mode) == 0o700
    for file in (centre.home / "exchange").rglob("*"):
        if file.is_file() and not file.is_symlink() and _holds(file, ours.values()):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE((centre.home / "control.sock").stat().st_mode) == 0o600


def _secrets(home: Path) -> dict[str, str]:
    kept = json.loads((home / "exchange/secrets.json").read_text())
    return {name: kept[name] for name in ("ari", "ami")}


def _holds(file: Path, words: Any) -> bool:
    text = file.read_bytes()
    return any(word.encode() in text for word in words)
