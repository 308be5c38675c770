"""Registrations by telephone: a visit, interest, an event (node S, SPEC §4.8; S4-6)."""

import asyncio
import doctest
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

import ivr.steps.events
import ivr.steps.viewing
from billing.recordings import Recordings
from calls.call import Recorded
from calls.clock import Clock
from calls.facts import CallTroubled, Registered
from calls.unavailable import Unavailable
from db.refusal import Code, Refused
from db.tenant import HOME
from db.work import Database
from ivr.counter.registrations import Registration
from ivr.place import Place
from sales import parameters
from sales.models import Appointment, Project, Task
from sales.states.appointment import AppointmentKind, AppointmentState
from server.events import event
from server.registrations import HouseRegistrations
from tests.ivr.counter.office import LIU, Office
from tests.ivr.desk import GARDEN, MAIN, filled, words
from tests.ivr.mailbox.mailroom import sound

STRANGER = "13900000077"
NAME = " ,,# 1"  # two seconds of a name, and the number calling
MONDAY, TUESDAY = date(2024, 4, 1), date(2024, 4, 2)  # the office of the tests is closed on Sundays: today is one
NUMBER = "202403310001"


def test_the_examples_in_the_docstrings() -> None:
    assert doctest.testmod(ivr.steps.viewing).failed == 0
    assert doctest.testmod(ivr.steps.events).failed == 0


async def made(office: Office) -> list[Appointment]:
    """By calls of this test."""
    return [row for row in await office.rows(Appointment) if row.call_id]


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_visit_on_tuesday_afternoon(office: Office, lang: str) -> None:
    stage = await office.call(f" 8 1 3 2{NAME}", LIU, lang=lang)
    [row] = await made(office)
    assert (row.no, row.kind, row.visit_at, row.slot) == (
        "YY20240331-0001",
        AppointmentKind.VIEWING,
        TUESDAY,
        "afternoon",
    )
    assert (row.phone, row.state, row.call_id) == ("+8613800000002", AppointmentState.MADE, stage.call.id)
    assert row.customer_id is not None
    assert row.recording is not None
    assert (office.folder / f"{row.recording}.wav").exists()
    assert filled("viewing_made", lang, date=TUESDAY, ticket=NUMBER) in stage.said
    assert [(fact.number, fact.about) for fact in stage.of(Registered)] == [(NUMBER, "viewing")]
    assert stage.nodes[-3:] == ["viewing", "view", "registration"]


async def test_only_days_and_times_at_which_the_office_is_open_are_offered(office: Office) -> None:
    stage = await office.call(" 8 1 2 .", LIU)
    assert filled("viewing_day", date=date(2024, 3, 31), number=1) not in stage.speech, "a Sunday"
    assert filled("viewing_day", date=MONDAY, number=2) in stage.speech
    assert words("viewing_evening") not in stage.speech, "it closes at six"
    assert words("viewing_morning") in stage.speech


async def test_what_is_over_today_is_not_offered(office: Office) -> None:
    office.clock.at += timedelta(days=1)  # Monday noon
    stage = await office.call(" 8 1 1 .", LIU)
    assert words("viewing_afternoon") in stage.speech
    assert words("viewing_morning") not in stage.speech


async def test_a_full_time_is_not_offered_and_a_full_week_is_told(office: Office) -> None:
    await office.db.write(
        lambda s: parameters.change(s, HOME, None, "viewing_per_slot", 1, office.clock.now().date(), "test") and None
    )
    await office.call(f" 8 1 2 1{NAME}", LIU)
    stage = await office.call(" 8 1 2 .", STRANGER)
    assert words("viewing_morning") not in stage.speech
    await office.call(f" 8 1 2 2{NAME}", STRANGER)
    stage = await office.call(" 8 1 .", STRANGER)
    assert filled("viewing_day", date=MONDAY, number=2) not in stage.speech
    await office.db.write(
        lambda s: parameters.change(s, HOME, None, "viewing_per_slot", 0, office.clock.now().date(), "test") and None
    )
    stage = await office.call(" 8 1 *", STRANGER)
    assert words("viewing_full") in stage.speech


def visit(n: int) -> Registration:
    return Registration(f"01HQ{n:022d}", HOME, GARDEN.id, "viewing", f"139000000{n:02d}", MONDAY, "morning")


async def test_ten_callers_and_one_place(office: Office) -> None:
    await office.db.write(
        lambda s: parameters.change(s, HOME, None, "viewing_per_slot", 1, office.clock.now().date(), "test") and None
    )
    desk = office.counter.registrations
    numbers = await asyncio.gather(*(desk.make(visit(n), None) for n in range(10)))
    assert sorted(numbers, key=str) == [NUMBER] + [None] * 9
    assert len(await made(office)) == 1


async def test_who_comes_too_late_hears_so_and_chooses_again(office: Office) -> None:
    await office.db.write(
        lambda s: parameters.change(s, HOME, None, "viewing_per_slot", 1, office.clock.now().date(), "test") and None
    )
    await office.counter.registrations.make(visit(1), None)
    place = Place("main", MAIN.version, "view", "zh", entry="20240401morning")
    stage = await office.call(f"{NAME} 2 2{NAME}", STRANGER, place=str(place))
    assert words("viewing_taken") in stage.said
    [_, row] = await made(office)
    assert (row.visit_at, row.slot) == (MONDAY, "afternoon")


class Slow(Recordings):
    """Its database does not answer before it is told to."""

    def __init__(self, db: Database, clock: Clock) -> None:
        super().__init__(db, clock)
        self.answers = asyncio.Event()

    async def _store(self, *about: Any) -> Any:
        await self.answers.wait()
        return await super()._store(*about)


async def test_promised_by_a_slow_database_and_refused_later_somebody_calls_back(office: Office) -> None:
    await office.db.write(
        lambda s: parameters.change(s, HOME, None, "viewing_per_slot", 1, office.clock.now().date(), "test") and None
    )
    slow = Slow(office.db, office.clock)
    wanted = replace(visit(2), lang="en")
    file = office.folder / "name.wav"
    sound(file, 2.0)
    made_by_phone = HouseRegistrations(office.db, office.clock, slow).make(wanted, Recorded(file, 2.0, "silence"))
    assert await made_by_phone == "", "a caller is told that it is noted"
    await office.counter.registrations.make(visit(1), None)  # meanwhile the last place is given away
    slow.answers.set()
    await slow.close()
    assert [row.phone for row in await made(office)] == ["+8613900000001"]
    assert [(row.phone, row.lang, row.call_id) for row in await office.rows(Task)] == [
        ("+8613900000002", "en", wanted.call)
    ]


async def test_interest_in_presubscription(office: Office) -> None:
    stage = await office.call(f" 8 2{NAME}", LIU)
    [row] = await made(office)
    assert (row.kind, row.visit_at, row.slot) == (AppointmentKind.PRESUBSCRIPTION, date(2024, 3, 31), None)
    assert filled("presubscription_made", ticket=NUMBER) in stage.said


async def announce(office: Office, day: date, zh: str, en: str, places: int = 0) -> int:
    def project(session: object) -> str:
        return str(session.scalar(select(Project.code).where(Project.id == GARDEN.id)))  # type: ignore[attr-defined]

    code = await office.db.read(project)
    told = await event(office.db, {"do": "add", "project": code, "day": str(day), "zh": zh, "en": en, "places": places,
                                   "by": "chen"})  # fmt: skip
    return max(int(one["id"]) for one in told["events"])


async def test_an_event_until_it_is_full(office: Office) -> None:
    office.clock.at = office.clock.at.replace(year=2099)
    day = date(2099, 4, 6)
    key = await announce(office, day, "开盘酒会", "the opening party", places=1)
    stage = await office.call(f" 8 3 1{NAME}", LIU, lang="en")
    assert filled("event_option", "en", date=day, name="the opening party", number=1) in stage.speech
    [row] = await made(office)
    assert (row.kind, row.visit_at, row.event_id) == (AppointmentKind.EVENT, day, key)
    assert f"{day:%Y}" in row.no
    stage = await office.call(" 8 3 *", STRANGER)
    assert words("event_none") in stage.speech


async def test_events_over_or_switched_off_are_not_told(office: Office) -> None:
    office.clock.at = office.clock.at.replace(year=2099)
    key = await announce(office, date(2099, 4, 6), "开盘酒会", "the opening party")
    await event(office.db, {"do": "off", "id": key, "by": "chen"})
    assert words("event_none") in (await office.call(" 8 3 *", LIU)).speech
    await event(office.db, {"do": "on", "id": key, "by": "chen"})
    office.clock.at += timedelta(days=30)
    assert words("event_none") in (await office.call(" 8 3 *", LIU)).speech


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"day": "2024-04-06"}, Code.VALIDATION),  # over
        ({"day": "6.4.2099"}, Code.VALIDATION),
        ({"en": " "}, Code.VALIDATION),
        ({"places": -1}, Code.VALIDATION),
        ({"project": "77"}, Code.NOT_FOUND),
        ({"zh": "长" * 65}, Code.VALIDATION),
    ],
)
async def test_bad_input_announces_nothing(office: Office, about: dict[str, object], code: Code) -> None:
    given = {"do": "add", "project": "01", "day": "2099-04-06", "zh": "酒会", "en": "party", "by": "chen", **about}
    with pytest.raises(Refused) as refused:
        await event(office.db, given)
    assert refused.value.code is code
    assert (await event(office.db, {"do": "list"}))["events"] == []


@pytest.mark.parametrize("script", [" ,,*", " *", "!", " ,,#!", " ,,# 1!"])
async def test_nothing_is_registered_of_who_goes_back_or_away_before_the_number(office: Office, script: str) -> None:
    await office.call(f" 8 2{script}", LIU)
    assert await made(office) == []


async def test_without_a_name_the_number_is_enough(office: Office) -> None:
    stage = await office.call(" 8 2 # # # 1", LIU)
    assert stage.speech.count(words("registration_nameless")) == 2
    [row] = await made(office)
    assert row.recording is None


class Away(HouseRegistrations):
    async def make(self, wanted: Registration, name: object) -> str | None:
        raise Unavailable("the database does not answer")


async def test_the_database_is_away_and_nothing_is_promised(office: Office) -> None:
    there = office.counter.registrations
    assert isinstance(there, HouseRegistrations)
    office.counter = replace(office.counter, registrations=Away(office.db, office.clock, there._keeper))
    stage = await office.call(f" 8 2{NAME}", LIU)
    assert stage.of(CallTroubled) != []
    assert stage.of(Registered) == []


@pytest.mark.parametrize(
    ("phase", "script"),
    [
        ("", NAME),
        ("name;20240401morning;1.120000", NAME),  # while it was being said
        ("name;20240401morning;1.120000;2.0", " 1"),
        ("number;20240401morning;1.120000;2.0", " 1"),
        ("enter;20240401morning;1.120000;2.0", " 13700000001# 1"),
    ],
)
async def test_taken_up_again_it_is_one_registration(office: Office, phase: str, script: str) -> None:
    stage = office.stage("", LIU)
    sound(office.folder / f"{stage.call.id}-120000-1.wav", 2.0)
    place = Place("main", MAIN.version, "view", "zh", entry="20240401morning", phase=phase)
    again = await office.call(script, LIU, place=str(place), party=stage.call.party)
    assert filled("viewing_made", date=MONDAY, ticket=NUMBER) in again.said
    assert len(await made(office)) == 1


async def test_made_twice_it_is_one(office: Office) -> None:
    desk = office.counter.registrations
    assert [await desk.make(visit(1), None) for _ in range(2)] == [NUMBER, NUMBER]
