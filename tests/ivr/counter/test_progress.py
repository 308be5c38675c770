"""What has become of a ticket: of one's own, or by its number (node C4; S4-51, S4-52)."""

from typing import Any

import pytest
from sqlalchemy import update

from admin.actor import Actor
from calls.facts import WrongKeys
from sales.models import Ticket
from sales.services import tickets
from sales.services.acting import Acting
from sales.services.tickets import Report
from sales.states.ticket import TicketKind, TicketState
from tests.ivr.counter.office import LIU, Office
from tests.ivr.desk import filled, words

STRANGER = "13900000077"
NUMBER = "202403310001"


async def report(office: Office, phone: str = "+8613800000002", call: str = "one") -> int:
    acting = Acting(Actor.of("zhou", "agent"), office.clock.now)
    made = await office.db.write(
        acting(tickets.open_spoken), Report(TicketKind.REPAIR, "水管漏水", phone=phone, call_id=call)
    )
    return made.id


async def stand(office: Office, key: int, state: TicketState, **about: Any) -> None:
    await office.db.write(lambda s: s.execute(update(Ticket).where(Ticket.id == key).values(state=state, **about)))


SAID = {
    TicketState.NEW: "ticket_new",
    TicketState.ACCEPTED: "ticket_accepted",
    TicketState.ASSIGNED: "ticket_assigned",
    TicketState.PROCESSING: "ticket_processing",
    TicketState.RESOLVED: "ticket_resolved",
    TicketState.FEEDBACK: "ticket_resolved",
    TicketState.CLOSED: "ticket_closed",
    TicketState.REJECTED: "ticket_rejected",
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("state", SAID)
async def test_every_state_is_told_in_words(office: Office, state: TicketState, lang: str) -> None:
    await stand(office, await report(office), state)
    stage = await office.call(" 5 4 1", LIU, lang=lang)
    assert filled(SAID[state], lang, digits=NUMBER) in stage.speech


async def test_the_department_and_the_answer_are_told_to_whoever_has_asked(office: Office) -> None:
    await stand(office, await report(office), TicketState.PROCESSING, department="工程部", opinion="明天上午维修")
    stage = await office.call(f" 5 4 2 {NUMBER}#", LIU)
    assert filled("ticket_department", name="工程部") in stage.speech
    assert words("ticket_answer") in stage.speech
    assert "明天上午维修" in stage.speech


async def test_a_stranger_hears_the_state_and_not_the_answer(office: Office) -> None:
    await stand(office, await report(office), TicketState.RESOLVED, opinion="已更换水管")
    stage = await office.call(f" 5 4 2 {NUMBER}#", STRANGER)
    assert filled("ticket_resolved", digits=NUMBER) in stage.speech
    assert "已更换水管" not in stage.speech
    assert words("ticket_answer_elsewhere") in stage.speech


async def test_why_it_was_not_accepted_is_the_answer(office: Office) -> None:
    await stand(office, await report(office), TicketState.REJECTED, reject_reason="不属于本小区")
    assert "不属于本小区" in (await office.call(" 5 4 1", LIU)).speech


async def test_the_three_newest_of_ones_own(office: Office) -> None:
    for n in range(4):
        await report(office, call=f"call {n}")
    stage = await office.call(" 5 4 1", LIU)
    told = [n for n in range(1, 5) if filled("ticket_new", digits=f"20240331000{n}") in stage.speech]
    assert told == [2, 3, 4]


@pytest.mark.parametrize("caller", [STRANGER, ""])
async def test_none_of_ones_own(office: Office, caller: str) -> None:
    await report(office)
    assert words("progress_none_own") in (await office.call(" 5 4 1", caller)).speech


async def test_three_unknown_numbers_lead_to_a_person(office: Office) -> None:
    stage = await office.call(" 5 4 2 202403310009# 202403310008# 209901010001#", LIU)
    assert stage.speech.count(words("progress_none")) >= 2
    assert [fact.time for fact in stage.of(WrongKeys)][:3] == [1, 2, 3]
    assert "timeout" in stage.nodes


@pytest.mark.parametrize("keys", ["1#", "#", "2024033100011#", "20240331*"])
async def test_what_is_no_number_tells_nothing(office: Office, keys: str) -> None:
    await report(office)
    stage = await office.call(f" 5 4 2 {keys}!", LIU)
    assert filled("ticket_new", digits=NUMBER) not in stage.speech


async def test_star_leads_back_and_zero_to_an_agent(office: Office) -> None:
    assert (await office.call(" 5 4 *", LIU)).nodes[-1] == "complaint"
    assert "agent" in (await office.call(" 5 4 0", LIU)).nodes


async def test_another_tenants_ticket_is_unknown(office: Office) -> None:
    await report(office)
    assert await office.tickets.find(2, NUMBER, LIU) is None
