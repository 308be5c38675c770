"""A queue and its seats on real calls (SPEC §2.4.9, §2.4.10; S4-29, S4-64): signed in by feature code, rung in turn,
one call one seat; who waits hears music and the position; places, states and wrap-up outlive the controller.

The tests use one queue one after the other; the seat 8001 is a phone of ours, the others are phones of the town.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from asterisk.instance.secrets import Secrets
from cti_agent import seats
from cti_agent.models import QueueRow, SeatRow
from cti_agent.seat import SeatEvent
from db.tenant import HOME
from dialplan.models import Extension, ServiceRow
from ivr.board.pins import set_pin
from server.seats import DOOR
from tests.sip.ear import listen
from tests.sip.line import Answers, Line
from tests.sip.uac import Phone, phone_at
from tests.system.centre import CALLERS, SIDE, until
from tests.system.heard import unexplained
from tests.system.house import OPEN, House, Trial, house_at

pytestmark = [
    pytest.mark.calls,
    pytest.mark.exchange,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="module"),
]

DESK = f"127.0.{SIDE}.5"  # where the phone of extension 8001 is
PIN = "4711"
NUMBERS = ("8001", "8000", "8004")
RING, OVERFLOW, WRAPUP = 5, 10, 2
WORDS = ("queue_next", "seat_in", "seat_out", "seat_ready", "seat_not_ready", "seat_wrong")
HELLO = "en intro_4"  # what the seat says: no caller of these tests asks for it


def _furnish(session: Session) -> None:
    names = {"zh": "销售", "en": "Sales"}
    queue = QueueRow(
        tenant_id=HOME, code="sales", name_zh=names["zh"], name_en=names["en"], ring_s=RING, wrapup_s=WRAPUP,
    )  # fmt: skip
    session.add(queue)
    session.flush()
    session.execute(update(ServiceRow).where(ServiceRow.code == "main").values(queue="sales"))
    for number in NUMBERS:
        row = SeatRow(tenant_id=HOME, number=number, name=number)
        session.add(row)
        session.flush()
        seats.serve(session, row, [queue])
        set_pin(session, HOME, DOOR + number, PIN)
        if session.scalars(select(Extension).where(Extension.number == number)).first() is None:
            session.add(Extension(tenant_id=HOME, number=number, kind="phone", name=number))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, sounds: Path) -> AsyncIterator[House]:
    async with house_at(tmp_path_factory.mktemp("queue") / "home", sounds, _furnish) as house:
        for lang in ("zh", "en"):
            for word in WORDS:
                house.words.fill(lang, word)
            house.words.fill(lang, "queue_position", "1", n=1)
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(house: House) -> AsyncIterator[Phone]:
    async with phone_at(DESK, exchange=house.centre.sip) as phone:
        assert await phone.register("8001", _secret(house)) == 200
        yield phone


def _secret(house: House) -> str:
    return Secrets(house.centre.home / "exchange").phone("8001")


async def _dial(house: House, desk: Phone, code: str, keys: str = "") -> None:
    """8001 dials a code, presses keys when it is answered, and listens to the end."""
    line = await desk.call(code, caller="8001", password=_secret(house))
    await line.answered()
    if keys:
        line.press(keys)
    assert await line.over(60.0) == "them"


def _state(house: House, number: str) -> tuple[str, str]:
    [(state, reason)] = house.centre.read(f"SELECT state, reason FROM seat WHERE number = '{number}'")
    return state, reason


async def _is(house: House, number: str, state: str, reason: str = "") -> None:
    async def look() -> bool:
        return _state(house, number) == (state, reason)

    await until(look, 20.0, f"seat {number} is {state} {reason}; it is {_state(house, number)}")


async def _put(house: House, number: str, event: SeatEvent, **about: str) -> None:
    """A seat at a phone of the town, which cannot dial by itself; the centre sees it within two seconds."""
    with house.sales() as session:
        seats.move(session, seats.find(session, HOME, number).id, event, datetime.now(UTC), **about)

    async def seen() -> bool:
        told = (await house.centre.ask("seats"))["seats"]
        return any(one["seat"] == number and one["state"] == _state(house, number)[0] for one in told)

    await until(seen, 5.0, f"the centre knows of seat {number}")


async def _resumed(house: House, many: int) -> bool:
    status = await house.centre.status()
    return bool(status["calls"] == many)


def _told(house: House, kind: str, trial: Trial) -> list[dict[str, Any]]:
    call = trial.record["call_id"]
    rows = house.centre.read(f"SELECT data FROM call_event WHERE kind = '{kind}' AND call_id = '{call}' ORDER BY id")
    return [json.loads(data) for (data,) in rows]


def _answers(house: House, talk: float = 3.0) -> Answers:
    [sound, *_] = house.words.sounds(HELLO)
    return Answers(0.3, speech=sound.read_bytes(), talk=talk)


async def test_a_seat_signs_in_takes_a_call_and_is_ready_after_its_wrapup(house: House, desk: Phone) -> None:
    await _dial(house, desk, "*11", f"8001#{PIN}#")
    await _is(house, "8001", "ready")
    desk.manner = lambda line: _answers(house)
    trial = await house.call(", 1 , 2 " + ", " * 12, caller="13930000001")
    assert trial.nodes[:5] == ["welcome", "lang", "root", "agent", "operator"]
    assert "zh queue_next" not in trial.names  # a seat was ready: nobody is told of a queue
    assert listen(trial.recording, house.words.sounds(HELLO)), "the caller did not hear the seat"
    assert _told(house, "queued", trial) == [{"queue": "sales", "position": 1}]
    [left] = _told(house, "queue_left", trial)
    assert (left["queue"], left["how"]) == ("sales", "answered")
    assert left["waited"] < 8
    assert [leg["number"] for leg in _told(house, "dial", trial)] == ["8001"]
    await _is(house, "8001", "ready")
    states = house.centre.read("SELECT state FROM seat_log ORDER BY id")
    assert [state for (state,) in states] == ["ready", "ringing", "talking", "wrapup", "ready"]
    [(gap,)] = house.centre.read(
        "SELECT round((julianday(ended) - julianday(began)) * 86400) FROM seat_log WHERE state = 'wrapup'"
    )
    assert gap == WRAPUP


async def test_who_waits_hears_music_and_the_position_and_is_served_in_turn(house: House, desk: Phone) -> None:
    desk.manner = lambda line: _answers(house, talk=7.0)
    calls = []
    for n in (1, 2, 3):
        caller = f"1393000001{n}"
        calls.append(asyncio.create_task(house.call(", 1 , 2 " + ", " * 34, caller=caller)))
        await house.centre.at(caller, "operator")
    trials = await asyncio.gather(*calls)
    assert [[leg["result"] for leg in _told(house, "dial_result", trial)] for trial in trials] == [["answered"]] * 3
    waited = [_told(house, "queue_left", trial)[-1]["waited"] for trial in trials]
    assert waited == sorted(waited)
    assert "zh queue_position 1" in trials[2].names, trials[2].names
    assert "zh queue_next" in trials[1].names
    assert unexplained(trials[2].recording, [heard for _, heard in trials[2].heard]) > 5  # music
    await _is(house, "8001", "ready")


async def test_a_phone_that_is_not_answered_rings_once_and_the_caller_goes_to_the_next(
    house: House, desk: Phone
) -> None:
    await _dial(house, desk, "*142")
    await _is(house, "8001", "not_ready", "meal")
    await _put(house, "8004", SeatEvent.SIGN_IN, phone="8004")
    await _dial(house, desk, "*13")
    await _is(house, "8001", "ready")
    desk.manner = lambda line: _answers(house)
    trial = await house.call(", 1 , 2 " + ", " * 20, caller="13930000021")
    assert [leg["number"] for leg in _told(house, "dial", trial)] == ["8004", "8001"]
    assert [leg["result"] for leg in _told(house, "dial_result", trial)] == ["noanswer", "answered"]
    assert _state(house, "8004") == ("not_ready", "no answer")
    await _put(house, "8004", SeatEvent.SIGN_OUT)
    await _is(house, "8001", "ready")


async def test_two_callers_at_once_get_two_seats(house: House, desk: Phone) -> None:
    await house.phone("8000", "tone")
    await _put(house, "8000", SeatEvent.SIGN_IN, phone="8000")
    desk.manner = lambda line: _answers(house, talk=3.0)
    try:
        trials = await asyncio.gather(*(house.call(", 1 , 2 " + ", " * 10, caller=f"1393000003{n}") for n in (1, 2)))
    finally:
        await house.phone("8000", "talk_3s")
        await _put(house, "8000", SeatEvent.SIGN_OUT)
    rung = [[leg["number"] for leg in _told(house, "dial", trial)] for trial in trials]
    assert sorted(rung) == [["8000"], ["8001"]]
    await _is(house, "8001", "ready")


async def test_who_has_waited_long_is_asked_and_may_wait_on_in_their_place(house: House, desk: Phone) -> None:
    await house.centre.ask("queue", do="add", code="sales", overflow_s=OVERFLOW)  # for whoever comes from now on
    await _dial(house, desk, "*14", "1")
    await _is(house, "8001", "not_ready", "rest")
    first = asyncio.create_task(house.call(", 1 , 2 " + ", " * (OVERFLOW + 4) + "2" + ", " * 14, caller="13930000041"))
    await house.centre.at("13930000041", "operator")
    second = asyncio.create_task(house.call(", 2 , 2 " + ", " * (OVERFLOW + 4) + "1" + ", " * 8, caller="13930000042"))
    await house.centre.at("13930000041", "operator_failed", 25.0)
    await house.centre.at("13930000041", "operator", 15.0)
    await house.centre.at("13930000042", "leave", 25.0)
    desk.manner = lambda line: _answers(house, talk=2.0)
    await _dial(house, desk, "*13")
    served, message = await asyncio.gather(first, second)
    assert [one["how"] for one in _told(house, "queue_left", served)] == ["overdue", "answered"]
    assert _told(house, "queue_left", served)[-1]["waited"] > OVERFLOW + 2  # counted from the beginning
    assert len(_told(house, "queued", served)) == 1
    assert [one["how"] for one in _told(house, "queue_left", message)] == ["overdue"]
    assert house.words.named("en operator_failed_1")[0] in message.names
    await house.centre.ask("queue", do="add", code="sales", overflow_s=60)
    await _is(house, "8001", "ready")


async def test_places_and_states_outlive_the_controller(house: House, desk: Phone) -> None:
    """kill -9 while one talks and two wait: they go on talking, nothing rings twice, the first who came is next."""
    talking: asyncio.Future[Line] = asyncio.get_running_loop().create_future()

    def manner(line: Line) -> Answers:
        if not talking.done():
            talking.set_result(line)
            return _answers(house, talk=0.0)
        return _answers(house, talk=2.0)

    desk.manner = manner
    callers = [f"1393000005{n}" for n in (1, 2, 3)]
    async with phone_at(CALLERS, exchange=house.centre.sip) as street:
        lines = []
        for caller in callers:
            lines.append(await street.call(OPEN, caller=caller))
            await lines[-1].answered()
            await house.centre.at(caller, "lang")
            lines[-1].press("1")
            await house.centre.at(caller, "root")
            lines[-1].press("2")
            await house.centre.at(caller, "operator")
        line = await asyncio.wait_for(talking, 10.0)
        await _is(house, "8001", "talking")
        await house.centre.kill()
        assert _state(house, "8001") == ("talking", "")
        await house.centre.start()
        await until(lambda: _resumed(house, 3), 10.0, "three calls go on")
        assert not line.ended_by, "the two who talk were parted"
        line.hangup()
        await house.centre.settled(3, 40.0)
    records = {one["caller"]: Trial({}, one, []) for one in await house.centre.records()}
    trials = [records[caller] for caller in callers]
    results = [[leg["result"] for leg in _told(house, "dial_result", trial)] for trial in trials]
    assert results == [["answered"]] * 3, results
    assert [len(_told(house, "dial", trial)) for trial in trials] == [1, 1, 1]  # nothing rang twice
    waited = [_told(house, "queue_left", trial)[-1]["waited"] for trial in trials[1:]]
    assert waited == sorted(waited)
    await _is(house, "8001", "ready")
    await _dial(house, desk, "*12")
    await _is(house, "8001", "offline")
    await house.centre.calm()
