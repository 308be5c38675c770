"""The owner's menu (SPEC §4.5) as scripted calls over both engines."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from calls.call import Party, Recorded, Utterance
from calls.facts import KeyPressed, LegRang, WrongKeys
from db.tenant import HOME
from ivr.mailbox import queries, services
from ivr.mailbox.models import MailboxOwner
from ivr.mailbox.port import Counts
from ivr.mailbox.sound import length
from ivr.place import Place
from tests.ivr.desk import MAIN, filled, words
from tests.ivr.mailbox.mailroom import PIN, Mailroom, Taping, sound
from tests.ivr.test_place import Killed

OPEN = f" 6 2 8002#  {PIN}#"


async def test_the_example_of_the_specification(room: Mailroom) -> None:
    """A, B new: 1 (A) 3 (delete) → B 2 (save) → end: new 0, saved 1 (B), deleted 1."""
    await room.leave("8002")
    await room.leave("8002")
    stage = await room.call(f"{OPEN} 1 3 . 2")
    assert filled("mailbox_counts", n=2, m=0) in stage.speech
    assert await room.states("8002") == ["deleted", "saved"]
    assert stage.nodes[1:] == ["root", "voicemail", "mailbox_login", "mailbox_counts", "owner", "messages_new", "owner"]
    assert words("message_none") in stage.speech
    assert room.badges("8002")[-1] == (0, 1)


async def test_three_again_restores_in_the_session(room: Mailroom) -> None:
    await room.leave("8002")
    stage = await room.call(f"{OPEN} 133 *")
    assert words("message_restored") in stage.speech
    assert await room.states("8002") == ["new"], "it was never heard to its end, so it is new again"
    await room.call(f"{OPEN} 1 3 . *")
    assert await room.states("8002") == ["deleted"]


async def test_what_was_deleted_is_gone_back_to_and_restored(room: Mailroom) -> None:
    await room.leave("8002")
    await room.leave("8002")
    stage = await room.call(f"{OPEN} 1 3 . 7 3 7 *")
    assert words("message_gone") in stage.speech
    assert words("message_first") in stage.speech
    assert await room.states("8002") == ["saved", "saved"]


async def test_what_is_heard_to_its_end_is_saved_and_the_lamp_goes_out(room: Mailroom) -> None:
    await room.leave("8002")
    assert room.badges("8002") == [(1, 0)]
    await room.call(f"{OPEN} 1 ")
    assert await room.states("8002") == ["saved"]
    assert room.badges("8002") == [(0, 1)]
    stage = await room.call(f"{OPEN} 2 ")
    assert filled("mailbox_counts", n=0, m=1) in stage.speech
    assert stage.nodes[-1] == "messages_saved"


async def test_six_leaves_a_message_as_it_is(room: Mailroom) -> None:
    await room.leave("8002")
    await room.call(f"{OPEN} 1#6 *")
    assert await room.states("8002") == ["new"]


async def test_the_header_tells_when_and_from_whom_and_urgent_comes_first(room: Mailroom) -> None:
    await room.leave("8002", sender="13800000001")
    await room.leave("8002", sender="", urgent=True)
    await room.leave("8002", sender="8001", internal=True)
    stage = await room.call(f"{OPEN} 1 6 6 *")
    heard = [text for text in stage.said if text.startswith("第")]
    assert [text.split("。")[0] for text in heard] == [
        "第一条留言，对方没有显示号码", "第二条留言，来自幺三八零零零零零零零幺", "第三条留言，来自信箱八零零幺",
    ]  # fmt: skip
    assert words("message_urgent") in heard[0]
    assert "二零二四年四月一日" in heard[0]
    assert "上午十点" in heard[0]


async def test_nine_goes_back_five_seconds(room: Mailroom) -> None:
    await room.leave("8002", 20.0)
    stage = await room.call(f"{OPEN} 1#,,,,,,,,9 *")
    lines = [line for line in stage.call.transcript if line == "< ♪"]
    assert len(lines) == 2
    assert stage.call.seconds < 90


async def test_no_message_is_said_once_and_leads_back(room: Mailroom) -> None:
    stage = await room.call(f"{OPEN} 1 2 7")
    assert stage.speech.count(words("message_none")) == 2
    assert stage.nodes[-3:] == ["owner", "messages_saved", "owner"]


async def test_a_reply_goes_to_the_mailbox_it_came_from_and_one_comes_back_to_the_message(room: Mailroom) -> None:
    await room.leave("8002", sender="8001", internal=True)
    stage = await room.call(f"{OPEN} 1 4 ,,,# 1 *")
    assert stage.nodes[-4:] == ["messages_new", "reply_new", "messages_new", "owner"]
    [reply] = await room.messages("8001")
    assert (reply.sender, reply.internal, reply.seconds, len(reply.sha256)) == ("8002", True, 3.0, 64)


async def test_a_caller_from_outside_is_not_called_back_but_named(room: Mailroom) -> None:
    await room.leave("8002")
    stage = await room.call(f"{OPEN} 1 4 *")
    assert filled("reply_outside", phone="13800000001") in stage.speech
    assert stage.of(LegRang) == []


async def test_from_a_phone_of_the_house_the_caller_is_called_back(room: Mailroom) -> None:
    """As far as the phone's level goes; this one has none, so that it is refused, and one comes back to the message."""
    await room.leave("8002", sender="13800000001")
    stage = await room.call(f" 6 2  {PIN}# 1 4 *", "8002")
    assert stage.nodes[-4:] == ["messages_new", "call_back_new", "messages_new", "owner"]
    assert words("outside_barred") in stage.speech
    assert stage.of(LegRang) == []


async def test_a_message_is_forwarded_with_a_comment_before_it(room: Mailroom, tmp_path: Path) -> None:
    await room.leave("8002", 4.0)
    await room.call(f"{OPEN} 1 5 8001# 1 ,,,# *")
    await room.call(f"{OPEN} 2 5 8001# 2 *")
    with_comment, alone = await room.messages("8001")
    [original] = await room.messages("8002")
    assert (with_comment.seconds, with_comment.sender, with_comment.internal) == (7.0, "8002", True)
    whole = await asyncio.to_thread(Path(with_comment.file).read_bytes)
    assert len(whole) == 44 + 7 * 16000
    assert (alone.file, alone.sha256) == (original.file, original.sha256)


async def test_forwarding_to_nobody(room: Mailroom) -> None:
    await room.leave("8002")
    stage = await room.call(f"{OPEN} 1 5 777# 999999# * *")
    assert stage.speech.count(words("mailbox_unknown")) == 2
    assert [fact.keys for fact in stage.of(WrongKeys)] == ["777", "999999"]
    assert stage.nodes[-3:] == ["forward_new", "messages_new", "owner"]


async def test_a_greeting_of_ones_own(room: Mailroom) -> None:
    stage = await room.call(f"{OPEN} 3 1 ,,,# 2 *")
    assert words("greeting_set") in stage.speech
    stage = await room.call(" 6 1 8002#")
    assert words("leave") not in stage.speech
    assert "♪" in stage.speech
    await room.call(f"{OPEN} 3 3 *")
    assert words("leave") in (await room.call(" 6 1 8002#")).speech


async def test_a_greeting_too_short_or_broken_off_is_none(room: Mailroom) -> None:
    assert words("greeting_short") in (await room.call(f"{OPEN} 3 1 ,# *")).speech
    await room.call(f"{OPEN} 3 1 ,,,!")
    found = await room.post.find(1, "8002")
    assert found is not None
    assert found.greeting == ""


async def test_the_pin_is_changed_by_entering_it_twice(room: Mailroom) -> None:
    stage = await room.call(f"{OPEN} 4 1111# 2468# 2469# 2468#  2468#")
    assert words("new_pin_weak") in stage.speech
    assert words("new_pin_differs") in stage.speech
    assert words("new_pin_set") in stage.speech
    assert (await room.call(f"{OPEN}")).nodes[-1] == "mailbox_login"
    assert (await room.call(" 6 2 8002#  2468#")).nodes[-1] == "owner"
    assert not [fact for fact in stage.of(KeyPressed) if not fact.private and fact.key in "2468" and fact.key == "4"][
        1:
    ]


async def test_to_everybody_only_with_permission(room: Mailroom) -> None:
    stage = await room.call(f"{OPEN} 6")
    assert words("mailbox_refused") in stage.speech
    await room.open("8002", may_distribute=True)
    await room.open("8003")
    await room.call(f"{OPEN} 6 ,,,# 1")
    assert [len(await room.messages(number)) for number in ("8001", "8002", "8003")] == [1, 0, 1]


async def test_a_message_is_sent_from_ones_mailbox(room: Mailroom) -> None:
    stage = await room.call(f"{OPEN} 5 8001# ,,,,# 4 *")
    [sent] = await room.messages("8001")
    assert (sent.sender, sent.internal, sent.urgent) == ("8002", True, True)
    assert stage.nodes[-2:] == ["owner", "root"]


async def test_from_the_owners_own_phone_only_the_pin_is_asked_for(room: Mailroom) -> None:
    stage = await room.call(f" 6 2  {PIN}#", "8002")
    assert words("mailbox_number") not in stage.speech
    assert stage.nodes[-1] == "owner"


async def test_a_group_has_one_mailbox_and_several_lamps(room: Mailroom) -> None:
    def found(session: Session) -> None:
        box = services.ensure(session, HOME, "8100")
        box.kind = "group"
        for extension in ("8001", "8002"):
            session.add(MailboxOwner(tenant_id=HOME, mailbox_id=box.id, extension=extension))

    await room.db.write(found)
    await room.leave("8100")
    await room.leave("8002")
    assert dict(await room.db.read(queries.lamps)) == {
        "8001": Counts(1, 0), "8002": Counts(2, 0), "8100": Counts(1, 0),
    }  # fmt: skip
    assert await room.post.own(HOME, "8001") == "8001", "one's own comes before the group's"


@pytest.mark.parametrize("at", ["messages_new:header", "messages_new:body", "messages_new:keys"])
async def test_taken_up_again_in_the_middle_of_a_message(room: Mailroom, at: str) -> None:
    message = await room.leave("8002")
    step, _, part = at.partition(":")
    place = Place("main", MAIN.version, step, phase=f"{message};{part}", mailbox="8002")
    stage = await room.call(" 2", place=str(place))
    assert await room.states("8002") == ["saved"]
    assert stage.nodes[-1] == "owner"


async def test_nobody_listens_without_a_mailbox_that_was_opened(room: Mailroom) -> None:
    await room.leave("8002")
    for step in ("messages_new", "mailbox_counts", "greeting", "new_pin", "forward_new"):
        stage = await room.call(" 1 ", place=str(Place("main", MAIN.version, step, entry="8002")))
        assert "♪" not in stage.speech
        assert await room.states("8002") == ["new"]


def test_files_of_the_mailroom_are_as_long_as_they_say(tmp_path: Path) -> None:
    assert length(sound(tmp_path / "a.wav", 2.5)) == 2.5
    assert length(tmp_path / "none.wav") == 0.0


@pytest.mark.slow
async def test_dying_in_any_verb_changes_nothing_for_the_owner(room: Mailroom) -> None:
    """Heard, deleted and restored, kept, forwarded, replied to: once each, whenever the controller dies."""
    script, place = " 1 33 5 8001# 2 6 2 4 ,,,# 1 * *", Place("main", MAIN.version, "owner", mailbox="8002")

    async def ground(number: int) -> str:
        box = f"81{number:02d}"
        await room.open(box)
        for internal in (False, False, True):
            await room.leave(box, sender="8002" if internal else "13800000001", internal=internal)
        return box

    async def outcome(box: str) -> list[str]:
        return await room.states(box)

    whole_box = await ground(0)
    whole = await room.call(script, place=str(replace(place, mailbox=whole_box)))
    wanted = await outcome(whole_box)
    for deaths in range(200):
        box = await ground(deaths + 1)
        forwarded, replied = len(await room.messages("8001")), len(await room.messages("8002"))
        first = room.stage(script)
        dying = Dying(script, room, deaths, first.call.party)
        first.call = first.visit.call = dying
        try:
            await first.run(place=str(replace(place, mailbox=box)))
        except Killed:
            await room.call(dying.rest(), place=dying.place, party=dying.party)
        else:
            break
        finally:
            await room.recordings.close()
        assert await outcome(box) == wanted, f"death {deaths} at {dying.place}"
        assert len(await room.messages("8001")) == forwarded + 1
        assert len(await room.messages("8002")) == replied + 1
    assert 12 < deaths < 199
    assert whole.nodes[-1] == "root"


class Dying(Taping):
    """The controller dies in the n-th verb, just after the place was written with it."""

    def __init__(self, script: str, room: Mailroom, verbs: int, party: Party) -> None:
        super().__init__(script, room.clock, room.bus, party)
        self.folder, self.verbs = room.folder, verbs

    def _verb(self) -> None:
        self.verbs -= 1
        if self.verbs < 0:
            raise Killed

    async def play(self, words: Sequence[Utterance], *, interruptible: bool = True) -> str:
        if words:
            self._verb()
        return await super().play(words, interruptible=interruptible)

    async def key(self, patience: float) -> str:
        self._verb()
        return await super().key(patience)

    async def record(self, name: str, *, most: float, silence: float, beep: bool = True) -> Recorded:
        self._verb()
        return await super().record(name, most=most, silence=silence, beep=beep)
