"""Voice mail on real calls: messages in a mailbox, the lamp on its owner's phone, and nothing lost under fire."""

import asyncio
import hashlib
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from asterisk.instance.secrets import Secrets
from tests.sip.ear import listen
from tests.sip.media import RATE
from tests.sip.uac import Line, Phone, phone_at
from tests.system.centre import NUMBER, SIDE, Centre, Record, centre_at, until

pytestmark = [
    pytest.mark.exchange,
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="module"),
]

DESK = f"127.0.{SIDE}.4"  # where the owner's phone is
PIN = "7351"
CALLERS = 20


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory, sounds: Path) -> AsyncIterator[Centre]:
    home = tmp_path_factory.mktemp("voicemail") / "home"
    async with centre_at(home, sounds, phones='["8001","8002","8003"]') as centre:
        for number in ("8002", "8003"):
            await centre.ask("mailbox", do="set", number=number, pin=PIN)
        yield centre


@pytest_asyncio.fixture(loop_scope="module")
async def outside(centre: Centre) -> AsyncIterator[Phone]:
    async with phone_at(centre.callers, exchange=centre.sip) as phone:
        yield phone


@pytest_asyncio.fixture(loop_scope="module")
async def desk(centre: Centre) -> AsyncIterator[Phone]:
    """The phone of extension 8002."""
    async with phone_at(DESK, exchange=centre.sip) as phone:
        secret = Secrets(centre.home / "exchange").phone("8002")
        assert await phone.register("8002", secret) == 200
        yield phone
        assert await phone.register("8002", secret, seconds=0) == 200


async def lamp(desk: Phone, shows: str, seconds: float = 15.0) -> None:
    """Until the phone is told of so many messages, "new/saved"."""
    seen: list[str] = []
    try:
        async with asyncio.timeout(seconds):
            while shows not in seen[-1:]:
                body = (await desk.notified.get()).body
                waiting = re.search(r"Messages-Waiting: (yes|no)\r\nVoice-Message: (\d+/\d+)", body)
                assert waiting is not None, body
                assert (waiting[1] == "yes") == (not waiting[2].startswith("0/"))
                seen.append(waiting[2])
    except TimeoutError:
        raise AssertionError(f"the lamp never showed {shows}: {seen}") from None


async def go(centre: Centre, phone: Phone, caller: str, *keys: tuple[str, str]) -> Line:
    """Call, and press keys, each until the step is reached that stands beside them."""
    line = await phone.call(NUMBER, caller=caller)
    await line.answered()
    for press, node in keys:
        line.press(press)
        await centre.at(caller, node)
    return line


async def recording(centre: Centre, caller: str, node: str) -> str:
    """Once the caller is being recorded; the call."""
    call = (await centre.at(caller, node))["call_id"]

    async def look() -> bool:
        noted = centre.read(f"SELECT file FROM message_draft WHERE call_id = '{call}'")
        return bool(noted) and (await centre.ari("GET", f"recordings/live/{Path(noted[0][0]).stem}")).ok

    await until(look, 20, f"{caller} is recorded")
    return str(call)


async def pressed(line: Line) -> None:
    async def done() -> bool:
        return not line.media.pressing

    await until(done, 10, "the keys are pressed")


async def ended(centre: Centre, call: str) -> Record:
    async def look() -> Record | None:
        return next((one for one in await centre.records() if one["call_id"] == call and one["ended"]), None)

    return await until(look, 20, f"the end of {call}")


def messages(centre: Centre, mailbox: str) -> list[tuple[str, str, float, str, str]]:
    """call, state, seconds, file, sha256"""
    return centre.read(
        f"SELECT call_id, state, seconds, file, sha256 FROM message WHERE mailbox = '{mailbox}' ORDER BY id"
    )


def whole(file: str, said: Path) -> float:
    """How many seconds of what was said are in the message."""
    return max((one.end - one.start for one in listen(Path(file), [said])), default=0.0)


async def test_a_message_lights_the_lamp_and_its_owner_hears_it(
    centre: Centre, outside: Phone, desk: Phone, speech: bytes, tmp_path: Path
) -> None:
    """F7's second half: a message in 8002's mailbox, MWI 1; after listening 0 (S4-30, 183, 184)."""
    said = tmp_path / "said.ulaw"
    said.write_bytes(speech[: 5 * RATE])
    await lamp(desk, "0/0")
    line = await go(
        centre, outside, "13900000101", ("1", "root"), ("6", "voicemail"), ("1", "mailbox"), ("8002#", "mailbox_leave")
    )
    call = await recording(centre, "13900000101", "mailbox_leave")
    line.say(said.read_bytes())
    await asyncio.sleep(5.5)
    line.press("#1")
    await lamp(desk, "1/0")
    line.hangup()
    [(of, state, seconds, file, digest)] = messages(centre, "8002")
    assert (of, state) == (call, "new")
    assert seconds > 4.0
    assert digest == hashlib.sha256(await asyncio.to_thread(Path(file).read_bytes)).hexdigest()
    assert whole(file, said) > 3.0

    owner = await go(centre, outside, "8002", ("2", "root"), ("6", "voicemail"), ("2", "mailbox_login"))
    begun = time.time()
    owner.press(f"{PIN}#")
    await centre.at("8002", "owner")
    owner.press("1")
    await centre.at("8002", "messages_new")
    await asyncio.sleep(1.0)  # of the header, so that skipping it means something
    owner.press("#")
    await lamp(desk, "0/1", 30)
    owner.hangup()
    record = await ended(centre, (await centre.at("8002", "messages_new"))["call_id"])
    heard = owner.media.heard.audio(start=begun)
    assert max(one.end - one.start for one in listen(heard, [said])) > 3.0
    assert "1 new and 0 saved" in " ".join(text["text"] for text in record["said"]).replace("one", "1").replace(
        "zero", "0"
    )
    assert PIN[0] not in record["pressed"].split()[3:], "the PIN is stored nowhere"
    assert [row[1] for row in messages(centre, "8002")] == ["saved"]


async def test_a_phone_that_registers_later_is_told_what_waits(centre: Centre, desk: Phone) -> None:
    await lamp(desk, "0/1")


async def test_nine_goes_back_in_a_message(centre: Centre, outside: Phone, speech: bytes, tmp_path: Path) -> None:
    """The exchange begins in the middle of the file: what was heard is heard again from five seconds before."""
    owner = await go(
        centre, outside, "8002", ("2", "root"), ("6", "voicemail"), ("2", "mailbox_login"), (f"{PIN}#", "owner")
    )
    owner.press("2")
    await centre.at("8002", "messages_saved")
    owner.press("#")
    await asyncio.sleep(3.0)
    owner.press("9")
    await asyncio.sleep(2.0)
    again = time.time()
    owner.press("9*")
    await pressed(owner)
    owner.hangup()
    first = tmp_path / "first.ulaw"
    first.write_bytes(speech[: 2 * RATE])
    found = listen(owner.media.heard.audio(end=again), [first])
    assert len(found) >= 2, "less than five seconds into it, nine begins it anew"


async def test_the_controller_is_killed_while_a_message_is_recorded_and_the_caller_leaves_before_it_is_back(
    centre: Centre, outside: Phone, speech: bytes, tmp_path: Path
) -> None:
    said = tmp_path / "said.ulaw"
    said.write_bytes(speech[: 6 * RATE])
    line = await go(
        centre, outside, "13900000102", ("1", "root"), ("6", "voicemail"), ("1", "mailbox"), ("8003#", "mailbox_leave")
    )
    call = await recording(centre, "13900000102", "mailbox_leave")
    line.say(said.read_bytes())
    await asyncio.sleep(2.0)
    await centre.kill()
    await asyncio.sleep(4.5)
    line.hangup()
    await centre.start()

    async def filed() -> bool:
        return bool(messages(centre, "8003"))

    await until(filed, 30, "the message is filed")
    [(of, state, seconds, file, digest)] = messages(centre, "8003")
    assert (of, state) == (call, "new")
    assert seconds > 4.5
    assert whole(file, said) > 4.0
    assert digest == hashlib.sha256(await asyncio.to_thread(Path(file).read_bytes)).hexdigest()
    assert centre.read("SELECT * FROM message_draft") == []


async def test_twenty_callers_leave_messages_while_the_owner_listens_and_deletes(
    centre: Centre, outside: Phone, speech: bytes
) -> None:
    """On the real exchange: every message is in the mailbox once, whole, whatever its owner does meanwhile."""
    calls: set[str] = set()
    before = len(messages(centre, "8003"))

    async def leave(number: int) -> None:
        caller = f"138000002{number:02d}"
        keys = (("1", "root"), ("6", "voicemail"), ("1", "mailbox"), ("8003#", "mailbox_leave"))
        line = await go(centre, outside, caller, *keys)
        calls.add(await recording(centre, caller, "mailbox_leave"))
        line.say(speech[number * RATE : (number + 4) * RATE])
        await asyncio.sleep(4.0)
        line.hangup()  # in the middle of the recording

    async def listen_and_delete() -> None:
        line = await go(
            centre, outside, "8003", ("1", "root"), ("6", "voicemail"), ("2", "mailbox_login"), (f"{PIN}#", "owner")
        )
        while len(calls) < CALLERS:
            line.press("1#")
            await pressed(line)
            await asyncio.sleep(1.0)
            line.press("3")
            await pressed(line)
            await asyncio.sleep(1.5)
            line.press("*")
            await pressed(line)
            await asyncio.sleep(0.5)
        line.hangup()

    async def all_leave() -> None:
        for number in range(0, CALLERS, 5):  # the keys of all at once would be a test of this machine
            await asyncio.gather(*(leave(n) for n in range(number, number + 5)))

    await asyncio.gather(all_leave(), listen_and_delete())

    async def all_there() -> bool:
        return len(messages(centre, "8003")) >= CALLERS + before

    await until(all_there, 30, "all messages")
    await centre.calm(20)
    rows = messages(centre, "8003")[before:]
    assert {of for of, *_ in rows} == calls
    assert len(rows) == len(calls) == CALLERS
    assert len({file for *_, file, _ in rows}) == CALLERS
    for _, _, seconds, file, digest in rows:
        assert seconds > 2.5
        assert digest == hashlib.sha256(await asyncio.to_thread(Path(file).read_bytes)).hexdigest()
    assert "deleted" in {state for _, state, *_ in messages(centre, "8003")}
    assert (await centre.status())["alarms"] == [
        one for one in (await centre.status())["alarms"] if "mailbox" not in one
    ]
