"""Complaints, suggestions and repairs by telephone: told, reviewed, and a ticket once (node C; F9, S4-7, 50-52)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from calls.call import Recorded
from calls.facts import CallBarred, CallTroubled, TicketOpened
from calls.unavailable import Unavailable
from ivr.counter.models import TicketDraft
from ivr.counter.tickets import Told
from ivr.place import Place
from sales.models import Interaction, Ticket
from sales.states.ticket import TicketKind, TicketState
from server.tickets import HouseTickets
from tests.ivr.counter.office import LIU, Office
from tests.ivr.desk import MAIN, filled, words
from tests.ivr.mailbox.mailroom import sound

STRANGER = "13900000077"
TEN = ",,,,,,,,,,"  # seconds of talking
NUMBER = "202403310001"


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_f9_a_complaint_becomes_a_ticket_whose_number_is_told(office: Office, lang: str) -> None:
    stage = await office.call(f" 5 1 {TEN}# 1 1", LIU, lang=lang)
    [row] = await office.rows(Ticket)
    assert (row.ticket_no, row.kind, row.state) == ("T20240331-0001", TicketKind.COMPLAINT, TicketState.NEW)
    assert (row.phone, row.via, row.call_id) == ("+8613800000002", "IVR", stage.call.id)
    assert row.answer_due == row.opened_at + timedelta(hours=24)
    assert filled("ticket_made", lang, ticket=NUMBER) in stage.said
    assert [(fact.number, fact.about) for fact in stage.of(TicketOpened)] == [("T20240331-0001", "complaint")]
    assert await office.rows(TicketDraft) == []
    [told] = await office.rows(Interaction, kind="ticket")
    assert told.customer_id == row.customer_id
    assert stage.nodes[-2:] == ["complain", "complaint"]


@pytest.mark.parametrize(("key", "kind", "days"), [("2", "suggestion", 7), ("3", "repair", 2)])
async def test_each_kind_has_its_own_clock(office: Office, key: str, kind: str, days: int) -> None:
    await office.call(f" 5 {key} {TEN}# 1 1", LIU)
    [row] = await office.rows(Ticket)
    assert row.kind.value == kind
    assert row.resolve_due is not None
    assert row.resolve_due - row.opened_at == timedelta(days=days)


async def test_listened_to_and_told_again_only_the_last_one_is_kept(office: Office) -> None:
    stage = await office.call(f" 5 1 ,,,,# 2 3 {TEN}# 2 1 1", STRANGER)
    [row] = await office.rows(Ticket)
    assert row.recording is not None
    assert row.recording.endswith("-2")
    assert [said for said in stage.said if said == "♪"] == ["♪", "♪"]
    assert row.customer_id is None


@pytest.mark.parametrize(
    ("script", "kept"),
    [
        (f" 5 1 {TEN}!", 1),  # hung up in the middle
        (f" 5 1 {TEN}#!", 1),  # before it was submitted
        (f" 5 1 {TEN}# 1!", 1),  # while a number was asked for
        (f" 5 1 {TEN}# 1 2 1370000!", 1),
        (" 5 1 ,,!", 0),  # two seconds are none
        (" 5 1!", 0),
        (f" 5 1 {TEN}*", 0),
        (f" 5 1 {TEN}# *", 0),
        (" 5 1*", 0),
        (f" 5 1 {TEN}# ....", 1),  # who says nothing any more has meant to submit it
    ],
)
async def test_what_becomes_of_it(office: Office, script: str, kept: int) -> None:
    await office.call(script, LIU)
    rows = await office.rows(Ticket)
    assert [row.phone for row in rows] == ["+8613800000002"] * kept
    assert await office.rows(TicketDraft) == []


async def test_too_short_is_told_again(office: Office) -> None:
    stage = await office.call(f" 5 1 ,,# {TEN}# 1 1", LIU)
    assert words("ticket_short") in stage.said
    assert len(await office.rows(Ticket)) == 1


async def test_five_slips_and_an_agent_is_offered(office: Office) -> None:
    stage = await office.call(" 5 1 " + ",# " * 5, LIU)
    assert await office.rows(Ticket) == []
    assert words("ticket_failed") in stage.said
    assert stage.nodes[stage.nodes.index("complain") + 1] == "agent"


async def test_another_number_to_call_back_and_never_a_dear_one(office: Office) -> None:
    stage = await office.call(f" 5 1 {TEN}# 1 2 0085221234567# 02087654321# 1", LIU)
    assert [(fact.number, fact.way) for fact in stage.of(CallBarred)] == [("0085221234567", "call-back")]
    [row] = await office.rows(Ticket)
    assert row.phone == "+862087654321"


async def test_a_withheld_number_is_asked_for_one(office: Office) -> None:
    await office.call(f" 5 1 {TEN}# 1 13700000001# 1", "")
    [row] = await office.rows(Ticket)
    assert row.phone == "+8613700000001"


async def test_two_of_one_call_are_two(office: Office) -> None:
    stage = await office.call(f" 5 1 {TEN}# 1 1 3 {TEN}# 1 1", LIU)
    assert [row.kind.value for row in await office.rows(Ticket)] == ["complaint", "repair"]
    assert len(stage.of(TicketOpened)) == 2


class Away(HouseTickets):
    async def open(self, told: Told, recorded: Recorded, phone: str) -> str:
        raise Unavailable("the database does not answer")


async def test_the_database_is_away_and_the_clock_makes_the_ticket_once(office: Office) -> None:
    there = office.tickets
    away = Away(there._office, there._keeper)
    office.counter = replace(office.counter, tickets=away)
    stage = await office.call(f" 5 1 {TEN}# 1 1", LIU)
    await away.close()
    assert words("ticket_kept") in stage.said
    assert stage.of(CallTroubled) != []
    assert await office.rows(Ticket) == []
    office.clock.at += timedelta(minutes=1)
    assert await there.gather(lambda call: call == stage.call.id) == 1
    assert await there.gather(lambda call: True) == 0
    [row] = await office.rows(Ticket)
    assert (row.call_id, row.phone) == (stage.call.id, "+8613800000002")


@pytest.mark.parametrize(("seconds", "made"), [(10.0, 1), (2.0, 0), (0.0, 0)])
async def test_a_recording_whose_end_nobody_saw(office: Office, seconds: float, made: int) -> None:
    """The controller died while it was recorded, and the caller left before it was back."""
    told = Told("01HR0000000000000000000099", 1, "repair", STRANGER)
    office.tickets.expect(told, f"{told.call}-120000-1")
    await office.tickets.close()
    if seconds:
        sound(office.folder / f"{told.call}-120000-1.wav", seconds)
    office.clock.at += timedelta(minutes=1)
    assert await office.tickets.gather(lambda call: False) == 0, "the call is still going on"
    assert await office.tickets.gather(lambda call: True) == made
    assert [row.kind.value for row in await office.rows(Ticket)] == ["repair"] * made
    assert await office.rows(TicketDraft) == []


@pytest.mark.parametrize(
    ("phase", "script"),
    [
        ("", f" {TEN}# 1 1"),
        ("1.120000", f"{TEN}# 1 1"),  # while it was being recorded: it is told anew
        ("1.120000;10.0", " 1 1"),  # while it was being reviewed
        ("number;1.120000;10.0", " 1"),
        ("enter;1.120000;10.0", " 13700000001# 1"),
    ],
)
async def test_taken_up_again_it_is_one_ticket(office: Office, phase: str, script: str) -> None:
    stage = office.stage("", LIU)
    sound(office.folder / f"{stage.call.id}-120000-1.wav", 10.0)
    place = Place("main", MAIN.version, "complain", "zh", phase=phase)
    again = await office.call(script, LIU, place=str(place), party=stage.call.party)
    assert filled("ticket_made", ticket=NUMBER) in again.said
    assert len(await office.rows(Ticket)) == 1


async def test_taken_up_while_the_number_is_told_it_is_told_again(office: Office) -> None:
    place = Place("main", MAIN.version, "complain", "en", phase=f"made;{NUMBER}")
    stage = await office.call("", LIU, place=str(place))
    assert filled("ticket_made", "en", ticket=NUMBER) in stage.said
    assert await office.rows(Ticket) == []


async def test_told_twice_a_recording_is_one_ticket(office: Office) -> None:
    file = sound(office.folder / "a-1.wav", 10.0)
    told = Told("01HR0000000000000000000098", 1, "complaint", LIU)
    first, second = [await office.tickets.open(told, Recorded(file, 10.0, "key"), LIU) for _ in range(2)]
    assert first == second == NUMBER
    assert len(await office.rows(Ticket)) == 1
