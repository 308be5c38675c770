"""Every node of the shipped flows, reached by real calls of the town; the truth is what the calls' events say (K05).

A tour is what a caller presses: each key comes a second after the one before, so that most prompts are cut short.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.orm import Session

from asterisk.instance.secrets import Secrets
from db.tenant import HOME
from dialplan.models import CalendarRow, Did, ServiceRow
from server.control import ask
from tests.sip.uac import Phone, phone_at
from tests.system.centre import FLOWS, SIDE, Record, until
from tests.system.house import BUSY, CLOSED, NOBODYS, OPEN, RINGS, TWO_PROJECTS, House, house_at, run, speech

pytestmark = [
    pytest.mark.calls,
    pytest.mark.exchange,
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.asyncio(loop_scope="module"),
]

BOARD_DESK, STUDIO = "02038880008", "02038880009"
PIN = "7351"
SVG = "{http://www.w3.org/2000/svg}"
LIU, CARD = "13800000002", "0043"  # C2 of the fixture, and how the id ends
AT_ONCE = 16
DESK = f"127.0.{SIDE}.5"  # where the phones of the house are that call on this page
WAKING = "13900000000"  # whose call has woken the town
# what phones of the house dial: which phone, the number, and in each step what it presses; it hangs up in the last one
WALKS = (
    ("8001", "8003", "failed 2 other 0 directory * other"),
    ("8001", "8003", "failed 1 leave"),
    ("8001", "8003", "failed 0 operator"),
    ("8001", "6001", "boards"),
    ("8001", "7001", "conference"),
    ("8001", "983990007", "outside"),
    ("8001", "*11", "seat_in"),
    ("8001", "*14", "seat_state"),
    ("8002", "*97", f"mailbox_login {PIN}# owner 1 messages_new 4 call_back_new"),
    ("8002", "*97", f"mailbox_login {PIN}# owner 1 messages_new 2* owner 2 messages_saved 4 call_back_saved"),
)


def keys(tour: str) -> str:
    """Each key or entry a second after the last; `~` behind it: long enough that it does not begin an extension."""
    return ", " + " , ".join(tour.replace("~", " , , ,").split())


def tours(said: Path) -> list[Mapping[str, tuple[str, str, str]]]:
    """Those who go first, those who go after them, and those who take their time: who → number called, caller, keys."""
    spoken = f'5 "wav:{said}" #'  # a key cuts the invitation short
    first = {
        "texts": (OPEN, "13900000101", "1 1 1 * 2 1 * 2 * 3 * 4 * 5 * *"),
        "fees": (OPEN, "13900000102", "2 1 6 1 * 2 * 3 * 4 * * 7 1 * 2 * 3 * 4 * 5 * 6 *"),
        "rooms": (OPEN, "13900000103", "1 1 3 1 * 4 020201# 3 * * 8 *"),
        "search": (OPEN, "13900000104", "2 1 5 2 90# 0# * 5 5 1# 0# *"),
        "projects": (TWO_PROJECTS, "13900000105", "1 2 1 2 1 *"),
        "board": (OPEN, "13900000106", "2 4 *"),
        "complaint": (OPEN, "13900000107", f"1 5~ 1 {spoken} , 1 1 , , , 4 1 *"),
        "suggestion": (OPEN, "13900000108", f"2 5~ 2 {spoken} , * , 3 {spoken} , *"),
        "registration": (OPEN, "13900000109", "1 8~ 1 2 1 * * 2 * 3 1 * *"),
        "order": (OPEN, LIU, f"2 9 {CARD}# 1 3 *"),
        "talk": (OPEN, "13900000110", "1 2 , , , , , , , , , , 5"),
        "busy": (BUSY, "13900000111", "2 2 , , , , , 3 1"),
        "rings": (RINGS, "13900000112", f"1 2 , {'. ' * 3} 1 {spoken} , 1"),
        "closed": (CLOSED, "13900000113", "2 2 , 3 1"),
        "extension": (OPEN, "13900000115", f"1 # 8003 , , , , , 1 {spoken} , 1"),
        "directory": (OPEN, "13900000116", "2 # 0 9264# * *"),
        "message": (OPEN, "13900000117", f"1 6~ 1 8002# {spoken} , 1 *"),
        "owner": (OPEN, "13900000118", f"2 6~ 2 8002# {PIN}# , , 3 * 4 * 5 8001# {spoken} , 1 , 6 *"),
        "operator of boards": (BOARD_DESK, "13900000119", f"1 6001# {PIN}# 1 *"),
        "board desk": (OPEN, "13900000120", f"1 6~ 2 6001# {PIN}# *"),
        "prompts": (STUDIO, "13900000121", f"1 {PIN}# 101# 1 *"),
        "conference": (OPEN, "13900000122", f"1 7~ 7001# {PIN}# , , *2"),
        "nobody's message": (NOBODYS, "13900000123", f"2 2 {spoken} , 1"),
    }  # fmt: skip
    replying = f"1 6~ 2 8001# {PIN}# , , 1 4 {spoken} , 1 , 5 8002# 2 , 2 , , 2 4 * , 5 * *"
    second = {  # the operator's phone is busy by now
        "replies": (OPEN, "13900000131", replying),
        "nobody's": (NOBODYS, "13900000132", "1 1 , , , , , 3 1"),
        "boards and the operator": (BOARD_DESK, "13900000134", f"2 6001# {PIN}# 0"),
        "prompts and the operator": (STUDIO, "13900000135", f"2 {PIN}# 101# 0"),
    }
    silent = {"silent": (OPEN, "13900000114", "1 . . . . ."), "nobody's": (NOBODYS, "13900000133", "2 . . . . . .")}
    return [first, second, silent]


def nodes(flow: str) -> set[str]:
    return set(json.loads((FLOWS / f"{flow}.json").read_text())["steps"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, sounds: Path) -> AsyncIterator[House]:
    def more(session: Session) -> None:
        calendar = session.scalars(select(CalendarRow).where(CalendarRow.code != "never")).one()
        for number, flow in ((BOARD_DESK, "board"), (STUDIO, "recording")):
            service = ServiceRow(tenant_id=HOME, code=flow, company_zh="海天", company_en="Haitian", flow=flow,
                                 operator="8000", calendar_id=calendar.id)  # fmt: skip
            session.add(service)
            session.flush()
            session.add(Did(tenant_id=HOME, number=number, service_id=service.id))

    async with house_at(tmp_path_factory.mktemp("coverage") / "home", sounds, more) as house:
        for number in ("8001", "8002"):
            await house.centre.ask("mailbox", do="set", number=number, pin=PIN, distribute=True)
        soon = (datetime.now(UTC) + timedelta(days=3)).date()
        for words in (
            ("feature", "on", "satisfaction"),  # first: it is for who calls a moment later
            ("board", "add", "6001", "停水通知", "the water", "--pin", PIN),
            ("prompts", "pin", PIN),
            ("conference", "add", "7001", "周会", "the weekly meeting", "--pin", PIN, "--host-pin", f"{PIN}9"),
            ("extension", "set", "8003", "--name", "王敏"),
            ("event", "add", str(soon), "开盘酒会", "the opening party"),
        ):
            code, _, screen = await run(house.centre.home, *words)
            assert code == 0, screen
        yield house


async def test_every_node_is_reached_and_every_call_ends_once(house: House, tmp_path: Path) -> None:
    said = speech(tmp_path / "said.wav")
    turns = asyncio.Semaphore(AT_ONCE)

    async def tour(to: str, caller: str, pressed: str) -> None:
        async with turns:
            async with asyncio.timeout(180):
                await ask(house.centre.home / "control.sock", "call", keys=keys(pressed), caller=caller, to=to)

    first, second, silent = tours(said)
    long = [asyncio.create_task(tour(*words)) for words in silent.values()]
    await asyncio.gather(*(tour(*words) for words in first.values()))
    await house.phone("8000", "busy")
    await asyncio.gather(*long, *(tour(*words) for words in second.values()))
    async with phone_at(DESK, exchange=house.centre.sip) as phone:
        for words in WALKS:
            await walk(house, phone, *words)
    calls = sum(map(len, (first, second, silent, WALKS)))
    records = await until(lambda: ended(house, calls), 20.0, "every call has its record")
    reached = {
        (flow, node)
        for flow, node in house.centre.read(
            "SELECT DISTINCT call.flow, json_extract(data, '$.node') FROM call_event JOIN call USING (call_id)"
            " WHERE call_event.kind = 'node'"
        )
    }
    missed = {
        flow: sorted(nodes(flow) - {node for of, node in reached if of == flow})
        for flow in ("main", "default", "board", "recording", "inside")
    }
    assert not any(missed.values()), json.dumps(missed)
    assert [(record["caller"], record["troubles"]) for record in records if record["troubles"]] == []


async def walk(house: House, phone: Phone, caller: str, number: str, way: str) -> None:
    line = await phone.call(number, caller=caller, password=Secrets(house.centre.home / "exchange").phone(caller))
    await line.answered()
    *steps, last = way.split()
    for node, pressed in zip(steps[::2], steps[1::2], strict=True):
        await house.centre.at(caller, node)
        line.press(pressed)
    await house.centre.at(caller, last)
    line.hangup()
    await line.over()
    await house.centre.calm()


async def ended(house: House, calls: int) -> list[Record]:
    """The records of so many callers, each with its end; [] while one is open."""
    records = [record for record in await house.centre.records() if record["caller"] != WAKING]
    assert len(records) <= calls
    return records if len(records) == calls and all(record["ended"] for record in records) else []


async def test_the_drawing_shows_the_counts(house: House) -> None:
    """`./run flow export --calls`: each step with how many calls have been there."""
    file = house.centre.home / "main.svg"
    code, _, screen = await run(house.centre.home, "flow", "export", "main", "--to", str(file), "--calls")
    assert code == 0, screen
    [(calls,)] = house.centre.read(
        "SELECT COUNT(*) FROM call_event JOIN call USING (call_id) WHERE call_event.kind = 'node' AND flow = 'main'"
        " AND json_extract(data, '$.node') = 'root'"
    )
    boxes = {group.get("id"): group for group in ElementTree.parse(file).getroot().iter(f"{SVG}g")}
    assert str(calls) in ["".join(text.itertext()) for text in boxes["root"].iter(f"{SVG}text")]
    for name in nodes("main"):
        assert not boxes[name].get("opacity"), f"{name} is drawn as if nobody had been there"
