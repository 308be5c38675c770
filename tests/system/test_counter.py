"""At the counter on real calls, in both languages (F7, F9, F11; S4-6, 12, 45, 50, 189, 192): judged by what the town
recorded and by the rows that are left. All calls are made at once."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.orm import Session

from calls.clock import BUSINESS, SystemClock
from db.tenant import HOME, Tenant
from dialplan.models import Extension
from tests.asterisk.rig import loudness
from tests.system.house import BUSY, House, Trial, house_at, speech

pytestmark = [
    pytest.mark.calls,
    pytest.mark.exchange,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="module"),
]

LANGUAGES = ("zh", "en")
BOTH = pytest.mark.parametrize("lang", LANGUAGES)
LIU, CARD = "13800000002", "0043"  # C2 of fixture T, and how the id ends
DID = {"zh": "1", "en": "2"}


SCORES = {"zh": 4, "en": 5}


def number(kind: int, lang: str) -> str:
    return f"13950{kind:02}000{DID[lang]}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, sounds: Path) -> AsyncIterator[House]:
    def more(session: Session) -> None:
        session.get_one(Tenant, HOME).feature_switches = {"satisfaction": True}
        session.add(Extension(tenant_id=HOME, number="8003", kind="phone", name="王敏"))

    async with house_at(tmp_path_factory.mktemp("counter") / "home", sounds, more) as house:
        await house.centre.ask("mailbox", do="set", number="8003", pin="7351")
        for lang in LANGUAGES:
            house.words.fill(lang, "order_overdue", "first", date=date(2024, 3, 20), amount=27_520_000)
            house.words.fill(lang, "order_overdue", "second", date=date(2024, 6, 20), amount=35_640_000)
            for name in ("call_back_made", "satisfaction", "satisfaction_thanks", "leave_sent", "ext_busy"):
                house.words.fill(lang, name)
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def trials(house: House, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Trial]:
    folder = tmp_path_factory.mktemp("speech")
    twenty = f'5 "wav:{speech(folder / "twenty.wav", 20.0)}" #'  # a key cuts the invitation short
    ten, name = (f'5 "wav:{speech(folder / f"{n}.wav", n)}" #' for n in (10.0, 2.0))
    calls: dict[str, Coroutine[None, None, Trial]] = {}
    for lang, key in DID.items():
        calls |= {
            f"F9 {lang}": house.call(f", {key} , 5 , , , , 1 , {twenty} , 1 , 1 {', ' * 12}", caller=number(9, lang)),
            f"F7 {lang}": house.call(f", {key} , # 8003 {', ' * 10} 1 , {ten} , 1 {', ' * 6}", caller=number(7, lang)),
            f"F11 {lang}": house.call(f", {key} , 9 , {CARD}# , , , , , , , , , , , , , , , , , ,", caller=LIU),
            f"viewing {lang}": house.call(
                f", {key} , 8 , , , , 1 , 2 , 1 , {name} , 1 {', ' * 12}", caller=number(8, lang)
            ),
            f"call back {lang}": house.call(
                f", {key} , 2 {', ' * 10} 3 , 1 {', ' * 6}", caller=number(2, lang), to=BUSY
            ),
            f"rated {lang}": house.call(
                f", {key} , 2 {', ' * 12} {4 if lang == 'zh' else 5} , , , ,", caller=number(1, lang)
            ),
        }
    return dict(zip(calls, await asyncio.gather(*calls.values()), strict=True))


def digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def heard(house: House, trial: Trial, lang: str, prompt: str, **values: object) -> bool:
    """Is this sentence in what the town recorded?"""
    house.words.fill(lang, prompt, "here", **values)
    return house.words.named(f"{lang} {prompt} here")[0] in [
        name for name, one in house.words.listen(trial.recording, lang) if one.whole
    ]


@BOTH
async def test_f9_a_complaint_of_twenty_seconds_is_a_ticket(
    house: House, trials: Mapping[str, Trial], lang: str
) -> None:
    trial = trials[f"F9 {lang}"]
    assert trial.nodes[2:5] == ["root", "complaint", "complain"]
    [(no, kind, state, phone, recording)] = house.centre.read(
        f"SELECT ticket_no, kind, state, phone, recording FROM ticket WHERE call_id = '{trial.record['call_id']}'"
    )
    assert (kind, state, phone) == ("complaint", "new", f"+86{number(9, lang)}")
    [(file, seconds)] = house.centre.read(
        f"SELECT file, seconds FROM recording WHERE call_id = '{trial.record['call_id']}' AND name = '{recording}'"
    )
    assert 19.0 < seconds < 22.0
    assert loudness(Path(file), 300.0, 1.0, 19.0) > 0.5, "it is what the caller said"
    assert heard(house, trial, lang, "ticket_made", ticket=digits(no))


@BOTH
async def test_f7_a_busy_extension_and_ten_seconds_in_its_mailbox(
    house: House, trials: Mapping[str, Trial], lang: str
) -> None:
    trial = trials[f"F7 {lang}"]
    assert trial.nodes[3:] == ["ext", "ext_ring", "ext_failed", "ext_leave", "bye"]
    assert {f"{lang} ext_busy", f"{lang} leave_sent"} <= {name for name, _ in trial.heard}
    [(mailbox, state, seconds)] = house.centre.read(
        f"SELECT mailbox, state, seconds FROM message WHERE call_id = '{trial.record['call_id']}'"
    )
    assert (mailbox, state) == ("8003", "new")
    assert 9.0 < seconds < 12.0


@BOTH
async def test_f11_what_is_overdue_is_told_first(house: House, trials: Mapping[str, Trial], lang: str) -> None:
    """Since the day of fixture T both payments have become due."""
    trial = trials[f"F11 {lang}"]
    assert trial.nodes[2:5] == ["root", "order_proof", "order"]
    wanted = house.words.named(f"{lang} order_overdue first", f"{lang} order_overdue second")
    told = [name for name, one in trial.heard if one.whole and name in wanted]
    assert list(dict.fromkeys(told)) == list(dict.fromkeys(wanted))
    text = " ".join(said["text"] for said in trial.record["said"])
    for words in {
        "zh": ("二十七万五千二百元", "三十五万六千四百元"),
        "en": ("two hundred seventy five thousand two hundred yuan",),
    }[lang]:
        assert words in text


@BOTH
async def test_a_visit_is_on_the_books_under_the_number_told(
    house: House, trials: Mapping[str, Trial], lang: str
) -> None:
    trial = trials[f"viewing {lang}"]
    [(no, kind, visit_at, slot, phone)] = house.centre.read(
        f"SELECT no, kind, visit_at, slot, phone FROM appointment WHERE call_id = '{trial.record['call_id']}'"
    )
    tomorrow = (SystemClock().now().astimezone(BUSINESS) + timedelta(days=1)).date()
    assert (kind, slot, phone) == ("viewing", "morning", f"+86{number(8, lang)}")
    assert date.fromisoformat(visit_at) == tomorrow
    assert heard(house, trial, lang, "viewing_made", date=tomorrow, ticket=digits(no))


@BOTH
async def test_a_call_back_is_a_task(house: House, trials: Mapping[str, Trial], lang: str) -> None:
    trial = trials[f"call back {lang}"]
    rows = house.centre.read(f"SELECT phone, lang, state FROM task WHERE call_id = '{trial.record['call_id']}'")
    assert rows == [(f"+86{number(2, lang)}", lang, "open")]
    assert f"{lang} call_back_made" in trial.names


@BOTH
async def test_the_talk_is_rated(house: House, trials: Mapping[str, Trial], lang: str) -> None:
    trial = trials[f"rated {lang}"]
    assert trial.record["result"] == "answered"
    [(score,)] = house.centre.read(f"SELECT csat FROM call WHERE call_id = '{trial.record['call_id']}'")
    assert score == SCORES[lang]
    assert [f"{lang} satisfaction", f"{lang} satisfaction_thanks"] == [
        name for name in trial.names if "satisfaction" in name
    ]


async def test_every_call_has_its_one_end_and_no_trouble(house: House, trials: Mapping[str, Trial]) -> None:
    assert {trial.record["call_id"] for trial in trials.values()} <= set(house.centre.ends())
    assert set(house.centre.ends().values()) == {1}
    assert [(name, trial.record["troubles"]) for name, trial in trials.items() if trial.record["troubles"]] == []
