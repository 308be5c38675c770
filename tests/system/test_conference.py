"""A conference on real calls: who hears whom is judged by what each of them received (F10; SPEC §4.8 M, S4-31)."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.sip.ear import listen
from tests.sip.media import RATE, to_ulaw
from tests.sip.uac import Line, Phone, phone_at
from tests.system.centre import NUMBER, Centre, until
from tests.system.heard import Words
from tests.system.house import run

pytestmark = [pytest.mark.exchange, pytest.mark.slow, pytest.mark.timeout(240)]

BRIDGE = "conf-1-7001"
PIN, HOST_PIN = "1234", "5678"
ZHANG, LI, WANG, LATE = "13911110001", "13911110002", "13911110003", "13911110004"
TONES = {ZHANG: 440.0, LI: 700.0, WANG: 1000.0}
LOUD = 0.2  # share of the energy; several talk at once
SILENT = 0.02


def tone(hertz: float, seconds: float) -> bytes:
    at = np.arange(round(seconds * RATE)) / RATE
    return to_ulaw((np.sin(2 * np.pi * hertz * at) * 8000).astype(np.int16))


def share(line: Line, hertz: float, seconds: float = 0.5) -> float:
    """How much of what this line heard last is that tone."""
    heard = line.media.heard.audio()[-round(seconds * RATE) :].astype(float)
    energy = float((heard**2).sum()) * len(heard) / 2
    wave = abs(heard @ np.exp(-2j * np.pi * hertz * np.arange(len(heard)) / RATE)) ** 2
    return float(wave / energy) if energy else 0.0


async def hears(line: Line, who: str, deadline: float = 5.0) -> None:
    async def look() -> bool:
        return share(line, TONES[who]) > LOUD

    await until(look, deadline, f"{who} is heard")


@asynccontextmanager
async def talking(line: Line, who: str) -> AsyncIterator[None]:
    """They say their tone for as long as this lasts."""

    async def talk() -> None:
        while True:
            line.say(tone(TONES[who], 0.5))
            await asyncio.sleep(0.5)

    task = asyncio.create_task(talk())
    try:
        yield
    finally:
        task.cancel()


class Meeting:
    """A centre with one room, and phones that come to it."""

    def __init__(self, centre: Centre, phone: Phone, words: Words) -> None:
        self.centre, self.phone, self.words = centre, phone, words

    async def joins(self, caller: str, lang: str, pin: str) -> Line:
        """Calls, and presses keys until they are in the conference."""
        line = await self.asks(caller, lang, pin)
        await until(lambda: self._is_in(caller), 15.0, f"{caller} is in the conference")
        return line

    async def asks(self, caller: str, lang: str, pin: str) -> Line:
        line = await self.phone.call(NUMBER, caller=caller)
        await line.answered()
        await self.centre.at(caller, "welcome")
        line.press("1" if lang == "zh" else "2")
        await self.centre.at(caller, "root")
        line.press("7")
        await self.centre.at(caller, "conference")
        line.press(f"7001#{pin}#")
        return line

    async def _is_in(self, caller: str) -> bool:
        return (caller,) in self.centre.read(
            "SELECT caller FROM call_event JOIN call USING (call_id) WHERE call_event.kind = 'conference'"
        )

    async def present(self) -> int:
        answer = await self.centre.ari("GET", f"bridges/{BRIDGE}")
        return len(answer.json()["channels"]) if answer.ok else 0

    async def are_resumed(self) -> bool:
        return (
            sum(self.centre.ends().values()) == 0
            and len(self.centre.read("SELECT 1 FROM call_event WHERE kind = 'resumed'")) == 2
        )

    async def kept(self) -> list[tuple[str, str, float]]:
        return self.centre.read("SELECT call_id, file, seconds FROM recording WHERE ended_by = 'conference'")

    async def are_there(self, number: int) -> None:
        async def look() -> bool:
            return await self.present() == number

        await until(look, 10.0, f"{number} in the conference")

    async def said(self, line: Line, lang: str, name: str, **values: object) -> None:
        """They have heard this sentence."""
        label = "-".join(map(str, values.values()))
        self.words.fill(lang, name, label, **values)

        async def look() -> bool:
            sounds = self.words.sounds(f"{lang} {name} {label}".strip())  # rendered when it is first needed
            found = await asyncio.to_thread(listen, line.media.heard.audio(), sounds) if sounds else []
            return any(one.whole for one in found)

        await until(look, 15.0, f"{lang} {name} is heard")


@asynccontextmanager
async def meeting(home: Path, sounds: Path) -> AsyncIterator[Meeting]:
    centre = Centre(home, sounds)
    try:
        await centre.start()
        words = ("conference", "add", "7001", "周会", "weekly meeting", "--pin", PIN, "--host-pin", HOST_PIN)
        code, _, screen = await run(centre.home, *words)
        assert code == 0, screen
        async with phone_at(centre.callers, exchange=centre.sip) as phone:
            yield Meeting(centre, phone, Words(centre.home / "sounds", ()))
    finally:
        await centre.close()


async def test_three_people_talk_and_the_host_is_the_host(tmp_path: Path, sounds: Path) -> None:
    async with meeting(tmp_path / "home", sounds) as on:
        zhang = await on.joins(ZHANG, "zh", HOST_PIN)
        await on.said(zhang, "zh", "conf_count", n=1)
        li, wang = await asyncio.gather(on.joins(LI, "en", PIN), on.joins(WANG, "zh", PIN))
        await on.are_there(3)
        async with talking(li, LI):
            await hears(zhang, LI)
            await hears(wang, LI)
            assert share(li, TONES[LI]) < SILENT, "nobody hears themselves"
            li.press("*1")
            await on.said(li, "en", "conf_muted")
            await until(lambda: _quiet(wang, LI), 5.0, "who is muted is not heard")
            li.press("*1")
            await hears(wang, LI)
            async with talking(wang, WANG):
                await hears(zhang, WANG)
                await hears(zhang, LI)
                zhang.press("*92")
                await until(lambda: _quiet(zhang, WANG), 5.0, "the host has muted everybody")
                zhang.press("*92")
                await hears(zhang, WANG)
        wang.press("*3")
        await on.said(wang, "zh", "conf_count", n=3)
        zhang.press("*91")
        await on.said(zhang, "zh", "conf_is_shut")
        late = await on.asks(LATE, "en", PIN)
        await on.said(late, "en", "conf_shut")
        late.hangup()
        zhang.press("*94")
        await on.said(li, "en", "conf_recording")
        async with talking(li, LI):
            await hears(zhang, LI)
            await asyncio.sleep(1.0)  # seconds of recording
        wang.press("*2")
        await on.said(wang, "zh", "bye")
        await on.are_there(2)
        zhang.press("*95")
        await on.said(li, "en", "conf_ended")
        records = {record["caller"]: record for record in await on.centre.settled(4, 30.0)}
        await on.centre.calm()
        assert (await on.centre.ari("GET", "bridges")).json() == []
        [(call, file, seconds)] = await until(on.kept, 5.0, "the recording is on the books")
    assert {record["by"] for caller, record in records.items() if caller != LATE} == {"us"}
    assert [record["last_node"] for caller, record in records.items() if caller != LATE] == ["bye"] * 3
    assert not any(record["troubles"] for record in records.values())
    assert call == records[ZHANG]["call_id"]
    assert Path(file).stat().st_size > seconds * 2 * RATE  # noqa: ASYNC240
    assert seconds > 2.0


async def _quiet(line: Line, who: str) -> bool:
    return share(line, TONES[who]) < SILENT


async def test_a_conference_outlives_the_controller(tmp_path: Path, sounds: Path) -> None:
    async with meeting(tmp_path / "home", sounds) as on:
        zhang = await on.joins(ZHANG, "zh", HOST_PIN)
        li = await on.joins(LI, "en", PIN)
        await on.are_there(2)
        li.press("*1")
        await on.said(li, "en", "conf_muted")
        async with talking(zhang, ZHANG), talking(li, LI):
            await hears(li, ZHANG)
            await on.centre.kill()
            await asyncio.sleep(1.0)  # nobody is there to look after them
            assert share(li, TONES[ZHANG]) > LOUD, "they go on talking"
            await on.centre.start()
            await until(on.are_resumed, 10.0, "both calls go on")
            assert share(li, TONES[ZHANG]) > LOUD
            assert share(zhang, TONES[LI]) < SILENT, "still muted"
            li.press("*1")
            await hears(zhang, LI)
        assert await on.present() == 2
        began = time.monotonic()
        li.press("*3")
        await on.said(li, "en", "conf_count", n=2)
        assert time.monotonic() - began < 15
        li.hangup()
        zhang.hangup()
        records = await on.centre.settled(2)
        await on.centre.calm()
        assert (await on.centre.ari("GET", "bridges")).json() == []
    assert [(record["by"], record["troubles"]) for record in records] == [("caller", [])] * 2
    assert {json.dumps(record["nodes"][-1]) for record in records} == {'"conference"'}
