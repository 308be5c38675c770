"""Strangers at a mailbox's door: three tries, locks, throttled across mailboxes and callers (SPEC §4.5)."""

import asyncio
from datetime import timedelta

import pytest

from calls.facts import KeyPressed, WrongKeys
from db.tenant import HOME
from ivr.mailbox.pin import WRONG_OF_HOUSE
from ivr.mailbox.port import Attempt, Opening
from tests.ivr.desk import words
from tests.ivr.mailbox.mailroom import PIN, Mailroom


async def test_three_wrong_pins_lock_the_mailbox_for_a_quarter_of_an_hour(room: Mailroom) -> None:
    stage = await room.call(" 6 2" + " 8002#  9999#" * 3)
    assert stage.speech.count(words("mailbox_wrong")) == 2
    assert words("mailbox_locked") in stage.speech
    assert stage.nodes[-1] == "root"
    assert room.alarms() == ["mailbox 8002"]
    assert [(fact.keys, fact.time) for fact in stage.of(WrongKeys)] == [("••••", 1), ("••••", 2)]
    room.clock.at += timedelta(minutes=13)
    again = await room.call(f" 6 2 8002#  {PIN}#", "8002")
    assert words("mailbox_locked") in again.speech, "not even for its owner"
    room.clock.at += timedelta(minutes=15)
    assert (await room.call(f" 6 2 8002#  {PIN}#")).nodes[-1] == "owner"


async def test_one_caller_at_many_mailboxes_is_locked_out_of_all(room: Mailroom) -> None:
    async def attempt(mailbox: str, caller: str, pin: str = "9999") -> Opening:
        return await room.post.unlock(Attempt("01HR0000000000000000000001", HOME, mailbox, caller, pin))

    tried = [await attempt(f"81{n:02d}", "13900000009") for n in range(6)]
    assert tried == [Opening.WRONG] * 5 + [Opening.LOCKED]
    assert await attempt("8002", "13900000009", PIN) is Opening.LOCKED
    assert await attempt("8002", "13900000010", PIN) is Opening.OPEN, "others are not hurt"
    assert room.alarms() == ["mailbox 8105"]


async def test_many_callers_at_one_mailbox_are_not_more_than_one(room: Mailroom) -> None:
    """All at once: no more than three of them have their PIN looked at."""
    attempts = [Attempt("01HR0000000000000000000001", HOME, "8002", f"139{n:08d}", "9999") for n in range(12)]
    tried = await asyncio.gather(*(room.post.unlock(attempt) for attempt in attempts))
    assert tried.count(Opening.WRONG) <= 2
    assert set(tried) == {Opening.WRONG, Opening.LOCKED} or set(tried) == {Opening.LOCKED}


async def test_fishing_under_many_numbers_is_an_alarm(room: Mailroom) -> None:
    for n in range(WRONG_OF_HOUSE):
        await room.post.unlock(Attempt("01HR0000000000000000000001", HOME, f"82{n:02d}", f"137{n:08d}", "9999"))
    assert "mailbox PINs" in room.alarms()


async def test_nobody_learns_whether_there_is_a_mailbox(room: Mailroom) -> None:
    there = await room.call(" 6 2 8002#  9999# *", "13900000001")
    absent = await room.call(" 6 2 8777#  9999# *", "13900000002")
    assert there.said == absent.said
    assert there.nodes == absent.nodes


async def test_a_slip_is_forgotten_when_the_pin_is_right(room: Mailroom) -> None:
    for _ in range(3):
        stage = await room.call(f" 6 2 8002#  9999# 8002#  9998# 8002#  {PIN}#")
        assert stage.nodes[-1] == "owner"


@pytest.mark.parametrize("pin", ["", "123", "123456789"])
async def test_what_is_no_pin_is_asked_for_again_and_is_no_attempt(room: Mailroom, pin: str) -> None:
    stage = await room.call(f" 6 2 8002#  {pin}#  {PIN}#")
    assert stage.nodes[-1] == "owner"
    assert [fact.keys for fact in stage.of(WrongKeys)] == ["•" * (len(pin) + 1)]


async def test_the_star_leads_back_from_number_and_pin(room: Mailroom) -> None:
    stage = await room.call(" 6 2 80* 2 8002#  12* *")
    assert stage.nodes[-5:] == ["mailbox_login", "voicemail", "mailbox_login", "voicemail", "root"]


async def test_the_keys_of_a_pin_are_secret(room: Mailroom) -> None:
    stage = await room.call(f" 6 2 8002#  {PIN}#")
    pressed = stage.of(KeyPressed)
    assert [fact.key for fact in pressed if fact.private] == list(f"{PIN}#")
