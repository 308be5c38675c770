"""A controller that dies in the middle of calls: what its callers notice, and what the records say afterwards."""

import asyncio
import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.sip.ear import listen
from tests.sip.media import RATE, TICK, Heard
from tests.sip.uac import Line, Phone, phone_at
from tests.system.centre import NUMBER, ROOT, Centre, Record, centre_at, seconds, until

pytestmark = [pytest.mark.alone, pytest.mark.exchange, pytest.mark.slow, pytest.mark.timeout(180)]

LANGUAGE = {"zh": "1", "en": "2"}
TEXTS = json.loads((ROOT / "sales/fixture_t/texts.json").read_text())
HOLE = 0.06  # s of missing audio that nobody hears
CAUGHT_UP = 0.1  # s in which packets that were late may still come
RIGHT = 0.2  # s by which a record's moments may differ from what the caller's telephone saw


@dataclass
class Caller:
    """Who is where when the controller dies, and where the next keys lead. keys: beside that for the language."""

    number: str
    lang: str
    node: str
    keys: str
    half: str
    rest: str
    after: str
    line: Line | None = None

    @property
    def on(self) -> Line:
        assert self.line is not None
        return self.line


def cast() -> list[Caller]:
    """Each place in each language."""
    places = [
        ("query", "1", "", "4", "room_code"),
        ("room_code", "14", "0202", "01#", "room_say"),
        ("developer", "11", "", "*", "query"),
        ("leave", "2", "", "#1", "bye"),
    ]
    return [
        Caller(f"139{number}000{place}", lang, *what)
        for number, lang in enumerate(LANGUAGE, 1)
        for place, what in enumerate(places, 1000)
    ]


def leave_by_two(document: Record) -> None:
    """Key 2 takes a message, at any time of day."""
    document["steps"]["root"]["leads"]["person"] = "leave"


async def dial(centre: Centre, phone: Phone, caller: Caller) -> None:
    """Call, and go to the step in which the controller's death is to be met."""
    caller.line = await phone.call(NUMBER, caller=caller.number)
    await caller.on.answered()
    caller.on.press(LANGUAGE[caller.lang] + caller.keys)
    await centre.at(caller.number, caller.node)


async def speak(centre: Centre, caller: Caller, speech: bytes) -> None:
    """Once the recording has begun."""
    call = (await centre.at(caller.number, caller.node))["call_id"]

    async def recording() -> bool:
        noted = centre.read(f"SELECT file FROM message_draft WHERE call_id = '{call}'")
        return bool(noted) and (await centre.ari("GET", f"recordings/live/{Path(noted[0][0]).stem}")).ok

    await until(recording, 20, "the recording has begun")
    caller.on.say(speech)


async def enter(centre: Centre, caller: Caller) -> None:
    """The first half of the entry."""
    caller.on.press(caller.half)

    async def entered() -> bool:
        pressed: str = (await centre.at(caller.number, caller.node))["pressed"]
        return pressed.endswith(" ".join(caller.half))

    await until(entered, 10, f"{caller.half} entered")


def missing(centre: Centre, caller: Caller, since: float) -> list[float]:
    """Seconds of audio that are missing wherever the prompt that was playing had a pause between two packets, from
    just before the controller's death on until the prompt ends or a key stops it.

    What comes late, because the machine is busy, and is made up for at once is not missing.
    """
    text = TEXTS["developer"][caller.lang]
    names = [f"query_{n}" for n in range(1, 9)]
    playing = {
        "query": [centre.sound(caller.lang, name) for name in names],
        "developer": centre.text(caller.lang, text),
    }.get(caller.node, [])
    if not playing:
        return []
    heard = caller.on.media.heard
    begun = max(at for at, key in caller.on.media.key_times if at < since)
    end = min(
        begun + sum(file.stat().st_size for file in playing) / RATE,
        next(at for at, key in caller.on.media.key_times if at > since),
    )
    assert end > since, f"{caller.node} was over before the controller died"
    pauses = heard.holes(0.0, since - 0.5, end - HOLE - CAUGHT_UP)
    assert len(pauses) > 20
    return [length + CAUGHT_UP - TICK * came(heard, at, at + length + CAUGHT_UP) for at, length in pauses]


def came(heard: Heard, begin: float, end: float) -> int:
    """How many packets came in that time, the one at its beginning left out."""
    return sum(begin < at <= end for at in heard.times)


async def test_killed_in_every_kind_of_step_and_nobody_notices(tmp_path: Path, sounds: Path, speech: bytes) -> None:
    """kill -9 with callers in a menu, in a half-entered room number, in a text, in a recording, in both languages:
    the next key of each goes on in the same step and language, prompts have no hole, messages are whole, and there
    is one record of each call with its right times."""
    home = tmp_path / "home"
    centre = Centre(home, sounds)
    centre.flow("main", leave_by_two)
    try:
        await centre.start()
        async with phone_at(centre.callers, exchange=centre.sip) as phone:
            callers = cast()
            speakers = [caller for caller in callers if caller.node == "leave"]
            others = [caller for caller in callers if caller.node != "leave"]
            await asyncio.gather(*(dial(centre, phone, caller) for caller in speakers))
            await asyncio.gather(*(speak(centre, caller, speech) for caller in speakers))
            await asyncio.gather(*(dial(centre, phone, caller) for caller in others))
            await asyncio.gather(*(enter(centre, caller) for caller in others if caller.half))
            killed = time.time()
            await centre.kill()
            back = await centre.start()

            for caller in callers:
                caller.on.press(caller.rest)
            found = {c.number: await centre.at(c.number, c.after) for c in callers if c.after != "bye"}
            holes = [hole for caller in callers for hole in missing(centre, caller, killed)]
            await asyncio.sleep(1.5)  # of what follows, so that it can be recognised
            for caller in callers:
                if caller.after != "bye":
                    caller.on.hangup()
            await asyncio.gather(*(caller.on.over() for caller in callers))
            await centre.settled(len(callers))
            await centre.calm()
        print(f"back after {back:.2f} s; missing audio {max(holes) * 1000:.0f} ms at most")

        assert max(holes) < HOLE
        for number, record in found.items():
            caller = next(c for c in callers if c.number == number)
            assert record["said"][-1]["lang"] == caller.lang
        records = {record["caller"]: record for record in await centre.records()}
        assert len(await centre.records()) == len(callers) == len(records)
        assert list(centre.ends().values()) == [1] * len(callers)
        said = tmp_path / "said.ulaw"
        said.write_bytes(speech)
        for caller in callers:
            assert_true(records[caller.number], caller)
            assert_understood(centre, caller, records[caller.number])
            if caller.node == "leave":
                assert_whole(centre, caller, records[caller.number], said, killed)
    finally:
        await centre.close()


def assert_true(record: Record, caller: Caller) -> None:
    """The record tells what the caller's telephone saw."""
    line = caller.on
    assert record["lang"] == caller.lang
    assert abs(seconds(record["started"]) - line.invited_at) < RIGHT
    assert abs(seconds(record["answered"]) - line.answered_at) < RIGHT
    assert abs(seconds(record["ended"]) - line.ended_at) < RIGHT
    assert record["by"] == ("us" if caller.after == "bye" else "caller")
    assert record["result"] == ("message" if caller.node == "leave" else "ivr_only")
    assert record["invalids"] == 0


def assert_understood(centre: Centre, caller: Caller, record: Record) -> None:
    """What the caller heard after the key is what follows in that step, in that language. Told by the audio."""
    key = next(at for at, key in caller.on.media.key_times if key == caller.rest[0] and at > seconds(record["started"]))
    key = max(at for at, key in caller.on.media.key_times) if caller.node == "room_code" else key
    follows = {
        "query": "room_code", "developer": "query_1", "leave": "leave_sent",
    }  # fmt: skip
    if caller.node in follows:
        wanted = {lang: centre.sound(lang, follows[caller.node]) for lang in LANGUAGE}
        heard = [found.prompt for found in listen(caller.on.media.heard.audio(start=key), list(wanted.values()))]
        assert wanted[caller.lang] in heard
        assert wanted["en" if caller.lang == "zh" else "zh"] not in heard
    else:
        assert record["nodes"][-1] == "room_say"
        assert record["pressed"].endswith("0 2 0 2 0 1 #")


def assert_whole(centre: Centre, caller: Caller, record: Record, speech: Path, killed: float) -> None:
    """The message holds, without a gap, all that was said from the tone to the key, over the controller's death."""
    (made,) = record["recordings"]
    ended = next(at for at, key in caller.on.media.key_times if key == "#")
    found = max(listen(Path(made["file"]), [speech]), key=lambda one: one.end - one.start)
    assert found.start < 1.0
    assert found.end > made["seconds"] - 0.5
    assert made["seconds"] > ended - killed
    ((message_seconds, state, sha),) = centre.read(
        "SELECT message.seconds, state, recording.sha256 FROM message JOIN recording USING (call_id) "
        f"WHERE call_id = '{record['call_id']}'"
    )
    assert (message_seconds, state) == (made["seconds"], "new")
    assert sha


async def test_frozen_then_dead_the_dialplan_looks_after_everybody(tmp_path: Path, sounds: Path, speech: bytes) -> None:
    """SIGSTOP: the next caller hears the fallback within 600 ms; SIGCONT: those in a step go on. kill -9 and no return:
    a new caller leaves a message, and whoever was in a step reaches the fallback when the dead man's switch runs out.
    After the next start, and after one more, each call has one record, and the message is in its mailbox."""
    async with (
        centre_at(tmp_path / "home", sounds, grace=6) as centre,
        phone_at(centre.callers, exchange=centre.sip) as phone,
    ):
        callers = [caller for caller in cast() if caller.node == "room_code"]
        await asyncio.gather(*(dial(centre, phone, caller) for caller in callers))
        centre.pause()
        stranded = await (await phone.call(NUMBER, caller="13700000001")).answered()
        await asyncio.sleep(1.5)
        centre.resume()
        await asyncio.gather(*(enter(centre, caller) for caller in callers))

        await centre.kill()
        killed = time.time()
        mourner = await (await phone.call(NUMBER, caller="13700000002")).answered()
        await hears(centre, mourner, "fallback_apology", 5)
        mourner.press("2")  # no wish to speak to the operator
        message = await until(lambda: taped(centre), 30, "the fallback takes a message")
        mourner.say(speech)
        for caller in callers:
            await hears(centre, caller.on, "fallback_apology", 20, since=killed)
        switched = [caller.on.media.heard.times[-1] - killed for caller in callers]
        await asyncio.sleep(3)
        lines = [stranded, mourner, *(caller.on for caller in callers)]
        for line in lines:
            line.hangup()
        await asyncio.gather(*(line.over() for line in lines))
        waited = stranded.media.heard.times[0] - stranded.invited_at
        print(f"frozen: the fallback spoke after {waited * 1000:.0f} ms; dead: it had the others after {switched} s")
        assert waited < 0.6
        assert listen(stranded.media.heard.audio(), [centre.sound("zh", "fallback_apology")])

        await centre.start()
        records = await centre.settled(len(lines))
        await centre.restart()
        await asyncio.sleep(1.5)  # the courier reads everything once more
        assert [r["call_id"] for r in await centre.settled(len(lines))] == [r["call_id"] for r in records]
        assert sorted(r["caller"] for r in records) == sorted(line.caller for line in lines)
        assert {r["by"] for r in records} == {"fallback"}
        assert {r["result"] for r in records if r["caller"] != mourner.caller} == {"fallback"}
        for record in records:
            line = next(line for line in lines if line.caller == record["caller"])
            assert abs(seconds(record["ended"]) - line.ended_at) < RIGHT
        assert list(centre.ends().values()) == [1] * len(lines)
        ((call, length, sha),) = centre.read(
            "SELECT call_id, message.seconds, recording.sha256 FROM message JOIN recording USING (call_id)"
        )
        assert call == next(r["call_id"] for r in records if r["caller"] == mourner.caller)
        assert sha == hashlib.sha256(message.read_bytes()).hexdigest()
        assert length > 2.5
        said = tmp_path / "said.ulaw"
        said.write_bytes(speech)
        assert listen(message, [said])


async def taped(centre: Centre) -> Path | None:
    """The file of a message to the fallback, once there is sound in it."""
    files = [file for file in (centre.home / "exchange/spool/fallback").glob("*.wav") if file.stat().st_size > 1000]
    return files[0] if files else None


async def hears(centre: Centre, line: Line, name: str, deadline: float, since: float = 0.0) -> None:
    """Until the caller has recognised this prompt, in Mandarin."""

    async def recognised() -> bool:
        await asyncio.sleep(0.3)
        return bool(listen(line.media.heard.audio(start=since), [centre.sound("zh", name)]))

    await until(recognised, deadline, f"{line.caller} hears {name}")
