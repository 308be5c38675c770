"""Messages left: where they go, that none is lost, and what they leave behind."""

import asyncio
import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from calls.call import Busy, Recorded
from calls.facts import MessageWaiting
from db.tenant import HOME
from ivr.mailbox import services
from ivr.mailbox.port import Letter
from ivr.mailbox.port import Session as Listening
from ivr.mailbox.state import Event
from tests.ivr.desk import words
from tests.ivr.mailbox.mailroom import PIN, Mailroom, sound


async def test_a_message_in_a_mailbox(room: Mailroom) -> None:
    stage = await room.call(" 6 1 8002# ,,,,,,,,,,# 1", "13800000001")
    [message] = await room.messages("8002")
    assert (message.sender, message.internal, message.seconds, message.state) == ("13800000001", False, 10.0, "new")
    assert message.sha256 == hashlib.sha256(await asyncio.to_thread(Path(message.file).read_bytes)).hexdigest()
    [waiting] = [fact for fact in stage.facts if isinstance(fact, MessageWaiting)]
    assert (waiting.call, waiting.mailbox, waiting.new, waiting.saved) == (stage.call.id, "8002", 1, 0)
    assert stage.nodes[-2:] == ["mailbox_leave", "voicemail"]


async def test_f7_a_busy_extension_whose_caller_says_nothing_but_a_message(room: Mailroom) -> None:
    """F7: `#` `8002` busy → timeout → 10 s `#` `1` → message in mailbox 8002, MWI 1 (S4-183)."""
    stage = await room.call(" # 8002 . ,,,,,,,,,,# 1", "13800000001", Busy())
    [message] = await room.messages("8002")
    assert (message.sender, round(message.seconds, 3), room.badges("8002")) == ("13800000001", 10.0, [(1, 0)])
    assert words("ext_busy") in stage.speech


async def test_two_messages_of_one_call_are_two(room: Mailroom) -> None:
    await room.call(" 6 1 8002# ,,,# 1 1 8002# ,,,,# 4")
    first, second = await room.messages("8002")
    assert (first.seconds, first.urgent, second.seconds, second.urgent) == (3.0, False, 4.0, True)
    assert first.file != second.file


@pytest.mark.parametrize(
    ("script", "kept"),
    [
        (" ,,,!", 1),  # hung up in the middle
        (" ,,,#!", 1),  # hung up before it was sent
        (" ,!", 0),  # a second is no message
        (" ,,,*", 0),
        (" ,,,#*", 0),
        (" ,,,# 3 ,,,,# 1", 1),
        ("*", 0),
    ],
)
async def test_hanging_up_sends_and_cancelling_does_not(room: Mailroom, script: str, kept: int) -> None:
    await room.call(f" 6 1 8002#{script}")
    assert len(await room.messages("8002")) == kept
    room.clock.at += timedelta(minutes=1)
    assert await room.post.gather(lambda call: True) == 0, "nothing is left over to be filed"
    assert len(await room.messages("8002")) == kept


async def test_half_a_second_and_three_minutes_of_silence_are_no_messages(room: Mailroom) -> None:
    short = await room.call(" 6 1 8002# # # # # #")
    assert short.speech.count(words("leave_short")) == 5
    silent = await room.call(" 6 1 8002# .")
    assert words("leave_short") in silent.speech
    assert silent.nodes[-1] == "bye"
    assert await room.messages("8002") == []


async def test_three_minutes_are_the_most(room: Mailroom) -> None:
    await room.call(" 6 1 8002# " + "," * 200 + "!")
    [message] = await room.messages("8002")
    assert message.seconds == 180.0


async def test_a_full_mailbox_says_so_and_takes_again_when_something_is_deleted(room: Mailroom) -> None:
    await room.open("8002", quota=2)
    await room.leave("8002")
    await room.leave("8002")
    stage = await room.call(" 6 1 8002# ,,,#1")
    assert words("mailbox_full") in stage.speech
    assert len(await room.messages("8002")) == 2
    await room.call(f" 6 2 8002#  {PIN}# 1 3 . *")
    await room.call(" 6 1 8002# ,,,# 1")
    assert await room.states("8002") == ["deleted", "saved", "new"]


async def test_a_phone_has_a_mailbox_without_anybody_making_it(room: Mailroom) -> None:
    await room.call(" 6 1 8003# ,,,# 1")
    assert len(await room.messages("8003")) == 1
    assert (await room.call(" 6 2 8003#  0000#")).nodes[-1] == "mailbox_login", "but without a PIN nobody opens it"


async def test_an_unknown_mailbox_is_asked_for_again(room: Mailroom) -> None:
    stage = await room.call(" 6 1 7777# 12# 123456789# *")
    assert words("mailbox_unknown") in stage.speech
    assert stage.speech.count(words("invalid")) == 2
    assert stage.nodes[-1] == "voicemail"


async def test_what_is_for_a_number_without_a_mailbox_is_the_operators(room: Mailroom, tmp_path: Path) -> None:
    await room.leave("8777")
    assert len(await room.messages("8001")) == 1
    file = sound(tmp_path / "f.wav", 3.0)
    recorded = Recorded(file, 3.0, "hangup")
    assert await room.post.take("01HQFFFFFFFFFFFFFFFFFFFFFF", recorded, "13800000009")
    assert not await room.post.take("01HQFFFFFFFFFFFFFFFFFFFFFF", recorded, "13800000009"), "told twice it is one"
    assert [message.sender for message in await room.messages("8001")] == ["13800000001", "13800000009"]


async def test_told_twice_a_message_is_one(room: Mailroom, tmp_path: Path) -> None:
    letter = Letter("01HQ0000000000000000000009", HOME, "8002", "13800000001")
    recorded = Recorded(sound(tmp_path / "m.wav", 3.0), 3.0, "key")
    await asyncio.gather(*(room.post.keep(letter, recorded) for _ in range(5)))
    assert len(await room.messages("8002")) == 1
    assert room.badges("8002") == [(1, 0)]


async def test_a_recording_whose_end_nobody_saw_is_filed(room: Mailroom) -> None:
    letters = [Letter(f"01HQ000000000000000000001{n}", HOME, "8002", "13800000001") for n in range(3)]
    for letter, seconds in zip(letters, (5.0, 1.0, 6.0), strict=True):
        sound(room.folder / f"{letter.call}-1.wav", seconds)
        room.post.expect(letter, f"{letter.call}-1")
    await room.post.close()
    room.clock.at += timedelta(seconds=1)
    assert await room.post.gather(lambda call: call != letters[2].call) == 1, "one is too short, one goes on"
    [message] = await room.messages("8002")
    assert (message.seconds, message.sender, room.badges("8002")) == (5.0, "13800000001", [(1, 0)])
    assert await room.post.gather(lambda call: True) == 1
    assert await room.post.gather(lambda call: True) == 0


async def test_twenty_callers_leave_messages_while_the_owner_listens_and_deletes(room: Mailroom) -> None:
    """Every message is somewhere, each once; the counts told last are the counts there are."""
    listening = Listening("01HR0000000000000000000099", HOME, "8002", "new")
    handled: list[int] = []

    async def owner() -> None:
        while len(handled) < 10:
            heard = await room.post.first(listening)
            if heard is not None:
                handled.append(heard.id)
                await room.post.change(listening, heard.id, Event.DELETE if len(handled) % 2 else Event.SAVE)
            await asyncio.sleep(0)

    await asyncio.gather(owner(), *(room.leave("8002", 2.0, f"138{n:08d}") for n in range(20)))
    found = await room.messages("8002")
    assert sorted(message.sender for message in found) == [f"138{n:08d}" for n in range(20)]
    assert len({message.file for message in found}) == len({message.call_id for message in found}) == 20
    states = await room.states("8002")
    assert (states.count("deleted"), states.count("saved"), states.count("new")) == (5, 5, 10)
    counts = await room.post.counts(HOME, "8002")
    assert (counts.new, counts.saved) == (10, 5)


async def test_deleted_ones_are_purged_after_seven_days_with_their_files(room: Mailroom, tmp_path: Path) -> None:
    for _ in range(3):
        await room.leave("8002")
    first, second, third = await room.messages("8002")
    listening = Listening("01HR0000000000000000000099", HOME, "8002", "new")
    copy = Letter("01HQ0000000000000000000077", HOME, "8001", "8002", internal=True)
    await room.post.forward(listening, second.id, copy, None)  # the same file is somebody else's message, too
    for message in (first, second):
        await room.post.change(listening, message.id, Event.DELETE)

    def purge(session: Session) -> list[str]:
        return list(services.purge(session, room.clock.now()))

    room.clock.at += timedelta(days=6, hours=23)
    assert await room.db.write(purge) == []
    room.clock.at += timedelta(hours=2)
    assert await room.db.write(purge) == [first.file]
    assert [message.id for message in await room.messages("8002")] == [third.id]
